"""Great bangs: explosions and gunshots, each with the air it rolls through.

A blast is a steep front, a low-pressure swing and debris (a Friedlander wave).
"""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, coloured, even, fall, low, noise, put, samples
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
    """A shot: the muzzle's steep front, the gas behind it, echoes within a tenth of a second, and the open's long tail."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 1.2 + size), rate)
    time = np.arange(count) / rate
    long = 0.0018 * 2.0 ** (1.5 * (size - 0.5))
    front = (1 - time / long) * np.exp(-time / long)
    gas = noise(rng, count) * (np.exp(-time / 0.03) + 0.55 * np.exp(-time / (0.05 + 0.1 * size)))
    gas = low(gas * np.minimum(1, time / 0.0003), 8000 + 6000 * (1 - size), rate)
    thump = np.sin(2 * np.pi * np.cumsum(71 + 180 * np.exp(-time / 0.02)) / rate) * np.exp(-time / 0.06)
    wave = even(gas) + 0.8 * even(front) + (0.05 + 0.2 * size) * thump
    path = np.zeros(count)
    path[0] = 1.0
    for late in rng.uniform(0.01, 0.09, 14):
        if late * rate < count:
            path[int(late * rate)] += 0.05 * rng.choice([-1.0, 1.0])
    tail = noise(rng, count) * np.exp(-6.9 * time / 0.58) * np.minimum(1, time / 0.01)
    tail = low(tail, 2300, rate, 1)
    path += 0.14 * tail / np.sqrt((tail**2).sum())
    return Hit(np.tanh(3.3 * even(through(wave, path))))


def through(wave: Wave, path: Wave) -> Wave:
    """A wave after its way through a space, cut to its own length."""
    size = 1 << (len(wave) + len(path)).bit_length()
    return np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(path, size), size)[: len(wave)]
