"""The benchmark of endings runs, and the measure of when strokes are heard hears what it should."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def ran(script, *arguments):
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert "cores" in done.stdout, "the table names the machine"
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.slow
def test_music_at_a_named_tempo_ends_with_its_cue():
    rows = ran("endings.py", "--count", "2", "--halves", "tuning")
    assert [row[:3] for row in rows] == [["tuning", "none", "6"], ["tuning", "some", "4"]]
    assert all(float(row[6]) < 1.3 for row in rows)


@pytest.mark.slow
def test_what_is_struck_beside_its_beat_is_told_of():
    ((_, _, moved, _, wrong, told),) = ran(
        "songs.py", "--tables", "measure", "--halves", "tuning", "--count", "1"
    )
    assert float(wrong) < 2 < 10 < float(moved) and float(told) > 0.9
