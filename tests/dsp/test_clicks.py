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


def bursts(seed, length, every=0.03, colour=None):
    """Bursts of noise at random that each die away over a time between two lengths, in seconds, over a little hiss."""
    rng = np.random.default_rng(seed)
    sound = 0.001 * rng.standard_normal(len(TIME))
    for start in np.cumsum(rng.exponential(every * RATE, int(TIME[-1] / every))).astype(int):
        size = round(0.05 * RATE)
        if start + size > len(sound):
            break
        decay = np.exp(-np.arange(size) / RATE / np.exp(rng.uniform(*np.log(length))))
        burst = rng.standard_normal(size) * decay * np.minimum(1, np.arange(size) / 5)
        sound[start : start + size] += 0.1 * rng.uniform(0.3, 1) * burst
    return sound


def gravel():
    return bursts(6, (0.001, 0.004), 0.02)


def embers():
    return bursts(7, (0.0005, 0.0025), 0.04)


def claps():
    return bursts(8, (0.004, 0.02), 0.2)


def typewriter():
    return bursts(9, (0.001, 0.003), 0.15) + bursts(10, (0.003, 0.008), 0.15)


def drums():
    """Skins that fall in pitch, and the beater on them."""
    sound = 0.0005 * np.random.default_rng(11).standard_normal(len(TIME))
    rng, at = np.random.default_rng(12), np.arange(24_000) / RATE
    for start in range(3000, len(sound) - 24_000, 20_000):
        skin = np.sin(2 * np.pi * (60 * at + 3 * (1 - np.exp(-at / 0.03)))) * np.exp(-at * 6)
        beater = rng.standard_normal(len(at)) * np.exp(-at / 0.002) * np.minimum(1, at / 0.0003)
        sound[start : start + len(at)] += 0.4 * skin + 0.05 * beater
    return sound


def plucked():
    """Strings that are let go and later damped, a new one before the last is still."""
    sound, rng = 0.0005 * np.random.default_rng(13).standard_normal(len(TIME)), np.random.default_rng(14)
    for start, pitch in zip(range(3000, len(TIME) - 30_000, 15_000), (110, 147, 196, 220, 294, 330) * 3):
        at = np.arange(30_000) / RATE
        for partial in range(1, 30):
            level = np.sin(np.pi * partial * 0.2) / partial**1.5
            fall = np.exp(-at * (2 + 0.4 * partial**1.3)) * np.minimum(1, at / 0.0005)
            fall *= np.minimum(1, (at[-1] - at) / 0.05)
            sound[start : start + 30_000] += 0.2 * level * fall * np.sin(2 * np.pi * pitch * partial * at)
        finger = np.exp(-at / 0.003) * np.minimum(1, at / 0.0005) * rng.standard_normal(30_000)
        sound[start : start + 30_000] += 0.01 * finger
    return sound


def bars():
    """Bars that are struck out of near silence and ring at once, with a soft beater that adds nothing of its own."""
    sound, at = 0.0001 * np.random.default_rng(15).standard_normal(len(TIME)), np.arange(30_000) / RATE
    ring = sum(np.sin(2 * np.pi * f * at) * np.exp(-at * f / 100) for f in (220, 443, 668, 900, 1140))
    ring = np.convolve(ring * np.minimum(1, (at[-1] - at) / 0.05), np.hanning(8) / np.hanning(8).sum())
    for start in range(3000, len(sound) - 40_000, 32_000):
        sound[start : start + len(ring)] += 0.1 * ring
    return sound


def found(sound, block=1 << 17):
    wave = np.asarray(sound, np.float32)[None]
    return clicks((wave[:, n : n + block] for n in range(0, wave.shape[1], block)), RATE)


@pytest.mark.parametrize("sound", [gravel, embers, claps, typewriter, drums, plucked, bars])
def test_what_sets_in_by_nature_is_none(sound):
    assert not len(found(sound()))


@pytest.mark.parametrize("sound", [claps, drums, plucked, bars])
def test_a_stray_sample_between_strokes_is_one(sound):
    broken = sound()
    broken[100_000] += 0.2
    times = found(broken)
    assert len(times) == 1
    assert times[0] == pytest.approx(100_000 / RATE, abs=0.001)


def test_a_loop_that_does_not_meet_itself_clicks_in_every_round():
    once = tone(55.0)[10_000:22_345]
    sound = np.tile(once, 10)
    assert found(sound) == pytest.approx(np.arange(1, 10) * len(once) / RATE, abs=0.001)
    fade = np.linspace(0, 1, 500)
    mended = np.concatenate([once[:-500], once[-500:] * (1 - fade) + tone(55.0)[9_500:10_000] * fade])
    assert not len(found(np.tile(mended, 10)))


def test_a_wave_that_is_bent_where_it_meets_itself_clicks_though_no_sample_jumps():
    sound = tone(55.0)
    bend = np.maximum(0, np.arange(len(sound)) - 90_000)
    sound += 0.02 * bend * np.exp(-bend / 40)
    assert found(sound) == pytest.approx([90_000 / RATE], abs=0.001)


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
