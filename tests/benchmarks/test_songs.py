"""The benchmark of songs runs, and what it says is what it is meant to hold."""

import pytest

from tests.benchmarks.tables import BENCHMARKS, ran


def table(name, *more):
    return ran(BENCHMARKS, "songs.py", "--count", "1", "--tables", name, *more)


@pytest.mark.slow
def test_beats_and_bars():
    rows = table("beats")
    assert [(row[0], row[1]) for row in rows] == [
        (half, kind)
        for half in ("tuning", "held out")
        for kind in ("steady", "sway", "glide", "composer", "slow piano", "3/4", "6/8", "9/8", "12/8")
    ]
    played = [row for row in rows if row[1] in ("steady", "sway", "glide")]
    assert all(float(row[4]) > 0.9 and float(row[6]) > 0.9 for row in played)


@pytest.mark.slow
def test_beats_come_on_the_map():
    rows = table("fit", "--halves", "held out")
    assert len(rows) == 5
    assert all(float(row[4]) < 8 and float(row[5]) < 20 for row in rows), (
        "one song a row is not five per cent of many"
    )
    assert all(float(row[7]) > 100 for row in rows if row[1] != "steady")


@pytest.mark.slow
def test_cuts_hits_and_strangers():
    assert [row[1] for row in table("cuts", "--halves", "held out")] == ["20", "45", "150"]
    rows = table("hits", "--halves", "held out")
    assert [row[1:4] for row in rows] == [
        ["60", "2", "8"], ["45", "3", "8"], ["60", "4", "8"], ["60", "4", "2"], ["60", "6", "8"]
    ]  # fmt: skip
    assert all(float(row[5]) >= 0.9 for row in rows)
    assert sum(float(row[7]) for row in rows) < 0.8 * len(rows)
    assert all(row[3] == "0" for row in table("strangers"))


@pytest.mark.slow
def test_weights_of_ways_to_count_are_learnt():
    rows = ran(BENCHMARKS, "counting.py", "--each", "1")
    assert {"composer", "6/8", "steady"} <= {row[0] for row in rows}
    assert sum(float(row[3]) for row in rows) > 0.8 * len(rows)
