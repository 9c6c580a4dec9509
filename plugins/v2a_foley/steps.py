"""Footsteps: heel, roll and toe on what lies underfoot.

Loose ground is a cloud of particle collisions driven by the foot's pressure (Cook, "Modeling Bill's Gait", 2002, and
PhISEM); hard ground is a struck body under a heel of given weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, fall, high, low, noise, put, ring, samples
from v2a_foley.strike import Body, struck
from v2a_foley.wants import Want


@dataclass(frozen=True)
class Floor:
    """A ground: grains a second under full pressure, their band in hertz and length in seconds, and the heel's body."""

    grains: float
    bottom: float
    top: float
    length: float
    heel: Body
    hard: float
    thud: float


_SOLE = Body(150, 8, 1.45, 0.05, 0.9, 1.0)
_FLOORS = {
    "concrete": Floor(250, 1800, 9000, 0.002, Body(260, 12, 1.4, 0.035, 0.7, 1.6), 1.0, 0.5),
    "wood": Floor(120, 700, 5000, 0.003, Body(115, 12, 1.34, 0.12, 0.8, 0.8), 1.0, 0.9),
    "metal": Floor(150, 1500, 8000, 0.003, Body(190, 26, 1.17, 0.6, 0.4, 0.7), 1.0, 0.5),
    "gravel": Floor(900, 1200, 8500, 0.006, _SOLE, 0.25, 0.4),
    "sand": Floor(2200, 900, 5500, 0.004, _SOLE, 0.08, 0.5),
    "snow": Floor(1600, 500, 3800, 0.010, _SOLE, 0.05, 0.35),
    "grass": Floor(700, 1500, 7500, 0.007, _SOLE, 0.12, 0.55),
    "leaves": Floor(650, 1500, 9500, 0.009, _SOLE, 0.12, 0.4),
    "puddle": Floor(500, 600, 6500, 0.012, _SOLE, 0.3, 0.4),
}
_FLOORS["tin"] = _FLOORS["metal"]
_FLOORS["glass"] = _FLOORS["concrete"]


def footsteps(want: Want) -> Hit:
    """One step; the sync point is the heel's strike."""
    rng, rate, quality = want.rng, want.rate, want.quality
    floor = _FLOORS.get(quality.surface, _FLOORS["concrete"])
    fast = quality.speed > 0.7
    roll = (0.09 if fast else 0.15) * rng.uniform(0.85, 1.15)
    length = samples(min(want.after, roll + 0.5), rate)
    wave = np.zeros(length)
    put(wave, 0, even(struck(want, floor.heel, 0.5)), floor.hard)
    toe = even(struck(want, floor.heel, 0.4))
    put(wave, samples(roll * 0.8, rate), low(toe, 3500, rate), floor.hard * rng.uniform(0.25, 0.45))
    weight = 0.6 + 0.8 * quality.size
    thud = even(
        ring(np.array([58.0, 84.0, 118.0]) / weight, np.array([0.12, 0.1, 0.08]), np.ones(3), length, rate)
    )
    put(wave, 0, thud, floor.thud * weight * (0.5 + quality.force))
    put(wave, 0, even(_particles(want, floor, roll, length)), 1.0 - 0.75 * floor.hard)
    if quality.wetness > 0.3:
        put(wave, samples(0.01, rate), even(_splash(want, length)), 0.7 * quality.wetness)
    return Hit(wave)


def _particles(want: Want, floor: Floor, roll: float, length: int) -> Wave:
    """Collisions of grains under the foot: a burst at the heel, a second at the toe, each grain a flick of noise."""
    rng, rate = want.rng, want.rate
    time = np.arange(length) / rate
    heel = np.exp(-time / 0.035) * np.minimum(1, time / 0.002)
    toe = 0.8 * np.exp(-(((time - roll) / 0.05) ** 2)) * (time > 0.01)
    pressure = heel + toe
    chance = pressure * floor.grains / rate * (0.6 + 0.8 * want.quality.force)
    hits = (rng.random(length) < chance) * rng.exponential(1.0, length) * np.sqrt(pressure)
    kernel = noise(rng, samples(floor.length * 3, rate)) * fall(
        samples(floor.length * 3, rate), floor.length * 2.5, rate
    )
    other = noise(rng, len(kernel)) * fall(len(kernel), floor.length * 1.4, rate)
    half = rng.random(length) < 0.5
    mixed = np.convolve(hits * half, kernel)[:length] + np.convolve(hits * ~half, other)[:length]
    mixed += 0.15 * pressure * noise(rng, length)
    return band(mixed, floor.bottom, floor.top, rate, 2)


def _splash(want: Want, length: int) -> Wave:
    """Water thrown aside: a wash of noise and some bubbles."""
    rng, rate = want.rng, want.rate
    wash = high(noise(rng, length), 900, rate) * np.exp(-np.arange(length) / (0.06 * rate))
    wash *= np.minimum(1, np.arange(length) / (0.004 * rate))
    for _ in range(14):
        begin = int(rng.exponential(0.06) * rate)
        pitch = rng.uniform(500, 2600)
        put(
            wash, begin, ring(np.array([pitch]), np.array([0.03]), np.ones(1), samples(0.04, rate), rate), 1.5
        )
    return wash
