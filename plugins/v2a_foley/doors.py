"""Doors: handle, latch, slam and gate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.blows import blow
from v2a_foley.creaks import creaking
from v2a_foley.foley import Hit
from v2a_foley.materials import GATE
from v2a_foley.shape import Wave, band, even, hump, noise, put, ring, samples
from v2a_foley.strike import Body, panel, struck
from v2a_foley.wants import Want

_LATCH = Body(1100, 24, 6.0, 0.03, 0.6, 0.9, plate=True, soft=0.3)


def latch(want: Want) -> Hit:
    """A latch or a bolt, heard through the door that carries it."""
    return Hit(bolt(want, 1.0))


def bolt(want: Want, carried: float = 0.0) -> Wave:
    """The spring bolt of a lock: it is drawn, and snaps home a moment later; small hard contacts in a case of metal.

    A lock of some grams is hardly heard by itself: the leaf that it is mounted in is its sounding board (`carried`).
    """
    rng = want.rng
    wave = np.zeros(samples(0.4, want.rate))
    small = 2.0 ** (0.8 * (0.5 - want.quality.size)) * float(rng.uniform(0.9, 1.1))
    home = float(rng.uniform(0.05, 0.08))
    for late, gain in ((0.0, 0.45), (home, 1.0), (home + 0.011, 0.28)):
        at = samples(late, want.rate) if late else 0
        bright = gain * (0.35 if carried else 1.0)
        put(wave, at, _flick(want, 900 * small, 7000 * small, 0.004), bright)
        put(wave, at, _flick(want, 250 * small, 1100 * small, 0.006), 0.6 * bright)
        case = even(struck(replace(want, after=0.1), _LATCH, 0.1))
        put(wave, at, case, 0.12 * gain)
        if carried:
            put(wave, at, panel(want, 170.0), carried * gain)
    return wave


def door_close(want: Want) -> Hit:
    """A door falls shut: air and hinge before, the panel against its frame at the sync point, the latch."""
    rng, rate, quality = want.rng, want.rate, want.quality
    before = min(want.before, 0.35)
    sync = samples(before, rate) if before > 0.02 else 0
    metal = quality.material == "metal"
    wave = np.zeros(sync + samples(min(want.after, 1.8 if metal else 0.9), rate))
    if sync:
        air = band(noise(rng, sync), 120, 900, rate) * np.linspace(0, 1, sync) ** 4
        put(wave, 0, even(air), 0.02)
    at, gain, gap = 0.0, 1.0, 0.027
    for _ in range(1 + round(2 * quality.force)):
        put(wave, sync + (samples(at, rate) if at else 0), _leaf(want, metal), gain)
        at += gap * float(rng.uniform(0.7, 1.3))
        gap *= 0.8
        gain *= 0.5 * float(rng.uniform(0.7, 1.3))
    put(wave, sync + samples(0.0085, rate), bolt(want), 0.16 * (1 - quality.force) ** 3)
    return Hit(wave, sync)


def _leaf(want: Want, metal: bool) -> Wave:
    """A door's leaf that meets its frame, as it does two or three times within a tenth of a second: a heavy panel's
    close-set modes, short because the frame holds it; the slap of the gap, the hiss of the seal, the wall's boom.
    """
    rng, rate = want.rng, want.rate
    heavy = 2.0 ** (0.8 * (0.5 - want.quality.size)) * float(rng.uniform(0.85, 1.15))
    ratios = 1.1 ** np.arange(8) * np.exp(rng.normal(0, 0.08, 8))
    long = 6.9 * 0.0148 * ratios**-0.2 * rng.uniform(0.7, 1.3, 8)
    count = samples(0.6, rate)
    wave = even(ring(157.0 * heavy * ratios, long, rng.uniform(0.4, 1.0, 8) / ratios**0.5, count, rate))
    put(wave, 0, _flick(want, 60, 3600, 0.0082), 0.1 + 0.1 * want.quality.force)
    put(wave, 0, _flick(want, 1000, 5000, 0.0033), 0.2 + 0.36 * want.quality.force)
    boom = 45.0 * heavy * np.array([1.0, 1.45, 2.1])
    wall = even(ring(boom, 0.176 * np.array([1.0, 0.8, 0.6]), np.ones(3), count, rate))
    if metal:
        sheet = Body(170, 60, 12.0, 0.8, 0.5, 1.0, plate=True, soft=0.5)
        wave = 0.5 * wave
        put(wave, 0, even(struck(replace(want, after=1.5), sheet, 0.6)), 0.6)
    return wave + 0.42 * wall


def _flick(want: Want, bottom: float, top: float, seconds: float) -> Wave:
    """A contact's burst of noise in a band, that falls to a third in so many seconds."""
    count = samples(min(0.5, 8 * seconds), want.rate)
    time = np.arange(count) / want.rate
    burst = noise(want.rng, count) * np.minimum(1, time / 0.001) * np.exp(-time / seconds)
    return even(band(burst, bottom, top, want.rate) * np.linspace(1, 0, count) ** 0.3)


def door_open(want: Want) -> Hit:
    """A door opens: handle and latch at the sync point, the leaf that leaves its frame, then the swing and the hinge."""
    rng, rate = want.rng, want.rate
    count = samples(min(want.after, 1.3), rate)
    wave = np.zeros(count)
    put(wave, 0, bolt(want, 1.0))
    soft = replace(want, quality=replace(want.quality, force=0.3 * want.quality.force))
    put(wave, samples(0.085, rate), even(_leaf(soft, want.quality.material == "metal")), 0.55)
    swing = band(noise(rng, count), 200, 1400, rate) * hump(count, 0.4)
    put(wave, 0, even(swing), 0.015)
    if rng.random() < 0.6 and count > samples(0.4, rate):
        put(wave, samples(0.15, rate), creaking(want, count - samples(0.15, rate), 0.5), 0.035)
    return Hit(wave)


def gate(want: Want) -> Hit:
    """A metal gate or a cell's door falls shut: iron on iron, three or four times, and the bars that ring on."""
    return Hit(blow(want, GATE, 2.2))
