"""Soft and thin things: cloth, paper, and the air itself when something passes."""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, fall, hump, low, noise, put, samples, strewn
from v2a_foley.wants import Want


def cloth(want: Want) -> Hit:
    """A rustle of clothes: fibres that rub, brushes of cloth on cloth, the strongest at the sync point."""
    rng, rate = want.rng, want.rate
    length, sync, shape = _gesture(want, 0.45 + 0.6 * (1.05 - want.quality.speed), 22, 0.377)
    stiff = 2.0 ** (0.8 * (0.5 - want.quality.size))
    rubbing = noise(rng, length) * shape * _unsteady(rng, length, round(133 * length / rate), 0.178)
    wave = 0.69 * even(band(rubbing, 312 * stiff, 4800 * stiff, rate, 2))
    for _ in range(7):
        count = samples(rng.uniform(0.033, 0.193), rate)
        bottom = 418 * stiff * float(rng.uniform(0.7, 1.4))
        brush = band(noise(rng, count) * hump(count, 0.3, 1.0), bottom, 4.8 * bottom, rate)
        put(wave, int(rng.uniform(0, 0.8) * length), even(brush), 0.09 * float(rng.random()))
    wave += 0.0137 * even(_specks(want, shape, 660.0, 1.39))
    return Hit(wave * shape**0.135, sync)


def _gesture(want: Want, length: float, turns: int, uneven: float) -> tuple[int, int, Wave]:
    """How long a movement is, where it is strongest, and its unsteady strength, all on the clock of its samples."""
    before = min(want.before, 0.4 * length)
    sync = samples(before, want.rate) if before > 0.005 else 0
    count = sync + samples(min(want.after, 0.6 * length), want.rate)
    shape = hump(count, max(0.02, sync / count), 0.8) * _unsteady(want.rng, count, turns, uneven)
    return count, sync, shape / max(float(shape.max()), 1e-9)


def _unsteady(rng: np.random.Generator, count: int, turns: int, depth: float) -> Wave:
    """Strength that wavers about 1 through so many turns, the more the greater the depth."""
    knots = np.exp(depth * rng.normal(0, 1, max(4, turns)))
    return np.asarray(np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(knots)), knots))


def _specks(want: Want, shape: Wave, rate: float, rare: float) -> Wave:
    """Tiny cracks by chance, so many a second where the movement is strongest."""
    rng = want.rng
    hits = (rng.random(len(shape)) < rate * shape / want.rate) * rng.exponential(1.0, len(shape)) ** rare
    count = samples(0.004, want.rate)
    speck = band(noise(rng, count) * fall(count, 0.006, want.rate), 1500, 8000, want.rate)
    return np.convolve(hits, speck)[: len(shape)] + 1e-9


def paper(want: Want) -> Hit:
    """Paper that is turned, crumpled or handled: facets that snap over by chance, in bouts, and a swish.

    Crumpling paper makes clicks whose energies have a heavy tail (Kramer and Lobkovsky, "Universal power law in the
    noise from a crumpled elastic sheet", 1996).
    """
    rng, rate = want.rng, want.rate
    length, sync, shape = _gesture(want, 0.5 + 0.9 * (1.05 - want.quality.speed), 17, 0.39)
    bouts = _unsteady(rng, length, round(20 * length / rate), 0.35)
    chance = 340 * (0.6 + 0.8 * want.quality.force) * shape * bouts / rate
    hits = np.where(rng.random(length) < chance, np.minimum(rng.pareto(1.56, length) + 0.1, 12.0), 0.0)
    count = samples(0.02, rate)
    time = np.arange(count) / rate
    facets = []
    for pitch in np.exp(rng.uniform(np.log(1620), np.log(9490), 12)):
        snap = noise(rng, count) * np.exp(-time / (0.0009 * rng.uniform(0.4, 2.0)))
        snap *= np.minimum(1, time / 0.0002)
        facets.append(even(band(snap, 0.6 * float(pitch), 1.8 * float(pitch), rate)))
    wave = strewn(hits, np.stack(facets), rng)
    swish = band(noise(rng, length) * shape**1.3 * bouts, 635, 8470, rate)
    return Hit(even(wave) + 0.157 * even(swish), sync)


def whoosh(want: Want) -> Hit:
    """Something passes through the air close by, nearest at the sync point; its band rises and falls, left to right.

    Turbulence in air sounds with the sixth power of the speed (Curle, 1955), and towards where it goes, so a pass
    swells steeply and is over sooner than it came; its pitch falls as it passes (Doppler).
    """
    rng, rate, quality = want.rng, want.rate, want.quality
    half = 0.12 + 0.75 * (1.05 - quality.speed) * (0.5 + quality.size)
    before = min(want.before, half)
    sync = samples(before, rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.75 * half), rate)
    time = (np.arange(count) - sync) / rate
    near = np.exp(-((np.where(time < 0, time, 1.8 * time) / (0.35 * half)) ** 2))
    source = noise(rng, count)
    place = 3 * near**0.7
    wave = np.zeros(count)
    for n, edge in enumerate(np.array([260.0, 520.0, 950.0, 1700.0]) * 2.0 ** (1.2 * (0.5 - quality.size))):
        wave += np.maximum(0, 1 - np.abs(place - n)) * band(
            source, float(edge * 0.7), float(edge * 1.45), rate
        )
    moving = 8.0 + 35.0 * quality.speed
    closing = 343.0 / (343.0 + moving * moving * time / np.hypot(moving * time, 1.5))
    clock = np.cumsum(closing)
    wave = np.interp(clock - clock[min(sync, count - 1)] + sync, np.arange(count), even(wave * near**1.3))
    wave *= np.minimum(1, np.arange(count)[::-1] / (0.1 * max(1, count - sync)))
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
