"""A kill or a ctrl-C in the middle of generating keeps every take that was finished."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import sys
from fractions import Fraction
from pathlib import Path
import v2a.builtin
from tests import players
from v2a.engine.store import FolderStore
from v2a.host import Host
from v2a.interfaces import StageBench
from v2a.model import Counted, Cue, Observations, Span, SpottingList
from v2a.stages import generate
from v2a.testing import film

def tell(event):
    if isinstance(event, Counted):
        print(event.name, flush=True)

cues = tuple(Cue(f"c{n}", "fx", Span(Fraction(n), Fraction(n + 1)), "slow") for n in range(8))
host = Host([("builtin", v2a.builtin, ""), ("players", players, "")])
with FolderStore(Path(sys.argv[1])) as store:
    bench = StageBench(scratch=store.scratch_folder, stage="generate", store=store, tell=tell)
    inputs = generate.GenerateInputs(SpottingList(film(10).identity, 1, cues=cues), None, host)
    made = generate.run(inputs, generate.GenerateOptions(executor=sys.argv[2]), bench)
    print("takes", len(made.takes), flush=True)
"""


def start(folder, executor):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), executor],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("executor", "sign"), [("process", "SIGKILL"), ("process", "SIGINT"), ("local", "SIGKILL")]
)
def test_what_was_finished_is_kept_and_the_rest_is_made(tmp_path, executor, sign):
    first = start(tmp_path, executor)
    lines = [first.stdout.readline() for _ in range(3)]
    assert lines == ["trouble\n"] * 3
    children = psutil.Process(first.pid).children()
    os.killpg(first.pid, getattr(signal, sign))
    rest, said = first.communicate(timeout=20)
    assert "takes" not in rest
    assert "worker.py" not in said
    finished = 3 + rest.count("trouble")
    deadline = time.monotonic() + 5
    while any(c.is_running() for c in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(c.is_running() for c in children)
    again, said = start(tmp_path, executor).communicate(timeout=60)
    assert not said
    assert again.splitlines()[-1] == "takes 8"
    made = again.count("trouble")
    assert 8 - finished - 2 <= made <= 8 - finished + 2
    assert [p.name for p in (tmp_path / "scratch").iterdir()] == ["gate.lock"]
    assert len(list(Path(tmp_path).glob("??/*.npy"))) == 8
