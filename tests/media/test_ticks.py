from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.errors import DocumentError
from v2a.media import ticks
from v2a.model import Meter, Span, TempoMap, TempoMark

HALF_TICK = 0.00075


@st.composite
def maps(draw):
    """Tempo maps of up to forty marks, of which some may lie before the cue."""
    unit = draw(st.sampled_from((2, 4, 8)))
    meter = Meter(draw(st.integers(1, 12)), unit)
    fractions = st.fractions(Fraction(1, 7), 40, max_denominator=48)
    beat, time = Fraction(draw(st.integers(-50, 50))), draw(st.fractions(-30, 30, max_denominator=1000))
    marks = []
    for step in draw(st.lists(fractions, min_size=1, max_size=40)):
        bpm = draw(st.floats(40, 240)) * unit / 4 / meter.pulse
        marks.append(TempoMark(time, bpm, beat))
        beat, time = beat + step, time + step * 60 / Fraction(bpm).limit_denominator(10_000)
    return TempoMap(tuple(marks), meter, draw(st.integers(-4, 4)))


@settings(max_examples=60, deadline=None)
@given(maps(), st.floats(0.5, 3600), st.lists(st.floats(0, 1), max_size=20), st.booleans())
def test_a_time_is_played_within_a_millisecond(tempo, length, parts, counted):
    whole = Fraction(length)
    ruler = ticks.counted_in(tempo, whole, 2) if counted else ticks.at_once(tempo, whole)
    for part in parts:
        assert float(ruler.seconds(ruler.tick(part * length))) == pytest.approx(part * length, abs=HALF_TICK)


@settings(max_examples=60, deadline=None)
@given(maps(), st.floats(0.5, 600))
def test_beats_lie_on_the_ticks_of_beats(tempo, length):
    ruler = ticks.counted_in(tempo, Fraction(length), 2)
    span = Span(Fraction(0), Fraction(length))
    numbers = tempo.numbers(span)
    per_beat = ruler.resolution * 4 * tempo.meter.pulse // tempo.meter.unit
    first_bar = (tempo.beat(Fraction(0)) - tempo.downbeat) // tempo.meter.counted * tempo.meter.counted
    start = first_bar + tempo.downbeat - 2 * tempo.meter.counted
    for number, time in zip(numbers, tempo.beats(span)):
        tick = (number - start) * per_beat
        assert float(ruler.seconds(int(tick))) == pytest.approx(float(time), abs=HALF_TICK)


@settings(max_examples=60, deadline=None)
@given(maps(), st.one_of(st.floats(0.5, 40), st.floats(41, 600)))
def test_a_file_that_begins_at_once_begins_with_the_cue_and_has_its_bars(tempo, length):
    ruler = ticks.at_once(tempo, Fraction(length))
    assert ruler.start == 0 and ruler.seconds(0) == 0 and not ruler.clicks
    assert float(ruler.seconds(ruler.end)) == pytest.approx(length, abs=HALF_TICK)
    assert all(tempo.tick >= 0 and tempo.micros > 1 for tempo in ruler.tempi)
    for before, after in pairwise(ruler.meters):
        bar = before.meter.beats * ruler.resolution * 4 // before.meter.unit
        assert (after.tick - before.tick) == bar
    begins = ruler.meters[-1].tick
    bars = (tempo.beat(ruler.seconds(begins)) - tempo.downbeat) / tempo.meter.counted
    if length > 40:
        assert float(bars) == pytest.approx(round(bars), abs=0.01)


def test_an_even_tempo_does_not_drift_in_an_hour_though_its_microseconds_are_rounded():
    tempo = TempoMap.even(97.3)
    ruler = ticks.at_once(tempo, Fraction(3600))
    rounded = abs(60e6 / 97.3 - round(60e6 / 97.3)) * 97.3 * 60 / 1e6
    assert rounded > 0.002
    last = tempo.beats(Span(Fraction(0), Fraction(3600)))[-1]
    worst = max(abs(ruler.seconds(n * 960) - tempo.time(n)) for n in range(0, 5838, 7))
    assert worst < 0.00015 and ruler.tick(last) % 960 == 0


def test_two_bars_are_counted_in_at_the_tempo_of_the_cue_whatever_came_before():
    marks = (TempoMark(Fraction(-20), 40.0), TempoMark(Fraction(-2), 120.0, Fraction(12)))
    tempo = TempoMap((*marks, TempoMark(Fraction(8), 60.0, Fraction(32))), Meter(4, 4))
    ruler = ticks.counted_in(tempo, Fraction(20), 2)
    assert ruler.start == -4
    assert ruler.clicks == tuple(range(0, 8 * 960, 960))
    assert ruler.tick(0) == 8 * 960 and ruler.tick(9) == (8 + 16 + 1) * 960


def test_an_upbeat_lies_at_the_end_of_the_third_bar():
    tempo = TempoMap((TempoMark(Fraction(0), 60.0, Fraction(-1)),), Meter(3, 4))
    ruler = ticks.counted_in(tempo, Fraction(30), 2)
    assert ruler.start == -8
    assert ruler.tick(0) == 8 * 960 and ruler.tick(1) == 9 * 960
    assert len(ruler.clicks) == 8


def test_an_upbeat_without_a_click_is_a_bar_of_its_own():
    tempo = TempoMap((TempoMark(Fraction(0), 60.0, Fraction(-1)),), Meter(3, 4))
    assert ticks.at_once(tempo, Fraction(30)).meters == (
        ticks.Metered(0, Meter(1, 4)),
        ticks.Metered(960, Meter(3, 4)),
    )


def test_what_comes_before_the_first_beat_is_a_bar_of_its_own():
    ruler = ticks.at_once(TempoMap.even(120, Fraction(1, 8)), Fraction(30))
    assert ruler.meters == (ticks.Metered(0, Meter(1, 16)), ticks.Metered(240, Meter(4, 4)))
    assert [t.micros for t in ruler.tempi] == [500_000]


def test_a_tempo_that_changes_before_the_first_whole_beat_is_evened_out():
    marks = (TempoMark(Fraction(-1, 6), 80.0), TempoMark(Fraction(1, 84), 80.0, Fraction(5, 21)))
    ruler = ticks.at_once(TempoMap(marks, Meter(1, 8)), Fraction(1))
    assert ruler.seconds(0) == 0
    assert float(ruler.seconds(ruler.meters[1].tick)) == pytest.approx(1 / 84 + 16 / 21 * 0.75, abs=1e-5)


def test_a_cue_that_ends_before_its_first_beat_ends_when_it_does():
    ruler = ticks.at_once(TempoMap.even(60, Fraction(1, 2)), Fraction(1, 4))
    assert ruler.meters == (ticks.Metered(0, Meter(1, 8)),)
    assert float(ruler.seconds(ruler.end)) == pytest.approx(0.25, abs=0.001)


def test_slow_music_has_finer_ticks():
    assert ticks.at_once(TempoMap.even(60), Fraction(60)).resolution == 960
    assert ticks.at_once(TempoMap.even(30), Fraction(60)).resolution == 1920


def test_a_long_fast_piece_has_no_more_ticks_than_programs_read():
    ruler = ticks.at_once(TempoMap.even(200), Fraction(7200))
    assert ruler.resolution == 240 and ruler.end < 10_000_000
    assert float(ruler.seconds(ruler.tick(7000.1))) == pytest.approx(7000.1, abs=0.001)


def test_a_tempo_that_is_too_slow_for_midi_is_refused():
    with pytest.raises(DocumentError, match="longer than a MIDI file can say"):
        ticks.at_once(TempoMap.even(3), Fraction(60))
