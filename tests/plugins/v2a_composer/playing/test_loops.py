"""Loops that do not meet at their ends are mended where they are played; those that do stay as they are."""

import numpy as np
import pytest

from v2a.dsp.clicks import clicks
from v2a_composer.playing.resampling import seamless
from v2a_composer.playing.tone import Loop

RATE = 48_000


def played(wave, loop, rounds=8):
    return np.concatenate([wave[: loop.end], *[wave[loop.start : loop.end]] * rounds])


def test_a_loop_whose_slope_does_not_meet_is_heard_without_ticks():
    time = np.arange(2 * RATE) / RATE
    wave = sum(0.2 * np.sin(2 * np.pi * f * time + f) for f in (110.0, 221.3, 333.1, 447.7))
    wave = (wave + np.random.Generator(np.random.PCG64(1)).normal(0, 1e-4, len(time))).astype(np.float32)
    loop = Loop(20_000, 30_011, None)
    assert len(clicks([played(wave, loop)[None]], RATE)) >= 6
    assert len(clicks([played(seamless(wave, loop), loop)[None]], RATE)) == 0


@pytest.mark.parametrize("loop", [None, Loop(0, 500, None), Loop(600, 2000, None)])
def test_what_cannot_be_mended_is_left_alone(loop):
    wave = np.linspace(0, 1, 1000, dtype=np.float32)
    assert seamless(wave, loop) is wave


def test_a_loop_that_meets_itself_stays_as_it_is():
    wave = np.sin(2 * np.pi * np.arange(4000) / 100).astype(np.float32)
    assert seamless(wave, Loop(1000, 3000, None)) == pytest.approx(wave, abs=1e-6)
