"""The network is asked where a boundary is not certain or the picture became another, and nowhere else."""

import numpy as np
import pytest

from v2a_transnet.boundaries import Boundary
from v2a_transnet.doubts import doubtful


def picture(seed):
    return np.random.default_rng(seed).integers(20, 230, (9, 16, 3)).astype(np.uint8)


def still(*lengths):
    return np.concatenate([np.repeat(picture(n)[None], length, 0) for n, length in enumerate(lengths)])


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
    assert doubtful(None, [], 40).all()


@pytest.mark.parametrize("count", [0, 1, 9])
def test_very_short_films(count):
    assert len(doubtful(np.zeros((count, 9, 16, 3), np.uint8), [], count)) == count
