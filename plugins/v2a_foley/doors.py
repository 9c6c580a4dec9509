"""Doors: latch, slam, creak and gate.

A creak is stick and slip: friction lets go in pulses whose rate follows the hinge's speed, and each pulse rings the
wood (after the bristle models that Avanzini, Serafin and Rocchesso use, 2005).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, hump, noise, put, resonant, ring, samples
from v2a_foley.strike import BODIES, Blow, Body, blow, struck
from v2a_foley.wants import Want

_SLAM = Blow(277, 6, 1.12, 0.056, 0.8, 1.35, 3800, 0.045)
_PANEL = Body(95, 14, 1.31, 0.16, 0.7, 1.0)
_LATCH = Body(1300, 12, 1.24, 0.05, 0.5, 0.9, soft=0.3)


def latch(want: Want) -> Wave:
    """The spring bolt of a lock: two clicks of small metal."""
    wave = np.zeros(samples(0.16, want.rate))
    one = even(struck(replace(want, after=0.07), _LATCH, 0.07))
    two = even(struck(replace(want, after=0.07), replace(_LATCH, pitch=900), 0.07))
    put(wave, 0, one, 0.7)
    put(wave, samples(want.rng.uniform(0.03, 0.06), want.rate), two, 1.0)
    return wave


def door_close(want: Want) -> Hit:
    """A door falls shut: air and hinge before, the panel against its frame at the sync point, the latch."""
    rng, rate, force = want.rng, want.rate, want.quality.force
    before = min(want.before, 0.35)
    sync = samples(before, rate) if before > 0.02 else 0
    metal = want.quality.material == "metal"
    count = sync + samples(min(want.after, 1.6 if metal else 0.9), rate)
    wave = np.zeros(count)
    if sync:
        air = band(noise(rng, sync), 120, 900, rate) * np.linspace(0, 1, sync) ** 3
        put(wave, 0, even(air), 0.06)
    panel = struck(want, BODIES["metal"], 1.2) if metal else blow(want, _SLAM, 0.7)
    put(wave, sync, even(panel))
    boom = even(
        ring(np.array([52.0, 74.0, 110.0]), np.array([0.3, 0.25, 0.2]), np.ones(3), samples(0.5, rate), rate)
    )
    put(wave, sync, boom, 0.5 * force)
    put(wave, sync + samples(0.012, rate), latch(want), 0.15)
    for _ in range(int(5 * force)):
        rattle = even(struck(replace(want, after=0.06), _LATCH, 0.06))
        put(wave, sync + samples(rng.uniform(0.05, 0.3), rate), rattle, 0.08 * float(rng.random()))
    return Hit(wave, sync)


def door_open(want: Want) -> Hit:
    """A door opens: the handle and latch at the sync point, then the hinge and the swing."""
    rng, rate = want.rng, want.rate
    count = samples(min(want.after, 1.3), rate)
    wave = np.zeros(count)
    put(wave, 0, latch(want), 0.8)
    put(wave, 0, even(struck(replace(want, after=0.3), _PANEL, 0.3)), 0.5)
    swing = band(noise(rng, count), 200, 1400, rate) * hump(count, 0.35)
    put(wave, 0, even(swing), 0.05)
    if rng.random() < 0.6:
        squeak = (
            creaking(want, count - samples(0.15, rate), 0.5) if count > samples(0.4, rate) else np.zeros(1)
        )
        put(wave, samples(0.15, rate), squeak, 0.18)
    return Hit(wave)


def creak(want: Want) -> Hit:
    """A hinge or a board creaks; loudest at the sync point."""
    length = 0.5 + 0.9 * (1.2 - want.quality.speed)
    before = min(want.before, 0.45 * length)
    sync = samples(before, want.rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.55 * length), want.rate)
    return Hit(creaking(want, count, max(0.02, sync / count)), sync)


def creaking(want: Want, count: int, peak: float) -> Wave:
    """Stick and slip for so many samples, strongest at the relative place `peak`."""
    rng, rate = want.rng, want.rate
    x = np.linspace(0, 1, count)
    pace = (70 + 240 * want.quality.speed) * (0.55 + 0.9 * hump(count, peak, 1.0))
    pace *= np.exp(0.25 * np.interp(x, np.linspace(0, 1, 9), rng.normal(0, 1, 9)))
    cycles = np.cumsum(pace) / rate
    slips = np.flatnonzero(np.diff(np.floor(cycles)) > 0)
    pulses = np.zeros(count)
    pulses[np.clip(slips + rng.integers(0, max(2, rate // 2500), len(slips)), 0, count - 1)] = rng.uniform(
        0.5, 1, len(slips)
    )
    pulses += 0.02 * noise(rng, count)
    out = np.zeros(count)
    for centre, gain in ((430, 0.5), (820, 0.8), (1350, 1.0), (2150, 0.8), (3300, 0.5)):
        out += gain * resonant(
            pulses, centre * 2 ** (0.8 * (0.5 - want.quality.size)) * rng.uniform(0.9, 1.1), 9.0, rate
        )
    return even(out * hump(count, peak, 0.7))


def gate(want: Want) -> Hit:
    """A metal gate clangs shut and shivers."""
    rng, rate = want.rng, want.rate
    count = samples(min(want.after, 2.6), rate)
    wave = np.zeros(count)
    bars = Body(400, 58, 8.1, 1.1, 0.4, 2.0, plate=True, soft=0.12)
    dull = Blow(300, 4, 1.4, 0.1, 0.2, 0.7, 6000, 0.014)
    for late, gain in (
        (0.0, 1.0),
        (rng.uniform(0.06, 0.1), 0.5),
        (rng.uniform(0.15, 0.22), 0.3),
        (rng.uniform(0.26, 0.36), 0.15),
    ):
        at = samples(late, rate) if late else 0
        put(wave, at, even(struck(want, bars, 2.2)), gain)
        put(wave, at, even(blow(want, dull, 0.4)), 0.8 * gain)
    return Hit(wave)
