"""Spans, samples and timecode."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.model import Span, Timecode, nearest, to_seconds

times = st.fractions(min_value=0, max_value=36_000, max_denominator=48_000)
rates = st.sampled_from(
    [Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
)


@given(times, times, times, st.sampled_from([44_100, 48_000, 96_000]))
def test_spans_that_meet_in_time_meet_in_samples(a, b, c, rate):
    a, b, c = sorted((a, b, c))
    first, second, both = (Span(*pair).samples(rate) for pair in ((a, b), (b, c), (a, c)))
    assert first.stop == second.start
    assert first.length + second.length == both.length


@given(times, times)
def test_intersection_is_inside_both(a, b):
    one, other = Span(min(a, b), max(a, b)), Span(a / 2, a / 2 + 1)
    common = one.intersection(other)
    assert (common is not None) == one.overlaps(other) or one.duration == 0
    if common:
        assert common.start >= max(one.start, other.start)
        assert common.end <= min(one.end, other.end)


def test_a_span_cannot_run_backwards():
    with pytest.raises(ValueError, match="cannot end"):
        Span(Fraction(2), Fraction(1))


def test_a_float_means_what_it_shows():
    assert to_seconds(0.1) == Fraction(1, 10)


def test_halves_round_up():
    assert [nearest(Fraction(n, 2)) for n in (-1, 0, 1, 3)] == [0, 0, 1, 2]


@given(st.integers(0, 2_589_407), st.sampled_from([Fraction(30000, 1001)]))
def test_drop_frame_goes_there_and_back(frame, rate):
    code = Timecode(frame, rate, drop=True)
    assert Timecode.parse(str(code), rate) == code


@given(st.integers(0, 2_073_599), rates)
def test_non_drop_goes_there_and_back(frame, rate):
    code = Timecode(frame, rate)
    assert Timecode.parse(str(code), rate, drop=False) == code


def test_drop_frame_skips_the_frames_that_the_standard_skips():
    rate = Fraction(30000, 1001)
    assert str(Timecode(1800, rate, drop=True)) == "00:01:00;02"
    assert str(Timecode(17_982, rate, drop=True)) == "00:10:00;00"
    with pytest.raises(ValueError, match="does not exist in drop frame"):
        Timecode.parse("00:01:00;00", rate)


def test_drop_frame_does_not_exist_at_25():
    with pytest.raises(ValueError, match="drop frame does not exist"):
        Timecode(0, Fraction(25), drop=True)


@pytest.mark.parametrize("text", ["", "1:2:3", "00:00:61:00", "00:00:00:25", "aa:bb:cc:dd"])
def test_what_is_not_a_timecode_is_refused(text):
    with pytest.raises(ValueError, match="not a timecode"):
        Timecode.parse(text, Fraction(25))


def test_one_hour_at_2398_is_later_in_real_time():
    rate = Fraction(24000, 1001)
    assert Timecode.parse("01:00:00:00", rate).seconds * 48_000 == 172_972_800


@given(st.integers(0, 10**6), rates)
def test_time_since_start_is_exact(frame, rate):
    start = Timecode(frame, rate)
    later = start.plus(Fraction(77) / rate)
    assert later.since(start) == 77 / rate
