import time
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dsp.hitpoints.lists import bar_lengths, beat_lengths, cuts, furthest_step, lateness, marks
from v2a.dsp.hitpoints import Limits, candidates, fitted
from v2a.model import Hit, Meter

ROUNDED = 1e-6


def share(seeds, fits, **kind):
    """The share of cuts within a frame of a beat."""
    within = []
    for seed in seeds:
        hits = cuts(seed, **kind)
        tempo = fits(hits)
        within += [min(lateness(tempo, hit.time, Fraction(1, 24))) <= 1 for hit in hits]
    return sum(within) / len(within)


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    length=st.sampled_from([8, 30, 60]),
    mean=st.sampled_from([0.8, 3, 9]),
    fps=st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]),
    meter=st.sampled_from(["4/4", "3/4", "6/8", "5/4"]),
    drift=st.sampled_from([0.001, 0.01, 0.03, 0.06]),
    step=st.sampled_from([0.0, 0.005, 0.015, 0.05]),
)
def test_a_map_keeps_its_limits(seed, length, mean, fps, meter, drift, step):
    hits = [*cuts(seed, length, mean, fps=fps), *marks(seed, length // 30, length, fps)]
    limits = Limits(meter=Meter.parse(meter), drift=drift, step=step, frame=1 / fps)
    fit = fitted(hits, Fraction(length), limits)
    beats = beat_lengths(fit.tempo)
    assert all(length > 0 for length in beats)
    assert all(abs(60 / float(beat) / fit.base - 1) <= drift + ROUNDED for beat in beats)
    assert furthest_step(beats) <= step + ROUNDED
    assert furthest_step(bar_lengths(fit.tempo)) <= step + ROUNDED
    assert limits.low <= fit.base <= limits.high
    assert len(fit.landings) == len(hits)
    for one in fit.landings:
        assert one.error == fit.tempo.time(one.beat) - one.hit.time
        assert one.downbeat == fit.tempo.first(one.beat)
        assert (one.verdict == "hit") == (0 <= one.error <= 2 / fps)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ({"length": 60}, 0.85),
        ({"length": 40, "mean": 1.5, "spread": 0.6}, 0.62),
        ({"length": 60, "mean": 8.5, "spread": 0.6}, 0.97),
    ],
)
def test_cuts_meet_beats(kind, wanted):
    length = Fraction(kind["length"])
    mapped = share(range(900, 903), lambda hits: fitted(hits, length, Limits()).tempo, **kind)
    stiff = share(range(900, 903), lambda hits: fitted(hits, length, Limits(drift=0, step=0)).tempo, **kind)
    assert mapped >= wanted
    assert mapped > stiff + 0.03


def test_marks_land_and_mostly_on_downbeats():
    landed = []
    for seed in range(4):
        hits = sorted([*cuts(seed), *marks(seed, 3)], key=lambda hit: hit.time)
        landed += [one for one in fitted(hits, Fraction(60), Limits()).landings if one.hit.kind == "mark"]
    assert sum(one.verdict == "hit" for one in landed) >= 0.94 * len(landed)
    assert sum(one.verdict == "hit" and one.downbeat for one in landed) >= 0.7 * len(landed)


def test_one_tempo_does_where_it_lands_what_matters():
    beats = [Hit(Fraction(n * 60, 96) + Fraction(1, 3), 1.0, "cut") for n in range(0, 90, 3)]
    fit = fitted(beats, Fraction(60), Limits())
    assert fit.steady
    assert fit.tally.hits == len(beats)
    few = fitted(marks(3, 2), Fraction(60), Limits())
    assert few.steady
    assert few.tally.hits == few.tally.downbeats == 2


def test_without_hits_the_tempo_is_the_middle_one():
    fit = fitted([Hit(Fraction(3), 0.0)], Fraction(10), Limits(80, 121))
    assert fit.steady
    assert fit.base == fit.tempo.marks[0].bpm == 100
    assert fit.tempo.marks[0].time == 0
    assert fitted([], Fraction(10), Limits(97.25, 97.5)).base == 97.375
    assert fitted([], Fraction(0), Limits()).base == 100


def test_a_tempo_that_is_given_is_kept():
    hits = cuts(5)
    for bpm in (92.5, 150.0, 50.0):
        fit = fitted(hits, Fraction(60), Limits(), base=bpm)
        assert fit.base == bpm
        assert all(abs(60 / float(beat) / bpm - 1) <= 0.03 + ROUNDED for beat in beat_lengths(fit.tempo))


def test_without_drift_it_is_one_tempo():
    hits = cuts(5)
    fit = fitted(hits, Fraction(60), Limits(drift=0), breaths=[Fraction(30)])
    assert fit.steady
    assert fit.tempo == candidates(hits, Fraction(60), Limits(), 1)[0].tempo


@pytest.mark.parametrize(
    ("hits", "length"),
    [
        ([Hit(Fraction(1, 4))], Fraction(1, 2)),
        ([Hit(Fraction(0)), Hit(Fraction(10))], Fraction(10)),
        ([Hit(Fraction(2)), Hit(Fraction(2)), Hit(Fraction(49, 24))], Fraction(8)),
        ([Hit(Fraction(-1)), Hit(Fraction(3)), Hit(Fraction(9))], Fraction(5)),
    ],
)
def test_short_cues_and_crowded_hits_are_landed(hits, length):
    fit = fitted(hits, length, Limits())
    assert [one.hit for one in fit.landings] == [hit for hit in hits if 0 <= hit.time <= length]
    assert fit.tally.misses == fit.tally.near == 0


def test_five_hundred_cuts_a_minute_are_more_than_chance():
    hits = cuts(1, mean=0.12, spread=0.1, length=20)
    dense = [Hit(Fraction(n * 3, 24), 1.0, "cut") for n in range(160)] + hits
    fit = fitted(dense, Fraction(20), Limits())
    assert fit.tally.hits + fit.tally.near + fit.tally.misses == len(dense)


def test_the_same_hits_give_the_same_map():
    hits = [*cuts(8, 40), *marks(8, 3, 40)]
    assert fitted(hits, Fraction(40), Limits()) == fitted(hits, Fraction(40), Limits())


@pytest.mark.slow
def test_an_hour_costs_no_more_than_its_share_of_ten_minutes():
    def cost(length):
        hits = cuts(2, length)
        begin = time.process_time()
        fit = fitted(hits, Fraction(length), Limits())
        assert sum(abs(one.frames) <= 1 for one in fit.landings) > 0.5 * len(hits)
        assert furthest_step(bar_lengths(fit.tempo)) <= 0.015 + ROUNDED
        return time.process_time() - begin

    assert cost(3600) < 6 * cost(600)


def test_music_breathes_where_it_is_asked_to():
    hits = [Hit(Fraction(n, 2), 10.0) for n in (14, 29, 35, 54)]
    at = [hit.time for hit in hits]
    stiff = Limits(108, 108, drift=0.0, step=0.0)
    held = Limits(108, 108, drift=0.0, step=0.0, fermata=Fraction(2))
    assert fitted(hits, Fraction(35), stiff, breaths=at).tally.hits < 4
    assert fitted(hits, Fraction(35), held).tempo == fitted(hits, Fraction(35), stiff).tempo
    fit = fitted(hits, Fraction(35), held, breaths=at)
    assert fit.tally.hits == fit.tally.downbeats == 4
    beat = Fraction(60, 108)
    lengths = beat_lengths(fit.tempo)
    assert max(lengths) <= 3 * beat + Fraction(1, 100)
    assert sum(length > beat * Fraction(101, 100) for length in lengths) <= 4


def test_rubato_goes_as_far_as_asked_and_only_before_a_breath():
    hits = [Hit(Fraction(n, 24), 10.0) for n in (171, 377, 611, 940, 1190)]
    limits = Limits(100, 100, rubato=0.12)
    fit = fitted(hits, Fraction(60), limits, breaths=[hits[2].time])
    lines = [fit.tempo.time(n) for n in range(int(fit.tempo.marks[-1].beat)) if fit.tempo.first(n)]
    for line, after in pairwise(lines):
        far = abs(60 * 4 / float(after - line) / 100 - 1)
        near = hits[2].time - 13 <= line < hits[2].time
        assert far <= (0.12 if near else 0.03) + ROUNDED
    assert fit.tally.hits == 5


def test_one_tempo_beyond_what_was_asked_is_not_taken_for_a_little_more():
    hits = [Hit(Fraction(n * 3, 25), 1.0, "cut") for n in range(1, 167)]
    fit = fitted(hits, Fraction(20), Limits(frame=Fraction(1, 25)))
    assert all(60 <= mark.bpm <= 140 for mark in fit.tempo.marks)
