from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from tests.dsp.hitpoints.lists import cuts, marks
from v2a.dsp.hitpoints import Limits, candidates
from v2a.dsp.hitpoints.landing import landings, score
from v2a.model import Hit, Meter, TempoMap, TempoMark


def best_tried(hits, limits, tempi, offsets=48):
    """The best score over a plain grid of tempi and offsets."""
    found = 0.0
    for bpm in tempi:
        for n in range(offsets):
            bar = Fraction(n, offsets) * limits.meter.beats * 60 / Fraction(bpm)
            tempo = TempoMap((TempoMark(bar, float(bpm)),), limits.meter, 0)
            found = max(found, score(landings(tempo, hits, limits), limits))
    return found


@pytest.mark.parametrize("meter", ["4/4", "3/4"])
def test_no_tempo_of_a_plain_grid_is_better(meter):
    limits = Limits(100, 104, Meter.parse(meter))
    hits = [*cuts(3, 20, 2), *marks(3, 2, 20)]
    found = candidates(hits, Fraction(20), limits)[0]
    assert found.score >= best_tried(hits, limits, [Fraction(n, 4) for n in range(400, 417)]) - 1e-6


@pytest.mark.parametrize("bpm", [92.5, 117.0, 138.0])
def test_the_tempo_of_music_is_found_with_its_downbeats(bpm):
    beat = 60 / Fraction(bpm)
    hits = [
        Hit(Fraction(7, 10) + n * beat, 1.0 + 2 * (n % 4 == 0), "moment")
        for n in (0, 4, 7, 8, 13, 20, 24, 31, 36, 44)
    ]
    best = candidates(hits, Fraction(60), Limits())[0]
    assert best.tally.hits == len(hits)
    assert best.bpm == pytest.approx(bpm, abs=0.02)
    assert all(one.downbeat for one in best.landings if one.hit.weight == 3)


def test_candidates_are_told_in_order_and_are_no_neighbours():
    hits = cuts(11)
    found = candidates(hits, Fraction(60), Limits(), most=6)
    assert len(found) == 6
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(abs(a.bpm - b.bpm) > 0.9 for a, b in combinations(found, 2))
    for one in found:
        assert 60 <= one.bpm <= 140
        assert 0 <= one.offset < 60 / one.bpm + 1e-9
        assert one.tally.hits + one.tally.near + one.tally.misses == len(hits)
        assert one.score == pytest.approx(score(one.landings, Limits()))


@pytest.mark.parametrize("seed", [6, 9, 14, 18])
def test_no_tempo_of_a_short_film_is_told_twice(seed):
    found = candidates(cuts(seed, 12, 3), Fraction(12), Limits(80, 120))
    assert len(found) > 2
    assert all(abs(a.bpm - b.bpm) > 4.9 for a, b in combinations(found, 2))


def test_tempi_are_told_as_roundly_as_they_land():
    assert candidates([Hit(Fraction(1))], Fraction(20), Limits())[0].bpm == 100


def test_nothing_marked_is_landed_early():
    for seed in range(8):
        hits = marks(seed, 4)
        for one in candidates(hits, Fraction(60), Limits(), 1)[0].landings:
            assert (one.verdict == "hit") == (0 <= one.error <= Fraction(2, 24))


def test_hits_without_weight_are_told_but_do_not_count():
    heavy, light = [Hit(Fraction(n)) for n in (2, 5, 9)], [Hit(Fraction(n, 7), 0.0) for n in range(1, 40)]
    with_them = candidates([*heavy, *light], Fraction(10), Limits())[0]
    assert with_them.tempo == candidates(heavy, Fraction(10), Limits())[0].tempo
    assert len(with_them.landings) == 42


def test_limits_that_make_no_sense_are_refused():
    for given in (
        {"low": 150},
        {"low": 1},
        {"high": 9000},
        {"drift": 0.7},
        {"step": -0.1},
        {"frame": Fraction(0)},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            Limits(**given)
    with pytest.raises(ValueError, match="late"):
        Limits(early=Fraction(3))


def test_a_beat_is_worth_most_just_behind_its_hit():
    limits, frame = Limits(), Fraction(1, 24)
    cut, mark = Hit(Fraction(0), 1.0, "cut"), Hit(Fraction(0), 1.0, "mark")
    places = np.arange(-3, 4, 0.5)
    of_cut = [limits.worth(cut, Fraction(p) * frame, False) for p in places]
    of_mark = [limits.worth(mark, Fraction(p) * frame, False) for p in places]
    assert max(of_cut) == limits.worth(cut, frame / 2, False) > limits.worth(cut, -frame / 2, False) > 0
    assert [p for p, worth in zip(places, of_mark) if worth] == [0, 0.5, 1, 1.5, 2]
    assert limits.worth(mark, frame, True) > limits.worth(mark, frame, False)
