"""The curves that music is told from do not depend on how it comes in."""

import itertools

import numpy as np

from tests.band import RATE, song
from v2a.dsp.hearing import curves


def test_blocks_of_any_size_give_the_same_curves():
    sound = song(120, 4, "a").sound[np.newaxis, : 5 * RATE + 777]
    whole = curves([sound])
    cuts = [0, 1, 700, 30_000, 30_001, 150_000, sound.shape[1]]
    parts = curves(sound[:, a:b] for a, b in itertools.pairwise(cuts))
    for name in ("rise", "attack", "tones", "bands"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    assert whole.seconds == parts.seconds == sound.shape[1] / RATE
    assert (len(whole.rise), len(whole.attack), len(whole.bands)) == (502, 2509, 51)


def test_nothing_gives_empty_curves():
    assert curves([]).seconds == 0
    assert curves([np.zeros((2, 0), np.float32)]).rise.shape == (0, 4)


def test_what_is_not_a_number_is_silence():
    sound = np.full((1, RATE), np.nan, np.float32)
    sound[0, :100] = np.inf
    assert np.isfinite(curves([sound]).bands).all()
