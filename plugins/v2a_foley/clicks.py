"""Small mechanisms: switches, keys, cameras, clocks, bouncing balls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.blows import blow
from v2a_foley.foley import Hit
from v2a_foley.materials import TICK
from v2a_foley.shape import Wave, band, even, noise, put, ring, samples
from v2a_foley.wants import Want


def switch(want: Want) -> Hit:
    """A switch: the lever gives, and lands a moment later; two flicks of a hard little thing in a hollow box."""
    wave = np.zeros(samples(0.15, want.rate))
    small = 2.0 ** (0.8 * (0.5 - want.quality.size)) * float(want.rng.uniform(0.9, 1.1))
    for late, gain in ((0.0, 0.7), (float(want.rng.uniform(0.012, 0.022)), 1.0)):
        at = samples(late, want.rate) if late else 0
        put(wave, at, flick(want, 1500 * small, 9000 * small, 0.0016), gain)
        put(wave, at, flick(want, 350 * small, 1500 * small, 0.004), 0.5 * gain)
    return Hit(wave)


def keyboard(want: Want) -> Hit:
    """One key of a keyboard: the finger meets the cap, the key lands on the board, and softly comes up again."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(0.3, rate))
    pitch = float(rng.uniform(0.85, 1.2)) * 2.0 ** (0.8 * (0.5 - want.quality.size))
    landed = samples(0.014 * rng.uniform(0.7, 1.4), rate)
    put(wave, 0, _key(want, pitch), 0.3)
    put(wave, landed, _key(want, 0.9 * pitch), 1.0)
    put(wave, samples(0.14 * rng.uniform(0.7, 1.4), rate), _key(want, 1.2 * pitch), 0.17)
    return Hit(wave)


def _key(want: Want, pitch: float) -> Wave:
    wave = flick(want, 137 * pitch, 1730 * pitch, 0.032, 0.001) * 0.17
    put(wave, 0, flick(want, 2200 * pitch, 9600 * pitch, 0.002, 0.0015))
    return wave


def camera(want: Want) -> Hit:
    """A camera's shutter: mirror up, curtain, mirror down, and a whir of the motor; each contact a flick of noise."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(min(want.after, 0.45), rate))
    deep = 2.0 ** (0.6 * (0.5 - want.quality.size))
    for late, gain, pitch in ((0.0, 1.0, 1.0), (0.05, 0.23, 1.3), (0.063, 0.69, 0.9), (0.1, 0.5, 0.75)):
        at = samples(late * rng.uniform(0.92, 1.08), rate) if late else 0
        bottom = 1400 * pitch * deep * float(rng.uniform(0.9, 1.1))
        put(wave, at, flick(want, bottom, 12_000 * pitch * deep, 0.0055), gain)
        put(wave, at, flick(want, 417 * pitch * deep, 1010 * pitch * deep, 0.003), 0.07 * gain)
    count = samples(0.07, rate)
    time = np.arange(count) / rate
    turns = np.cumsum(161.0 * (1 + 0.6 * np.minimum(1, time / 0.06))) / rate
    motor = band(np.sign(np.sin(2 * np.pi * turns)) + noise(rng, count), 1900, 3900, rate)
    put(wave, samples(0.12, rate), even(motor * np.sin(np.pi * np.arange(count) / count)), 0.14)
    return Hit(wave)


def flick(want: Want, bottom: float, top: float, seconds: float, rise: float = 0.0003) -> Wave:
    """A small contact: noise in a band that falls to a third in so many seconds."""
    count = samples(8 * seconds + 0.01, want.rate)
    time = np.arange(count) / want.rate
    burst = noise(want.rng, count) * np.minimum(1, time / rise) * np.exp(-time / seconds)
    return even(band(burst, bottom, top, want.rate) * np.minimum(1, np.arange(count)[::-1] / (0.2 * count)))


def clock(want: Want) -> Hit:
    """One beat of a clock: its escapement unlocks, is pushed on, and drops against its stop at the sync point.

    Every other beat is a little lower, and takes a little longer.
    """
    rate = want.rate
    tock = round(want.before * 2) % 2
    drop = samples(0.03 if tock else 0.0265, rate)
    wave = np.zeros(drop + samples(0.17, rate))
    for at, gain, higher in ((0, 0.13, 1.3), (samples(0.01, rate), 0.08, 1.2), (drop, 1.0, 1.0)):
        modes = replace(TICK.modes, lowest=TICK.modes.lowest * higher * (0.93 if tock else 1.0))
        put(wave, at, even(blow(want, replace(TICK, modes=modes), 0.15)), gain)
    return Hit(wave, drop)


def bounce(want: Want) -> Hit:
    """A ball is dropped: each bounce lower, sooner and softer than the one before, by the same share."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    wave = np.zeros(samples(min(want.after, 3.0), rate))
    gap, gain, at = 0.64 * (0.6 + 0.8 * size), 1.0, 0.0
    keeps = float(rng.uniform(0.79, 0.84))
    pitch = 174.0 * 2.0 ** (1.2 * (0.5 - size)) * float(rng.uniform(0.9, 1.1))
    while at * rate < len(wave) and gain > 0.02:
        put(wave, round(at * rate), _bounced(want, pitch), gain)
        at += gap
        gap, gain = gap * keeps, gain * keeps**1.05
    return Hit(wave)


def _bounced(want: Want, pitch: float) -> Wave:
    """One contact of a ball: the skin's slap, the air inside it, the floor's thud."""
    rng, rate = want.rng, want.rate
    ratios = 1.15 ** np.arange(7) * np.exp(rng.normal(0, 0.02, 7))
    count = samples(0.35, rate)
    long = 0.032 * ratios**-0.42 * rng.uniform(0.7, 1.3, 7)
    wave = 0.86 * even(ring(pitch * ratios, long, rng.uniform(0.4, 1.0, 7) / ratios**0.5, count, rate))
    put(wave, 0, flick(want, 660, 2000, 0.0084, 0.0004), 0.43)
    thud = ring(pitch * np.array([0.54, 0.87]), np.full(2, 0.113), np.ones(2), count, rate)
    return wave + 0.2 * even(thud)
