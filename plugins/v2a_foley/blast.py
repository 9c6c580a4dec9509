"""Great bangs: explosions, gunshots, thunder, each with the air it rolls through.

A blast is a steep front, a low-pressure swing and debris (a Friedlander wave); thunder adds up the N-waves of a crooked
channel, near parts first and bright, far ones late and dull (Few, 1969; Farnell, 2010).
"""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, coloured, even, fall, high, low, noise, put, samples
from v2a_foley.wants import Want


def explosion(want: Want) -> Hit:
    """An explosion: the front, the roar that darkens as it spreads, the rubble that comes down."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 2.5 + 3.5 * size), rate)
    time = np.arange(count) / rate
    front = noise(rng, count) * np.minimum(1, time / 0.0006) * np.exp(-time / 0.035)
    roar = darkening(want, count, 2600.0, 90.0, 0.5 + 0.5 * size) * np.minimum(1, time / 0.012)
    swing = np.sin(2 * np.pi * np.cumsum(28 + 70 * np.exp(-time / 0.12)) / rate) * np.exp(
        -time / (0.35 + 0.4 * size)
    )
    wave = 0.9 * even(front) + 1.1 * even(
        roar * (0.75 * np.exp(-time / (0.3 + 0.4 * size)) + 0.25 * np.exp(-time / 1.5))
    )
    wave += 0.8 * even(swing)
    for _ in range(int(60 + 80 * size)):
        begin = samples(0.25 + rng.gamma(2.0, 0.45), rate)
        length = samples(rng.uniform(0.005, 0.04), rate)
        chunk = band(
            noise(rng, length) * fall(length, rng.uniform(0.01, 0.05), rate),
            300,
            rng.uniform(1500, 6000),
            rate,
        )
        put(wave, begin, even(chunk), 0.10 * float(rng.random()) ** 2)
    return Hit(np.tanh(1.6 * wave))


def darkening(want: Want, count: int, start: float, end: float, seconds: float) -> Wave:
    """Noise whose upper edge falls from one frequency to another within so many seconds."""
    source = coloured(want.rng, count, -2.0, want.rate)
    time = np.arange(count) / want.rate
    edges = np.geomspace(start, end, 6)
    place = np.clip(time / seconds, 0, 1) ** 0.6 * 5
    out = np.zeros(count)
    for n, edge in enumerate(edges):
        weight = np.maximum(0, 1 - np.abs(place - n))
        if weight.any():
            out += weight * low(source, float(edge), want.rate)
    return out


def gunshot(want: Want) -> Hit:
    """A shot: the muzzle's blast, then its echoes from near and far."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 1.6 + size), rate)
    time = np.arange(count) / rate
    wave = np.zeros(count)
    blast = (
        noise(rng, count)
        * np.minimum(1, time / 0.0002)
        * (np.exp(-time / 0.006) + 0.35 * np.exp(-time / 0.03))
    )
    thump = np.sin(2 * np.pi * np.cumsum(60 + 160 * np.exp(-time / 0.02)) / rate) * np.exp(-time / 0.06)
    wave += even(low(blast, 4000 + 7000 * (1 - size), rate)) + (0.5 + 0.4 * size) * thump
    tail = low(noise(rng, count), 2200, rate) * np.minimum(1, time / 0.02)
    wave += 0.22 * even(tail * (np.exp(-time / 0.16) + 0.25 * np.exp(-time / 0.6)))
    for _ in range(7):
        begin = samples(rng.uniform(0.03, 0.6), rate)
        put(
            wave,
            begin,
            low(wave[: samples(0.08, rate)].copy(), 3000, rate),
            float(0.25 * np.exp(-begin / rate / 0.25)),
        )
    return Hit(np.tanh(2.2 * wave))


def thunder(want: Want) -> Hit:
    """Thunder: claps from the crooked channel's parts, then the long rumble from its ends."""
    rng, rate = want.rng, want.rate
    far = float(np.clip(np.log10(max(want.quality.distance, 1.0)) / 3.0, 0.1, 1.0))
    count = samples(min(want.after, 7.0 + 4.0 * far), rate)
    time = np.arange(count) / rate
    claps = np.zeros(count)
    for n in range(40):
        begin = 0.0 if n == 0 else float(rng.gamma(1.6, 0.9 + 1.2 * far))
        length = samples(rng.uniform(0.25, 1.1), rate)
        edge = (1.0 - 0.8 * far) * 1500.0 / (1 + begin) + 90.0
        clap = (
            low(noise(rng, length), edge, rate)
            * np.sin(np.linspace(0, np.pi, length))
            * fall(length, 2.5, rate)
        )
        put(
            claps,
            samples(begin, rate) if n else 0,
            even(clap),
            float(rng.uniform(0.3, 1.0) * np.exp(-begin / 3.5)),
        )
    roll = np.interp(
        time, np.arange(0, time[-1] + 1, 0.3), rng.uniform(0.2, 1.3, len(np.arange(0, time[-1] + 1, 0.3)))
    )
    rumble = (
        low(coloured(rng, count, -3.0, rate), 160.0, rate) * np.minimum(1, time / 0.4) * np.exp(-time / 3.0)
    )
    wave = 0.8 * even(claps) + 1.0 * even(rumble * roll)
    if far < 0.45:
        crack = high(noise(rng, count), 900, rate) * np.exp(-time / 0.05) * np.minimum(1, time / 0.0005)
        wave += 0.5 * even(crack)
    return Hit(wave)
