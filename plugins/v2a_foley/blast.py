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
    """A shot: the muzzle's steep front, the gas behind it, and what ground, trees and walls send back for a second and more.

    In a recorded shot most of the energy lies in what is scattered back within the first tenths of a second.
    """
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 1.2 + size), rate)
    time = np.arange(count) / rate
    long = 0.0018 * 2.0 ** (1.5 * (size - 0.5))
    front = (1 - time / long) * np.exp(-time / long)
    gas = noise(rng, count) * (np.exp(-time / 0.039) + 0.64 * np.exp(-time / (0.02 + 0.1 * size)))
    gas = low(gas * np.minimum(1, time / 0.0003), 8500 + 6000 * (1 - size), rate)
    body = band(noise(rng, count), 265, 1070, rate) * np.exp(-time / 0.059) * np.minimum(1, time / 0.001)
    thump = np.sin(2 * np.pi * np.cumsum(71 + 180 * np.exp(-time / 0.02)) / rate) * np.exp(-time / 0.06)
    wave = even(gas) + 0.87 * even(front) + 0.37 * even(body) + (0.13 + 0.2 * size) * thump
    return Hit(np.tanh(1.96 * even(through(wave, _open(rng, count, rate)))))


def _open(rng: np.random.Generator, count: int, rate: int) -> Wave:
    """The open air around a shot: the way to us, scattering for a tenth of a second, a few far walls, a long faint tail."""
    time = np.arange(count) / rate
    tail = noise(rng, count) * np.exp(-6.9 * time / 1.47) * np.minimum(1, time / 0.012)
    for late in rng.uniform(0.08, 0.6, 5):
        since = np.maximum(time - late, 0)
        tail += 0.19 * noise(rng, count) * np.exp(-since / 0.03 - 3 * late) * (time > late)
    tail += 0.23 * noise(rng, count) * np.exp(-time / 0.108) * np.minimum(1, time / 0.02)
    tail = low(tail, 2700, rate, 1)
    path = 0.03 * tail / np.sqrt((tail**2).sum())
    path[0] += 1.0
    for late in rng.uniform(0.01, 0.09, 14):
        if late * rate < count:
            path[int(late * rate)] += 0.02 * rng.choice([-1.0, 1.0])
    return np.asarray(path)


def through(wave: Wave, path: Wave) -> Wave:
    """A wave after its way through a space, cut to its own length."""
    size = 1 << (len(wave) + len(path)).bit_length()
    return np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(path, size), size)[: len(wave)]
