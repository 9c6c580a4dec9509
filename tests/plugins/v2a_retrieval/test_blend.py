"""Layers and morphs."""

import numpy as np
import pytest

from tests.plugins.v2a_retrieval import media
from v2a_retrieval.blend import Stroke, layers, morphed
from v2a_retrieval.hearing import main_onset

RATE = media.RATE


def stroke(at, pitch, seed=0):
    return Stroke(np.stack([media.strike(0.6, at, pitch, seed=seed)] * 2), round(at * RATE))


def centroid(wave):
    power = np.abs(np.fft.rfft(wave.mean(axis=0))) ** 2
    return float((np.fft.rfftfreq(wave.shape[1], 1 / RATE) * power).sum() / power.sum())


def test_layers_have_their_onsets_together():
    made = layers([stroke(0.05, 400), stroke(0.3, 2000), stroke(0.11, 90)])
    assert {one.wave.shape for one in made} == {made[0].wave.shape}
    assert {one.onset for one in made} == {round(0.3 * RATE)}
    for one in made:
        assert abs(main_onset(one.wave.mean(axis=0), RATE) - one.onset) < 0.002 * RATE
    peaks = [20 * np.log10(np.abs(one.wave).max()) for one in made]
    assert peaks[0] - peaks[1] == pytest.approx(5, abs=0.1)
    assert peaks[0] - peaks[2] == pytest.approx(8, abs=0.1)


def test_a_morph_of_nothing_is_the_sound_itself():
    one = stroke(0.1, 400)
    assert morphed(one, stroke(0.2, 900), 0.0) is one


def test_a_morph_with_itself_is_itself():
    one = stroke(0.1, 400)
    made = morphed(one, one, 0.5)
    assert np.abs(made.wave - one.wave).max() < 1e-3


def test_a_morph_moves_the_colour_and_keeps_the_onset():
    low, high = stroke(0.1, 300), stroke(0.1, 4000, seed=2)
    colours = [centroid(morphed(low, high, amount).wave) for amount in (0.0, 0.3, 0.6)]
    assert colours == sorted(colours)
    made = morphed(low, high, 0.5)
    assert abs(main_onset(made.wave.mean(axis=0), RATE) - made.onset) < 0.005 * RATE
