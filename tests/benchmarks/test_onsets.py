"""The benchmark of what is heard runs, and what it says is what it is meant to hold."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "onsets.py"


def ran(table):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--count", "2", "--tables", table],
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
def test_onsets():
    rows = [row for row in ran("onsets") if row[2] == "v2a"]
    assert [(row[0], row[1]) for row in rows] == [
        (half, place) for half in ("tuning", "held out") for place in ("clean", "noisy")
    ]
    assert all(float(row[3]) > 0.9 and abs(float(row[6])) < 1 for row in rows)


@pytest.mark.slow
def test_beats():
    rows = [row for row in ran("beats") if row[1] == "v2a"]
    assert [row[0] for row in rows] == ["tuning", "held out"]
    assert all(abs(float(row[6])) < 10 for row in rows)


@pytest.mark.slow
def test_kinds():
    rows = ran("kinds")
    assert {row[1] for row in rows} >= {"music", "silence", "atmosphere"}
    assert all(float(row[2]) > 0.5 and float(row[3]) > 0.3 for row in rows)
