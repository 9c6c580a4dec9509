"""Windows cover a cue, stay within reach, and meet where the picture is cut."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.interfaces import GeneratorCard
from v2a.model import Licence, Request, Span
from v2a.stages.generating.windows import plan, request_for

SECONDS = st.fractions(Fraction(1, 10), 500, max_denominator=1001)


def card(windowing, window=None, overlap=Fraction(1), quantum=None, least=None):
    return GeneratorCard(
        "x",
        "1",
        ("bg",),
        Licence("MIT"),
        windowing=windowing,
        window=window,
        overlap=overlap,
        quantum=quantum,
        least=least,
    )


def test_a_whole_is_one_window():
    (window,) = plan(card("whole"), Fraction(100))
    assert window.used == window.asked == Span(Fraction(0), Fraction(100))


@given(SECONDS, st.none() | st.fractions(Fraction(1, 2), 30, max_denominator=100))
def test_exact_windows_abut(whole, reach):
    windows = plan(card("exact", reach), whole)
    assert windows[0].used.start == 0
    assert windows[-1].used.end == whole
    for a, b in pairwise(windows):
        assert a.used.end == b.used.start
    assert all(w.asked == w.used and 0 < w.used.duration <= (reach or 60) for w in windows)


@given(
    SECONDS,
    st.fractions(1, 40, max_denominator=100),
    st.fractions(Fraction(1, 10), 20, max_denominator=100),
    st.lists(SECONDS, max_size=20),
)
def test_overlapping_windows_overlap_and_stay_within_reach(whole, reach, overlap, cuts):
    windows = plan(card("overlapped", reach, overlap), whole, tuple(sorted(cuts)))
    overlap = min(overlap, reach / 2)
    assert windows[0].used.start == 0
    assert windows[-1].used.end == whole
    for a, b in pairwise(windows):
        assert a.used.end - b.used.start == overlap
        assert a.used.start < b.used.start
        assert a.used.end < b.used.end
    assert all(w.used.duration <= reach for w in windows)
    if whole <= reach:
        assert len(windows) == 1


def test_joins_move_to_a_near_cut_and_not_to_a_far_one():
    near = plan(card("overlapped", Fraction(10)), Fraction(18), (Fraction(9) + Fraction(3, 10),))
    assert (near[0].used.end + near[1].used.start) / 2 == Fraction(93, 10)
    far = plan(card("overlapped", Fraction(10)), Fraction(18), (Fraction(5),))
    assert (far[0].used.end + far[1].used.start) / 2 == 9


def joins(windows):
    return [(a.used.end + b.used.start) / 2 for a, b in pairwise(windows)]


def test_several_joins_find_their_cuts_together():
    """Evenly set, the joins would lie at 8, 16 and 24 seconds."""
    cuts = (Fraction(7), Fraction(15), Fraction(47, 2), Fraction(31))
    assert joins(plan(card("overlapped", Fraction(10)), Fraction(32), cuts)) == list(cuts[:3])


def test_one_window_more_is_made_for_four_joins_and_not_for_three():
    few = tuple(Fraction(7 * n) for n in range(1, 5))
    assert len(plan(card("overlapped", Fraction(10)), Fraction(35), few)) == 4
    many = tuple(Fraction(17 * n, 2) for n in range(1, 7))
    assert len(plan(card("overlapped", Fraction(10)), Fraction(55))) == 6
    assert joins(plan(card("overlapped", Fraction(10)), Fraction(55), many)) == list(many)


@given(SECONDS, st.lists(SECONDS, max_size=30))
def test_a_cut_never_costs_more_than_it_brings(whole, cuts):
    made_by = card("overlapped", Fraction(10))
    plain, found = plan(made_by, whole), plan(made_by, whole, tuple(sorted(cuts)))
    on_cuts = sum(join in cuts for join in joins(found))
    assert len(found) - len(plain) <= on_cuts / 3
    assert all(w.used.duration <= 10 for w in found)


def test_an_hour_with_many_cuts_is_planned_at_once():
    cuts = tuple(Fraction(n * 37, 10) for n in range(1, 970))
    found = plan(card("overlapped", Fraction(10)), Fraction(3600), cuts)
    assert sum(join in cuts for join in joins(found)) > 0.9 * len(found)


@given(SECONDS, st.sampled_from(["whole", "exact", "overlapped"]))
def test_lengths_are_asked_for_in_steps(whole, windowing):
    quantum = Fraction(2, 25)
    for window in plan(card(windowing, Fraction(10), quantum=quantum), whole):
        assert (window.asked.duration / quantum).denominator == 1
        assert window.asked.start == window.used.start
        assert 0 <= window.asked.duration - window.used.duration < quantum
        assert windowing == "whole" or window.asked.duration <= 10


@pytest.mark.parametrize(
    ("windowing", "alike"), [("exact", True), ("overlapped", False), ("continued", False)]
)
def test_windows_that_are_drawn_anew_have_seeds_of_their_own(windowing, alike):
    made_by = card(windowing, Fraction(2))
    request = Request("c", "bg", "x", Span(Fraction(0), Fraction(5)), Fraction(5), 9, 48_000, 1)
    windows = plan(made_by, request.whole)
    seeds = {request_for(request, made_by, w, n).seed for n, w in enumerate(windows)}
    assert (seeds == {9}) == alike
    assert len(seeds) == (1 if alike else len(windows))


@given(
    st.fractions(Fraction(1, 25), 3, max_denominator=100),
    st.fractions(0, 20, max_denominator=100),
    st.fractions(0, 20, max_denominator=100),
    st.none() | st.just(Fraction(1)),
)
def test_a_short_cue_is_cut_out_of_the_film_around_it(whole, before, behind, quantum):
    film = Span(-before, whole + behind)
    (window,) = plan(card("continued", Fraction(9), quantum=quantum, least=Fraction(4)), whole, (), film)
    assert window.used == Span(Fraction(0), whole)
    assert window.asked.duration == 4
    assert window.asked.start <= 0
    assert window.asked.end >= whole
    if film.duration >= 4:
        assert film.start <= window.asked.start
        assert window.asked.end <= film.end
    if min(before, behind) >= 4:
        assert abs((window.asked.start + window.asked.end) / 2 - whole / 2) < Fraction(1, 1000)


def test_who_names_no_least_and_who_has_no_film_gets_the_cue_alone():
    (window,) = plan(card("whole"), Fraction(1), (), Span(Fraction(-9), Fraction(9)))
    assert window.asked == window.used
    (window,) = plan(card("whole", least=Fraction(4)), Fraction(1))
    assert window.asked == Span(Fraction(0), Fraction(4))
    (window,) = plan(card("whole", least=Fraction(4)), Fraction(5), (), Span(Fraction(-9), Fraction(9)))
    assert window.asked == window.used
