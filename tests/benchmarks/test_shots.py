"""The reels hold what their truth says, the two halves share nothing, and detectors are scored as it is written."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """The benchmarks' folder on the path, and none of it left loaded."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in set(sys.modules) - before:
        if name == "scoring" or name.partition(".")[0] == "reels":
            del sys.modules[name]


def decoded(path):
    import av

    with av.open(str(path)) as container:
        return np.stack([f.to_ndarray(format="gray") for f in container.decode(video=0)]).astype(float)


def rates(*paths):
    import av

    found = []
    for path in paths:
        with av.open(str(path)) as container:
            found.append(container.streams.video[0].average_rate)
    return found


def test_a_reel_changes_where_its_truth_says(bench, tmp_path):
    from reels.render import Half, reels

    (hard,) = reels(Half(held_out=False, count=2), tmp_path, ["hard"])
    frames = decoded(hard.path)
    assert len(frames) == hard.frames
    change = np.abs(np.diff(frames, axis=0)).mean((1, 2))
    cuts = [t.start for t in hard.transitions]
    assert all(t.start == t.end for t in hard.transitions)
    assert sorted(np.argsort(change)[-2:] + 1) == cuts


def test_slow_transitions_have_their_length_and_frames_are_not_lost(bench, tmp_path):
    from reels.render import Half, reels

    made = reels(Half(held_out=True, count=2), tmp_path, ["dissolve", "wipe"])
    for reel in made:
        assert len(decoded(reel.path)) == reel.frames
        assert all(7 < t.end - t.start < 38 for t in reel.transitions)
    again = reels(Half(held_out=True, count=2), tmp_path, ["dissolve", "wipe"])
    assert [json.loads(r.path.with_suffix(".json").read_text()) for r in again]
    assert again == made


def test_other_shelves_have_other_rates_and_lengths(bench, tmp_path):
    from reels.render import SHELVES, Half, reels

    fast, slow = SHELVES[1], SHELVES[2]
    (quick,) = reels(Half(held_out=False, count=1), tmp_path, ["wipe"], fast)
    (long,) = reels(Half(held_out=False, count=1), tmp_path, ["dissolve"], slow)
    assert rates(quick.path, long.path) == [60, 24]
    assert all(48 <= t.end - t.start <= 96 for t in long.transitions)
    assert all(16 <= t.end - t.start <= 72 for t in quick.transitions)
    assert len(decoded(quick.path)) == quick.frames and len(decoded(long.path)) == long.frames
    assert reels(Half(held_out=False, count=1), tmp_path, ["hard"], slow) == []


def test_the_halves_share_no_place(bench):
    from reels import held_out, tuning

    assert not {p.__name__ for p in tuning.PLACES} & {p.__name__ for p in held_out.PLACES}


def test_scores(bench):
    from reels.render import Transition
    from scoring import Score, score

    truth = [Transition("cut", 50, 50), Transition("dissolve", 100, 120)]
    assert score(truth, [50, 110]) == Score(2, 0, 0)
    assert score(truth, [52, 98]) == Score(2, 0, 0)
    assert score(truth, [53, 97]) == Score(0, 2, 2)
    assert score(truth, [50, 105, 115]) == Score(2, 1, 0)
    assert score(truth, [52], slack=0) == Score(0, 1, 2)
    assert score([], []).f1 == 1 and score([], [3]).f1 == 0
    assert (Score(1, 1, 0) + Score(0, 0, 1)).f1 == 0.5


@pytest.mark.slow
def test_the_benchmark_runs(tmp_path):
    for script in BENCHMARKS.glob("*.py"):
        shutil.copy(script, tmp_path)
    shutil.copytree(BENCHMARKS / "reels", tmp_path / "reels")
    done = subprocess.run(
        [sys.executable, "shots.py", "--count", "2", "--kinds", "hard", "--shelves", "24 to 30 fps", "--peers",
         "--large", "0"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("| v2a, no torch"))
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == ["1.00", "1.000", "1.000"]
