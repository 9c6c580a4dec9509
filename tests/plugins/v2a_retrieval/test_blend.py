"""Layers, morphs and grains."""

import itertools

import numpy as np
import pytest

from tests.plugins.v2a_retrieval import media
from v2a_retrieval.blend import Stroke, layers, morphed
from v2a_retrieval.grains import Texture, usable
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


def shaped(seconds, seed):
    """A background whose colour and level wander."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.1, (2, round(seconds * RATE)))
    slow = np.interp(np.arange(noise.shape[1]), np.linspace(0, noise.shape[1], 40), rng.uniform(0.5, 1.0, 40))
    return (noise * slow).astype(np.float32)


def test_any_window_of_grains_can_be_made_by_itself():
    texture = Texture(shaped(5, 1), RATE, seed=3)
    whole = texture.window(0, 20 * RATE)
    for start, length in ((0, 1000), (7 * RATE + 13, RATE), (19 * RATE, RATE), (12_345, 1)):
        assert np.array_equal(texture.window(start, length), whole[:, start : start + length])


def test_grains_keep_the_level_and_make_no_click():
    texture = Texture(shaped(4, 2), RATE, seed=9)
    sound = texture.window(0, 60 * RATE)
    levels = 10 * np.log10((sound.reshape(2, 60, -1).astype(float) ** 2).mean(axis=(0, 2)))
    assert levels.max() - levels.min() < 4
    steps = np.abs(np.diff(sound, axis=1))
    assert steps.max() < np.abs(np.diff(texture.wave, axis=1)).max() * 1.6


def log_mel(sound):
    frames = sound.mean(axis=0)[: sound.shape[1] // 4800 * 4800].reshape(-1, 4800)
    power = np.abs(np.fft.rfft(frames * np.hanning(4800), axis=1)) ** 2
    edges = np.unique(np.geomspace(2, power.shape[1], 25).astype(int))
    return np.log(np.stack([power[:, a:b].mean(axis=1) for a, b in itertools.pairwise(edges)], axis=1) + 1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_minutes_out_of_twenty_seconds_are_no_loop(seed):
    sound = Texture(shaped(20, 7), RATE, seed).window(0, 600 * RATE)
    features = log_mel(sound)
    features = features - features.mean(axis=0)
    lags = range(50, 1201)
    power = (features**2).sum()
    most = max(float((features[lag:] * features[:-lag]).sum() / power) for lag in lags)
    assert most < 0.25


def test_the_fades_of_a_recording_are_left_out():
    wave = media.hiss(8)[np.newaxis] * np.interp(np.linspace(0, 8, 8 * RATE), [0, 2, 6, 8], [0, 1, 1, 0])
    assert usable(wave.astype(np.float32), RATE).shape[1] < 6.9 * RATE


def test_another_seed_is_another_texture():
    wave = shaped(5, 1)
    one, two = (Texture(wave, RATE, seed).window(0, RATE) for seed in (1, 2))
    assert not np.array_equal(one, two)
