from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.transients import onsets, rises, softer

RATE = 48_000


def struck(*times: float, noise: float = 1e-3, rate: int = RATE) -> np.ndarray:
    """Noise, and from each time on a knock that dies away."""
    rng = np.random.default_rng(4)
    sound = noise * rng.standard_normal((2, 3 * rate))
    for time in times:
        first = round(time * rate)
        count = min(rate // 4, sound.shape[1] - first)
        sound[:, first : first + count] += (
            0.5 * rng.standard_normal(count) * np.exp(-np.arange(count) / (0.02 * rate))
        )
    return sound.astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_onsets_are_found_to_a_fraction_of_a_millisecond(rate):
    times = (0.4, 0.95, 1.7, 2.345)
    sound = struck(*times, rate=rate)
    found = onsets(sound, rises(sound, rate), 10.0, 0.05 * rate)
    np.testing.assert_allclose(found / rate, times, atol=0.0005)


def test_of_two_that_are_too_near_the_more_sudden_one_is_kept():
    sound = struck(1.0) + 0.1 * struck(1.06, noise=0.0)
    found = onsets(sound, rises(sound, RATE), 6.0, 0.1 * RATE)
    assert len(found) == 1 and abs(found[0] / RATE - 1.0) < 0.0005


@pytest.mark.parametrize(
    "sound", [np.zeros((2, RATE)), np.full((1, RATE), 0.3), np.zeros((1, 0)), np.ones((1, 3))]
)
def test_nothing_sets_in_where_nothing_changes(sound):
    wave = sound.astype(np.float32)
    assert len(onsets(wave, rises(wave, RATE), 6.0, 100.0)) == 0


def test_a_tone_that_swells_has_no_onset():
    time = np.arange(2 * RATE) / RATE
    sound = (np.sin(2 * np.pi * 300 * time) * time / 4)[np.newaxis].astype(np.float32)
    assert len(rises(sound[:, RATE // 10 :], RATE).peaks(6.0, 100.0)) == 0


def test_a_long_sound_is_read_in_parts_that_do_not_show():
    sound = np.tile(struck(0.5, 1.5), 5)
    found = rises(sound, RATE)
    np.testing.assert_allclose(found.by[1500:3000], found.by[4500:6000], atol=0.01)


def test_what_sets_in_softly_is_found_beside_where_it_is_looked_for():
    sound = struck(0.5) + 0.0025 * struck(1.2, 2.1, noise=0.0)
    found = rises(sound, RATE)
    loud = onsets(sound, found, 6.0, 0.1 * RATE)
    assert len(loud) == 1
    near = np.array([0.51, 1.21, 1.24, 1.7, 2.08]) * RATE
    soft = softer(found, near, 0.1 * RATE, loud)
    inside = soft[(np.abs(soft / RATE - 1.7) > 0.05)]
    np.testing.assert_allclose(inside / RATE, [1.2, 2.1], atol=0.005)
    silent = np.zeros((1, RATE), np.float32)
    assert not len(softer(rises(silent, RATE), near, 100.0, np.array([], np.int64)))
