"""Small mechanisms: switches, keys, cameras, clocks, bouncing balls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, noise, put, ring, samples
from v2a_foley.strike import Blow, Body, blow, struck
from v2a_foley.wants import Want


def click(want: Want, pitch: float, ring: float, noisy: float) -> Wave:
    """One hard little contact."""
    body = Body(pitch, 9, 1.33, ring, 0.6, noisy, soft=0.25)
    return even(struck(replace(want, after=max(0.03, 4 * ring)), body, max(0.03, 4 * ring)))


def switch(want: Want) -> Hit:
    """A switch: the lever gives, and lands a moment later."""
    wave = np.zeros(samples(0.15, want.rate))
    spring = Body(1900, 10, 3.2, 0.013, 0.9, 0.8, plate=True, soft=0.05)
    for late, gain in ((0.0, 1.0), (float(want.rng.uniform(0.012, 0.022)), 0.8)):
        contact = even(struck(replace(want, after=0.06), spring, 0.06))
        case = even(blow(replace(want, after=0.06), Blow(300, 2, 1.5, 0.05, 0.2, 0.5, 5000, 0.003), 0.06))
        at = samples(late, want.rate) if late else 0
        put(wave, at, contact, gain)
        put(wave, at, case, 0.4 * gain)
    return Hit(wave)


def keyboard(want: Want) -> Hit:
    """One key of a keyboard: down, and softly up again, over the hollow of the case."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(0.2, rate))
    pitch = 900.0 * float(rng.uniform(0.85, 1.2))
    put(wave, 0, _key(want, pitch), 1.0)
    put(wave, samples(rng.uniform(0.06, 0.1), rate), _key(want, 1.3 * pitch), float(rng.uniform(0.4, 0.7)))
    case = ring(np.array([150.0, 260.0]), np.array([0.03, 0.02]), np.ones(2), samples(0.03, rate), rate)
    put(wave, 0, even(case), 0.55)
    return Hit(wave)


def _key(want: Want, pitch: float) -> Wave:
    rng, rate = want.rng, want.rate
    count = samples(0.03, rate)
    time = np.arange(count) / rate
    flick = band(
        noise(rng, count) * np.exp(-time / 0.006) * np.minimum(1, time / 0.0002),
        0.6 * pitch,
        2.6 * pitch,
        rate,
    )
    tones = pitch * np.array([1.0, 1.6, 2.3]) * rng.uniform(0.9, 1.1, 3)
    wave = 0.87 * even(flick) + 0.13 * even(
        ring(tones, np.array([0.022, 0.018, 0.013]), np.ones(3), count, rate)
    )
    wave[-32:] *= np.linspace(1, 0, 32)
    return wave


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
    ball = Blow(716, 9, 1.23, 0.071, 0.2, 0.65, 3300, 0.006)
    gap, gain, at = 0.62 * (0.6 + 0.8 * size), 1.0, 0.0
    while at * rate < count and gain > 0.02:
        hit = even(blow(replace(want, after=0.25), ball, 0.25))
        put(wave, round(at * rate), hit, gain)
        at += gap
        loss = float(rng.uniform(0.72, 0.8))
        gap, gain = gap * loss, gain * loss**1.4
    return Hit(wave)
