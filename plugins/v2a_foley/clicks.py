"""Small mechanisms: switches, keys, cameras, clocks, bouncing balls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, fall, noise, put, samples
from v2a_foley.strike import Body, struck
from v2a_foley.wants import Want


def click(want: Want, pitch: float, ring: float, noisy: float) -> Wave:
    """One hard little contact."""
    body = Body(pitch, 9, 1.33, ring, 0.6, noisy, soft=0.25)
    return even(struck(replace(want, after=max(0.03, 4 * ring)), body, max(0.03, 4 * ring)))


def switch(want: Want) -> Hit:
    """A switch: the lever gives, and lands a moment later."""
    wave = np.zeros(samples(0.15, want.rate))
    put(wave, 0, click(want, 1500, 0.012, 1.2), 0.6)
    put(wave, samples(want.rng.uniform(0.012, 0.03), want.rate), click(want, 800, 0.02, 1.0), 1.0)
    return Hit(wave)


def keyboard(want: Want) -> Hit:
    """One key of a keyboard: down, and softly up again."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(0.2, rate))
    put(wave, 0, click(want, float(rng.uniform(700, 1100)), 0.012, 1.6), 1.0)
    body = band(noise(rng, samples(0.02, rate)), 180, 900, rate) * fall(samples(0.02, rate), 0.02, rate)
    put(wave, 0, even(body), 0.5)
    put(
        wave,
        samples(rng.uniform(0.06, 0.1), rate),
        click(want, 1500, 0.006, 1.4),
        float(rng.uniform(0.2, 0.4)),
    )
    return Hit(wave)


def camera(want: Want) -> Hit:
    """A camera's shutter: mirror up, curtain, mirror down, and a whirr of the motor."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(min(want.after, 0.45), rate))
    for late, pitch, gain in ((0.0, 900, 1.0), (0.028, 1900, 0.6), (0.095, 1100, 0.8), (0.112, 700, 0.6)):
        put(
            wave,
            samples(late * rng.uniform(0.9, 1.1), rate) if late else 0,
            click(want, pitch, 0.018, 1.5),
            gain,
        )
    count = samples(0.16, rate)
    time = np.arange(count) / rate
    motor = np.sign(np.sin(2 * np.pi * np.cumsum(210 + 160 * np.minimum(1, time / 0.08)) / rate)) + noise(
        rng, count
    )
    motor = band(motor, 900, 4200, rate) * np.sin(np.pi * np.arange(count) / count)
    put(wave, samples(0.13, rate), even(motor), 0.18)
    return Hit(wave)


def clock(want: Want) -> Hit:
    """One tick of a clock; every other one a little lower."""
    pitch = 2300 if round(want.before * 2) % 2 else 1900
    pitch *= 2.0 ** (1.5 * (0.5 - want.quality.size))
    wave = np.zeros(samples(0.12, want.rate))
    put(wave, 0, click(want, pitch, 0.02, 0.9), 1.0)
    put(wave, samples(0.011, want.rate), click(want, 1.4 * pitch, 0.012, 0.6), 0.35)
    return Hit(wave)


def bounce(want: Want) -> Hit:
    """A ball is dropped: each bounce lower, sooner and softer than the one before."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 3.0), rate)
    wave = np.zeros(count)
    body = Body(150 - 60 * size, 9, 1.42, 0.10, 0.9, 0.8)
    gap, gain, at = 0.62 * (0.6 + 0.8 * size), 1.0, 0.0
    while at * rate < count and gain > 0.02:
        hit = even(struck(replace(want, after=0.25), body, 0.25))
        put(wave, round(at * rate), hit, gain)
        at += gap
        loss = float(rng.uniform(0.72, 0.8))
        gap, gain = gap * loss, gain * loss**1.4
    return Hit(wave)
