"""Direct current: found, told from what sounds, and taken off without moving or changing anything else."""

import numpy as np
import pytest

from v2a.dsp.offset import centred_on_zero, offset_of

RATE = 48_000


def tone(seconds, frequency=100.0, level=0.1):
    wave = level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    return np.tile(wave, (2, 1)).astype(np.float32)


def blocks(sound, size=100_000):
    return (sound[:, at : at + size] for at in range(0, sound.shape[1], size))


def centred(sound, block=100_000):
    made = centred_on_zero(lambda a, b: sound[:, a:b], sound.shape[1], RATE, block)
    return np.concatenate(list(made), axis=1)


def test_an_offset_is_found_and_a_sound_without_one_left_alone():
    assert offset_of(blocks(tone(3) + np.float32(0.2))).highest == pytest.approx(0.2, abs=1e-4)
    assert offset_of(blocks(tone(3) + np.float32(0.2))).matters
    assert not offset_of(blocks(tone(3))).matters
    assert not offset_of(blocks(tone(3) + np.float32(0.001))).matters


def test_silence_is_told():
    assert offset_of([np.zeros((2, 10), np.float32)]).silent
    assert not offset_of([np.zeros((2, 10), np.float32), np.full((2, 1), 1e-9, np.float32)]).silent
    assert offset_of([]).highest == 0.0


def test_a_thump_is_no_offset():
    time = np.arange(RATE // 5) / RATE
    thump = (0.5 * np.sin(2 * np.pi * 45 * time) * np.exp(-time * 30)).astype(np.float32)[np.newaxis]
    found = offset_of([thump])
    assert found.matters and not found.dominates
    assert offset_of([thump + np.float32(0.3)]).dominates


@pytest.mark.parametrize("frequency", [20.0, 50.0, 1000.0])
@pytest.mark.parametrize("seconds", [0.3, 4.0])
def test_only_the_offset_goes(frequency, seconds):
    sound = tone(seconds, frequency)
    made = centred(sound + np.float32([[0.3], [-0.1]]))
    assert made.shape == sound.shape
    assert np.abs(made.mean(axis=1)).max() < 2e-3
    inner = slice(RATE // 20, -RATE // 20)
    assert np.abs(made - sound)[:, inner].max() < (0.004 if seconds > 1 else 0.04)


def test_blocks_make_no_difference():
    sound = tone(3) + np.float32(0.2)
    assert np.abs(centred(sound, 7777) - centred(sound, 1 << 20)).max() < 1e-6


@pytest.mark.parametrize("length", [1, 2, 3, 10])
def test_hardly_any_sound(length):
    assert centred(np.full((1, length), 0.5, np.float32)).shape == (1, length)
