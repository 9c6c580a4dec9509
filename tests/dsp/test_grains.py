"""Endless textures out of short recordings."""

import itertools

import numpy as np
import pytest

from v2a.dsp.grains import Texture, usable

RATE = 48_000


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
    hiss = np.random.default_rng(4).normal(0, 0.1, (1, 8 * RATE))
    wave = hiss * np.interp(np.linspace(0, 8, 8 * RATE), [0, 2, 6, 8], [0, 1, 1, 0])
    assert usable(wave.astype(np.float32), RATE).shape[1] < 6.9 * RATE


def test_another_seed_is_another_texture():
    wave = shaped(5, 1)
    one, two = (Texture(wave, RATE, seed).window(0, RATE) for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_a_rumble_keeps_its_level_where_grains_meet():
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal(3 * RATE))
    spectrum[90:] = 0
    rumble = np.fft.irfft(spectrum, 3 * RATE)[np.newaxis]
    sound = Texture((rumble / np.abs(rumble).max()).astype(np.float32), RATE, 3).window(0, 60 * RATE)

    def lowest(wave):
        power = (wave[:, : wave.shape[1] // RATE * RATE].astype(float) ** 2).reshape(-1, RATE).mean(1)
        return 10 * np.log10(power.min() / power.mean())

    assert lowest(sound) > -3
