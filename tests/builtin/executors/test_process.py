"""What only a process of its own can stand: plugins that hang, end, are killed or run away."""

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest

from v2a.builtin.executors import ProcessExecutor
from v2a.errors import DiskFull
from v2a.interfaces import Address, Bench, Bounce
from v2a.model import Failure, Request, Span

TROUBLE = Address("tests.players", "v2a_generators", "trouble")
BATCHED = Address("tests.players", "v2a_generators", "batched")


def request(prompt="fine"):
    return Request("c", "fx", prompt, Span(Fraction(0), Fraction(1, 10)), Fraction(1, 10), 7, 48_000, 1)


@pytest.fixture
def start(tmp_path):
    started = []

    def make(workers=2, stall=20.0, **given):
        runner = ProcessExecutor(workers).open(Bench(scratch=tmp_path, **given), stall)
        started.append(runner)
        return runner

    yield make
    for runner in started:
        runner.close()
    assert not [p for p in psutil.Process().children() if "executors.worker" in " ".join(_command(p))]


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def results(runner, address, prompts):
    found = sorted(runner.run(address, [request(p) for p in prompts]), key=lambda a: a.index)
    assert [a.index for a in found] == list(range(len(prompts)))
    return [a.result for a in found]


@pytest.mark.parametrize(
    ("what", "stall", "code", "said"),
    [
        ("hang", 2.5, 44, "no sign of life for 2.5 seconds"),
        ("exit", 20, 45, "ended its process with code 3"),
        ("kill", 20, 46, "killed by SIGKILL"),
    ],
)
def test_a_death_is_one_failure_and_the_others_are_made(start, what, stall, code, said):
    first, bad, last = results(start(1, stall=stall), TROUBLE, ["fine", what, "fine"])
    assert isinstance(first, Bounce)
    assert isinstance(last, Bounce)
    assert isinstance(bad, Failure)
    assert bad.exit_code == code
    assert said in bad.what


def test_others_of_the_same_batch_are_tried_again(start):
    made = results(start(1), BATCHED, ["fine", "exit", "fine", "fine", "fine"])
    assert [getattr(m, "exit_code", 0) for m in made] == [0, 45, 0, 0, 0]


def test_a_plugin_that_dies_every_time_is_given_up(start):
    began = time.monotonic()
    made = results(start(1), TROUBLE, ["exit"] * 12)
    assert {m.exit_code for m in made} == {45}
    assert time.monotonic() - began < 12


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_a_runaway_plugin_meets_its_memory_limit(start, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    runner = start(1, memory_limit=600_000_000)
    hog, fine = results(runner, TROUBLE, ["hog", "fine"])
    assert hog.exit_code == 46
    assert "memory" in hog.what
    assert isinstance(fine, Bounce)


def test_progress_is_a_sign_of_life(start):
    (made,) = results(start(1, stall=2.5), TROUBLE, ["progress 7 0.5"])
    assert isinstance(made, Bounce)


def test_results_do_not_depend_on_the_number_of_workers(start):
    prompts = ["slow", "fine", "fine", "slow", "fine", "fine", "fine", "fine"]
    one, three = (results(start(n), TROUBLE, prompts) for n in (1, 3))
    for a, b in zip(one, three):
        assert np.array_equal(a.sound.open().samples, b.sound.open().samples)


def test_more_workers_are_started_where_the_work_is_long(start):
    runner = start(2)
    results(runner, TROUBLE, ["slow"] * 6)
    assert len(runner.pids) == 2


def test_a_model_with_weights_is_held_once(start):
    runner = start(2)
    made = results(runner, Address("tests.players", "v2a_generators", "heavy"), ["slow"] * 6)
    assert all(isinstance(m, Bounce) for m in made)
    assert len(runner.pids) == 1


def test_leaving_a_run_early_ends_its_workers_and_the_next_run_works(start):
    runner = start(1)
    answers = runner.run(TROUBLE, [request("slow") for _ in range(5)])
    next(answers)
    answers.close()
    assert isinstance(results(runner, TROUBLE, ["fine"])[0], Bounce)


def test_a_worker_that_died_between_runs_is_replaced(start):
    runner = start(1)
    results(runner, TROUBLE, ["fine"])
    os.kill(runner.pids[0], signal.SIGKILL)
    time.sleep(0.2)
    assert isinstance(results(runner, TROUBLE, ["fine"])[0], Bounce)


def test_a_full_disk_ends_the_run(start):
    runner = start(1)
    with pytest.raises(DiskFull):
        results(runner, TROUBLE, ["full"])
    assert isinstance(results(runner, TROUBLE, ["fine"])[0], Bounce)


PARENT = """
import sys, time
from fractions import Fraction
from pathlib import Path
from v2a.builtin.executors import ProcessExecutor
from v2a.interfaces import Address, Bench
from v2a.model import Request, Span
runner = ProcessExecutor(1).open(Bench(scratch=Path(sys.argv[1])))
address = Address("tests.players", "v2a_generators", "trouble")
def request(prompt):
    return Request("c", "fx", prompt, Span(Fraction(0), Fraction(1, 10)), Fraction(1, 10), 7, 48_000, 1)
for answer in runner.run(address, [request("fine"), request("hang")]):
    print(runner.pids[0], flush=True)
"""


@pytest.mark.parametrize("sign", ["SIGKILL", "SIGINT"])
def test_no_worker_outlives_its_parent(tmp_path, sign):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    assert parent.stdout is not None
    assert parent.stderr is not None
    worker = int(parent.stdout.readline())
    os.killpg(parent.pid, getattr(signal, sign))
    said = parent.stderr.read().decode()
    parent.wait()
    parent.stdout.close()
    parent.stderr.close()
    assert said.count("Traceback") == (1 if sign == "SIGINT" else 0), said
    assert "worker.py" not in said
    deadline = time.monotonic() + 5
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_file_beside_the_film_is_never_imported(tmp_path, monkeypatch, start):
    (tmp_path / "numpy.py").write_text("raise SystemExit('imported from the current folder')")
    monkeypatch.chdir(tmp_path)
    assert Path("numpy.py").exists()
    assert isinstance(results(start(1), TROUBLE, ["fine"])[0], Bounce)


@pytest.mark.parametrize("debug", ["", "1"])
def test_tracebacks_are_shown_to_who_asks_for_them(start, monkeypatch, capfd, debug):
    monkeypatch.setenv("V2A_DEBUG", debug)
    runner = start(1)
    results(runner, TROUBLE, ["raise"])
    runner.close()
    said = capfd.readouterr()
    assert not said.out
    assert ("Traceback" in said.err) == (debug == "1")
