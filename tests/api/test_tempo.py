"""The tempi of a stretch of film as values: in whose time they are, how bars are counted, what is followed."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import shots, span
from tests.stages.scoring.scenes import music, seen
from v2a.api.tempo import COLUMNS, Map, counted, rows
from v2a.dsp.hitpoints import Limits, landings, tally
from v2a.model import Hit, Meter, TempoMap

FRAMES = Limits(frame=F(1, 25))


def found(film=None, stretch=None, marks=(), limits=FRAMES, follow=True):
    return counted(film or seen(), stretch or span(0, 60), limits, marks, 5, follow=follow)


def even(tempo):
    landed = landings(tempo, (Hit(F(10)),), FRAMES)
    return Map(tempo.marks[0].bpm, tempo, landed, tally(landed))


def test_the_first_is_what_music_gets_and_no_other_is_the_same():
    every = found()
    assert 1 < len(every.maps) <= 6
    assert len({map.tempo for map in every.maps}) == len(every.maps)
    assert all(map.even for map in every.maps[1:])
    assert every.best.tally.hits >= max(map.tally.hits for map in every.maps[1:])


def test_one_tempo_is_told_as_it_is_played_also_where_it_had_to_leave_the_one_that_was_asked_for():
    cuts = tuple(F(frame, 25) for frame in (35, 112, 233))
    film = seen(10, shots=shots(0, *cuts, 10), scenes=(), moments=())
    best = found(film, span(0, 10), limits=replace(FRAMES, low=96.0, high=96.0)).best
    assert best.even and best.bpm != 96
    assert best.bpm == pytest.approx(60 / float(best.tempo.time(1) - best.tempo.time(0)))


def test_music_that_is_there_comes_first_unless_nobody_wants_it():
    film = replace(seen(), music=(music(0, 60, 87.0),))
    every = found(film)
    assert every.follows and every.best.bpm == pytest.approx(87, abs=0.01)
    assert not found(film, follow=False).follows


@pytest.mark.parametrize(
    ("offset", "downbeat", "beat", "bar"),
    [
        (F(0), 0, 0, (1, 1)),
        (F(0), 0, 5, (2, 2)),
        (F("0.3"), 0, 0, (1, 1)),
        (F("0.3"), 2, 0, (0, 3)),
        (F("0.3"), 2, 2, (1, 1)),
        (F(0), 1, 1, (1, 1)),
        (F(-60), 0, 100, (1, 1)),
        (F("59.9"), 0, -96, (1, 1)),
    ],
)
def test_bar_one_begins_with_the_first_downbeat_of_the_stretch(offset, downbeat, beat, bar):
    tempo = replace(TempoMap.even(100, offset), downbeat=downbeat)
    assert even(tempo).bar(beat) == bar


def test_bars_of_other_meters_are_counted_in_their_own_beats():
    waltz = even(TempoMap.even(120, F("0.1"), Meter(3)))
    assert [waltz.bar(n) for n in range(4)] == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_a_row_for_each_beat_on_the_films_clock_and_every_hit_on_one():
    every = found(stretch=span(15, 45), marks=(Hit(F("33.3"), 10.0, "mark", "kiss"),))
    table = [dict(zip(COLUMNS, row)) for row in rows(every)]
    inside = [row for row in table if 15 <= float(row["time"]) < 45]
    assert len(inside) == len(every.best.tempo.beats(every.whole))
    assert inside[0]["timecode"] >= "01:00:15:00"
    named = {name for row in table for name in row["hit"].split("; ") if name}
    assert named == {"scene", "impact", "kiss", "cut"}
    mark = next(row for row in table if "kiss" in row["hit"])
    assert 0 <= float(mark["time"]) - 33.3 <= 2 / 25 + 1e-6
    assert float(mark["error_frames"]) == pytest.approx((float(mark["time"]) - 33.3) * 25, abs=0.01)
