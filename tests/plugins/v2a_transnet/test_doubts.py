"""The network is asked where a boundary is not certain or the picture became another, and nowhere else."""

import numpy as np
import pytest

from v2a_transnet.boundaries import Boundary
from v2a_transnet.doubts import asked, doubts
from v2a_transnet.network import cost


def picture(seed):
    return np.random.default_rng(seed).integers(20, 230, (9, 16, 3)).astype(np.uint8)


def still(*lengths):
    return np.concatenate([np.repeat(picture(n)[None], length, 0) for n, length in enumerate(lengths)])


def doubtful(*given):
    marks = np.zeros(given[-1], bool)
    for low, high in asked(doubts(*given)):
        marks[low:high] = True
    return marks


def cut(at, confidence=0.99):
    return Boundary(at, at, at, "cut", confidence)


def test_nothing_is_asked_about_a_film_that_is_certain():
    assert not doubtful(still(300, 300), [cut(300)], 600).any()


def test_an_uncertain_cut_is_asked_about_and_its_surroundings():
    marks = doubtful(still(300, 300), [cut(300, 0.7)], 600)
    assert marks[295:305].all() and marks.sum() < 50


def test_another_picture_without_a_boundary_is_asked_about():
    marks = doubtful(still(300, 300), [], 600)
    assert marks[295:305].all() and marks.sum() < 100


def test_a_steady_pan_is_not_asked_about():
    wide = np.random.default_rng(0).integers(20, 230, (9, 400, 3)).astype(np.uint8)
    pan = np.stack([wide[:, n // 2 : n // 2 + 16] for n in range(600)])
    assert doubtful(pan, [], 600).mean() < 0.2


def test_the_light_of_a_lamp_is_not_asked_about():
    lit = still(600).astype(float)
    lit[:300] *= 0.4
    assert not doubtful(lit.astype(np.uint8), [], 600).any()


def test_without_small_pictures_everything_is_asked():
    assert asked(doubts(None, [], 40)) == [(0, 40)]


def test_a_film_that_is_all_doubt_is_asked_about_in_part():
    count = 20_000
    cuts = [cut(at, 0.55 if 6000 <= at < 8000 else 0.8) for at in range(10, count, 10)]
    where = asked(doubts(still(*[10] * (count // 10)), cuts, count))
    assert sum(cost(high - low) for low, high in where) < cost(count) / 3
    assert any(low <= 6100 and high >= 7900 for low, high in where), "the least certain come first"


def test_asking_is_quick_for_hours():
    count = 400_000
    cuts = [cut(at, 0.8) for at in range(100, count, 100)]
    pictures = np.zeros((count, 9, 16, 3), np.uint8)
    assert asked(doubts(pictures, cuts, count))


@pytest.mark.parametrize("count", [0, 1, 9])
def test_very_short_films(count):
    assert len(doubtful(np.zeros((count, 9, 16, 3), np.uint8), [], count)) == count
