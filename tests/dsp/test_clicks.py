"""Clicks are found where a sound is broken, and not where something strikes."""

from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.clicks import clicks

RATE = 48_000
TIME = np.arange(4 * RATE) / RATE


def tone(pitch=330.0):
    return 0.3 * sum(np.sin(2 * np.pi * pitch * n * TIME + n) / n for n in range(1, 8))


def rumble(seed=1):
    drawn = np.random.default_rng(seed).standard_normal(len(TIME))
    return np.convolve(drawn, np.hanning(400) / 20, "same") * 0.1


def struck():
    """A body that is struck every quarter of a second."""
    sound = np.zeros(len(TIME))
    rng = np.random.default_rng(5)
    for start in range(2000, len(TIME) - 12_000, RATE // 4):
        decay = np.exp(-np.arange(12_000) / RATE * 25)
        body = sum(np.sin(2 * np.pi * f * np.arange(12_000) / RATE) for f in (410, 1130, 2770, 5210))
        sound[start : start + 12_000] += 0.1 * decay * (body + rng.standard_normal(12_000))
    return sound


def noise():
    return 0.1 * np.random.default_rng(2).standard_normal(len(TIME))


def found(sound, block=1 << 17):
    wave = np.asarray(sound, np.float32)[None]
    return clicks((wave[:, n : n + block] for n in range(0, wave.shape[1], block)), RATE)


@pytest.mark.parametrize("sound", [tone, rumble, struck, noise, lambda: np.zeros(len(TIME))])
def test_a_whole_sound_has_none(sound):
    assert not len(found(sound()))


@pytest.mark.parametrize("sound", [tone, rumble])
@pytest.mark.parametrize("at", [5_000, 131_072, 131_071, 150_001])
@pytest.mark.parametrize("fault", ["splice", "lost sample", "spike"])
def test_a_broken_one_has_one_at_its_place(sound, at, fault):
    broken = sound().copy()
    if fault == "splice":
        broken[at:] = -broken[at:] - np.copysign(0.2, broken[at])
    elif fault == "lost sample":
        broken[at : at + 3] = -broken[at] - 0.1
    else:
        broken[at] += 0.3
    times = found(broken)
    assert len(times) == 1
    assert times[0] == pytest.approx(at / RATE, abs=0.001)


def test_blocks_make_no_difference():
    sound = tone()
    sound[[9_000, 70_000, 140_000]] += 0.2
    whole = found(sound, len(sound))
    assert len(whole) == 3
    for block in (10_000, 33_333, 131_072):
        assert np.array_equal(found(sound, block), whole)


@pytest.mark.parametrize("length", [0, 1, 100, 4097])
def test_short_sounds_are_listened_to(length):
    assert not len(found(tone()[:length]))
