"""The benchmark of endings runs, and the measure of when strokes are heard hears what it should."""

import pytest

from tests.benchmarks.tables import BENCHMARKS, ran


@pytest.mark.slow
def test_music_at_a_named_tempo_ends_with_its_cue():
    rows = ran(BENCHMARKS, "endings.py", "--count", "2", "--halves", "tuning")
    assert [row[:3] for row in rows] == [["tuning", "none", "6"], ["tuning", "some", "4"]]
    assert all(float(row[6]) < 1.3 for row in rows)


@pytest.mark.slow
def test_what_is_struck_beside_its_beat_is_told_of():
    ((_, _, moved, _, wrong, told),) = ran(
        BENCHMARKS, "songs.py", "--tables", "measure", "--halves", "tuning", "--count", "1"
    )
    assert float(wrong) < 2 < 10 < float(moved) and float(told) > 0.9
