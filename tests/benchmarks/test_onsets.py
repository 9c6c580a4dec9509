"""The benchmark of what is heard runs, and what it says is what it is meant to hold."""

import pytest

from tests.benchmarks.tables import BENCHMARKS, ran


def table(name):
    return ran(BENCHMARKS, "onsets.py", "--count", "2", "--tables", name)


@pytest.mark.slow
def test_onsets():
    rows = [row for row in table("onsets") if row[2] == "v2a"]
    assert [(row[0], row[1]) for row in rows] == [
        (half, place) for half in ("tuning", "held out") for place in ("clean", "noisy")
    ]
    assert all(float(row[3]) > 0.9 and abs(float(row[6])) < 1 for row in rows)


@pytest.mark.slow
def test_beats():
    rows = [row for row in table("beats") if row[1] == "v2a"]
    assert [row[0] for row in rows] == ["tuning", "held out"]
    assert all(abs(float(row[6])) < 10 for row in rows)


@pytest.mark.slow
def test_kinds():
    rows = table("kinds")
    assert {row[1] for row in rows} >= {"music", "silence", "atmosphere"}
    assert all(float(row[2]) > 0.5 and float(row[3]) > 0.3 for row in rows)
