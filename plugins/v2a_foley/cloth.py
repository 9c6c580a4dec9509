"""Soft and thin things: cloth, paper, and the air itself when something passes."""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, fall, high, hump, low, noise, put, samples
from v2a_foley.wants import Want


def cloth(want: Want) -> Hit:
    """A rustle of clothes: brushes of soft noise, the strongest at the sync point."""
    rng, rate = want.rng, want.rate
    length = 0.25 + 0.5 * (1.1 - want.quality.speed)
    wave, sync = _gesture(want, length)
    for _ in range(5):
        at = int(rng.uniform(0, len(wave) * 0.7))
        count = samples(rng.uniform(0.06, 0.25), rate)
        brush = band(noise(rng, count), 350, rng.uniform(2500, 6500), rate) * hump(
            count, rng.uniform(0.2, 0.6)
        )
        put(wave, at, even(brush), 0.4 * float(rng.random()))
    return Hit(wave, sync)


def _gesture(want: Want, length: float) -> tuple[Wave, int]:
    before = min(want.before, 0.4 * length)
    sync = samples(before, want.rate) if before > 0.005 else 0
    count = sync + samples(min(want.after, 0.6 * length), want.rate)
    base = band(noise(want.rng, count), 300, 4200, want.rate) * hump(count, max(0.02, sync / count), 1.5)
    return even(base), sync


def paper(want: Want) -> Hit:
    """Paper that is turned, crumpled or handled: a swish full of small cracks."""
    rng, rate = want.rng, want.rate
    length = 0.35 + 0.5 * (1.1 - want.quality.speed)
    before = min(want.before, 0.35 * length)
    sync = samples(before, rate) if before > 0.005 else 0
    count = sync + samples(min(want.after, 0.65 * length), rate)
    shape = hump(count, max(0.02, sync / count), 1.2)
    cracks = (rng.random(count) < 700 * shape**2 / rate) * rng.pareto(1.6, count).clip(0, 8)
    flick = noise(rng, samples(0.003, rate)) * fall(samples(0.003, rate), 0.003, rate)
    wave = high(np.convolve(cracks, flick)[:count], 1400, rate)
    swish = band(noise(rng, count), 1200, 8000, rate) * shape**1.5
    return Hit(even(wave) + 0.25 * even(swish), sync)


def whoosh(want: Want) -> Hit:
    """Something passes through the air close by: noise whose band rises to the sync point and falls; left to right."""
    rng, rate, quality = want.rng, want.rate, want.quality
    half = 0.12 + 0.75 * (1.05 - quality.speed) * (0.5 + quality.size)
    before = min(want.before, half)
    sync = samples(before, rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 1.2 * half), rate)
    time = (np.arange(count) - sync) / rate
    near = 1 / (1 + (time / (0.28 * half)) ** 2)
    source = noise(rng, count)
    scale = 2.0 ** (1.2 * (0.5 - quality.size))
    edges = np.array([260.0, 520.0, 950.0, 1700.0]) * scale
    place = 3 * near**0.7
    wave = np.zeros(count)
    for n, edge in enumerate(edges):
        weight = np.maximum(0, 1 - np.abs(place - n))
        wave += weight * band(source, float(edge * 0.55), float(edge * 1.8), rate)
    wave = even(wave * near**1.3)
    wave = wave * np.minimum(1, np.arange(count) / max(1.0, 0.15 * max(sync, samples(0.02, rate))))
    wave *= np.minimum(1, np.arange(count)[::-1] / (0.2 * max(1, count - sync)))
    side = np.tanh(time / (0.5 * half)) * (1 if rng.random() < 0.5 else -1) * 0.7
    angle = (side + 1) * np.pi / 4
    return Hit(np.stack([wave * np.cos(angle), wave * np.sin(angle)]) * np.sqrt(2), sync)


def heartbeat(want: Want) -> Hit:
    """One beat of a heart, heard from inside: the valves' two thuds."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(min(want.after, 0.75), rate))
    for late, gain, pitch in ((0.0, 1.0, 52.0), (0.3 - 0.1 * want.quality.speed, 0.7, 64.0)):
        count = samples(0.16, rate)
        time = np.arange(count) / rate
        thud = np.sin(2 * np.pi * pitch * np.cumsum(1 + 0.7 * np.exp(-time / 0.02)) / rate) * np.exp(
            -time / 0.045
        )
        thud += 0.4 * low(noise(rng, count), 140, rate) * np.exp(-time / 0.03)
        put(wave, samples(late, rate) if late else 0, thud * np.minimum(1, time / 0.003), gain)
    return Hit(wave)
