"""Tempo maps: beats to times and back, bars, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.model import Meter, Span, TempoMap, TempoMark, codec

F = Fraction
MAP = TempoMap((TempoMark(F(1), 120.0, F(0)), TempoMark(F(3), 100.0, F(4))), Meter(3, 4), downbeat=1)


def test_between_two_marks_the_beats_are_even_and_behind_the_last_its_tempo_goes_on() -> None:
    assert [MAP.time(n) for n in (-1, 0, 2, 4, 5)] == [F(1, 2), F(1), F(2), F(3), F(36, 10)]
    assert (MAP.bpm(F(0)), MAP.bpm(F(2)), MAP.bpm(F(3))) == (120.0, 120.0, 100.0)


def test_a_span_holds_its_first_beat_and_not_that_of_its_end() -> None:
    assert MAP.beats(Span(F(1), F(3))) == (F(1), F(3, 2), F(2), F(5, 2))
    assert MAP.downbeats(Span(F(0), F(3))) == (F(0), F(3, 2))


@given(st.fractions(min_value=-5, max_value=50))
def test_a_time_is_that_of_its_beat(time: Fraction) -> None:
    assert MAP.time(MAP.beat(time)) == time


def test_many_beats_at_once_are_where_each_is_by_itself() -> None:
    beats = np.arange(-3, 12, 0.5)
    assert MAP.seconds(beats) == pytest.approx([float(MAP.time(F(b))) for b in beats])


def test_a_map_goes_through_the_points_it_is_made_of() -> None:
    points = [(F(0), F(1, 10)), (F(4), F(22, 10)), (F(8), F(41, 10))]
    made = TempoMap.through(points)
    assert [made.time(beat) for beat, _ in points] == [time for _, time in points]
    assert made.shifted(F(1)).time(8) == F(51, 10)
    assert codec.decode(TempoMap, codec.encode(made)) == made


def test_what_is_no_map_and_no_meter_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one mark"):
        TempoMap(())
    with pytest.raises(ValueError, match="in order"):
        TempoMap((TempoMark(F(1), 120.0, F(0)), TempoMark(F(1), 120.0, F(1))))
    with pytest.raises(ValueError, match="two points"):
        TempoMap.through([(F(0), F(0))])
    for text in ("4", "4/5", "0/4", "waltz", "/"):
        with pytest.raises(ValueError, match="not a meter"):
            Meter.parse(text)
    assert str(Meter.parse("6/8")) == "6/8"


def test_the_beats_of_compound_meters_are_dotted() -> None:
    counted = {
        text: (Meter.parse(text).counted, Meter.parse(text).pulse)
        for text in ("4/4", "6/8", "12/8", "3/8", "7/8")
    }
    assert counted == {"4/4": (4, 1), "6/8": (2, 3), "12/8": (4, 3), "3/8": (3, 1), "7/8": (7, 1)}
    tempo = TempoMap.even(60, F(1), Meter(6, 8))
    assert tempo.downbeats(Span(F(0), F(6))) == (F(1), F(3), F(5))
