"""Footsteps: heel, roll and toe on what lies underfoot.

Loose ground is a cloud of particle collisions driven by the foot's pressure (Cook, "Modeling Bill's Gait", 2002, and
PhISEM); hard ground is a struck body under a heel of given weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, high, noise, put, ring, samples
from v2a_foley.strike import Body, struck
from v2a_foley.wants import Want


@dataclass(frozen=True)
class Floor:
    """A ground: its particles (a second under full pressure, band in hertz, length in seconds, level), and its hardness.

    `hard` is the level of the heel's contact, `bright` the contact's upper edge in hertz, `board` the level of the
    body that answers and `pitch` its lowest mode.
    """

    grains: float
    bottom: float
    top: float
    length: float
    loose: float
    hard: float
    bright: float
    board: float
    pitch: float
    thud: float = 1.1


_FLOORS = {
    "concrete": Floor(250, 1800, 9000, 0.002, 0.04, 0.32, 1350, 0.6, 190, 1.4),
    "wood": Floor(120, 700, 5000, 0.003, 0.06, 0.45, 1300, 1.1, 125),
    "metal": Floor(150, 1500, 8000, 0.003, 0.08, 0.5, 2200, 0.8, 190),
    "gravel": Floor(1900, 550, 2700, 0.002, 1.0, 0.15, 1500, 0.1, 150, 0.9),
    "sand": Floor(2600, 450, 2300, 0.002, 0.9, 0.06, 900, 0.1, 130, 0.9),
    "snow": Floor(1500, 350, 1700, 0.004, 1.0, 0.03, 700, 0.1, 120, 0.8),
    "grass": Floor(1200, 650, 3300, 0.003, 0.6, 0.1, 900, 0.15, 130, 1.0),
    "leaves": Floor(1500, 600, 3000, 0.003, 0.95, 0.08, 1000, 0.1, 130, 0.9),
    "puddle": Floor(400, 600, 6000, 0.012, 0.3, 0.3, 1400, 0.3, 170, 0.7),
}
_ALIKE = {"tin": "metal", "glass": "concrete"}


def footsteps(want: Want) -> Hit:
    """One step; the sync point is the heel's strike."""
    rng, rate, quality = want.rng, want.rate, want.quality
    floor = _FLOORS.get(_ALIKE.get(quality.surface, quality.surface), _FLOORS["concrete"])
    roll = (0.08 if quality.speed > 0.7 else 0.13) * rng.uniform(0.8, 1.2)
    length = samples(min(want.after, roll + 0.5), rate)
    wave = np.zeros(length)
    put(wave, 0, _contact(want, floor, floor.bright), floor.hard)
    put(
        wave,
        samples(roll * 0.85, rate),
        _contact(want, floor, 0.7 * floor.bright),
        floor.hard * rng.uniform(0.35, 0.6),
    )
    metal = quality.surface in ("metal", "tin")
    plate = (
        Body(floor.pitch, 22, 1.19, 0.5, 0.4, 0.3) if metal else Body(floor.pitch, 5, 1.42, 0.07, 0.6, 0.2)
    )
    put(wave, 0, even(struck(want, plate, 0.5)), floor.board)
    weight = 0.6 + 0.8 * quality.size
    pitches = np.array([70.0, 95.0]) / weight**0.5 * rng.uniform(0.93, 1.07)
    thud = even(ring(pitches, np.array([0.11, 0.09]), np.ones(2), length, rate))
    put(wave, 0, thud, floor.thud * (0.5 + quality.size) * (0.6 + 0.8 * quality.force))
    put(wave, 0, even(_particles(want, floor, roll, length)), floor.loose)
    if quality.wetness > 0.3:
        put(wave, samples(0.01, rate), even(_splash(want, length)), 0.6 * quality.wetness)
    return Hit(wave)


def _contact(want: Want, floor: Floor, edge: float) -> Wave:
    """A sole that lands: a dull flick of noise."""
    rng, rate = want.rng, want.rate
    count = samples(0.12, rate)
    time = np.arange(count) / rate
    flick = noise(rng, count) * np.exp(-time / (0.018 * rng.uniform(0.7, 1.4))) * np.minimum(1, time / 0.0004)
    return even(band(flick, 120, edge * (0.7 + 0.6 * want.quality.force), rate))


def _particles(want: Want, floor: Floor, roll: float, length: int) -> Wave:
    """Collisions of grains under the foot: a burst at the heel, a second at the toe, each grain a flick of noise."""
    rng, rate = want.rng, want.rate
    time = np.arange(length) / rate
    heel = 0.87 * np.exp(-time / 0.05) * np.minimum(1, time / 0.004)
    toe = 0.93 * np.exp(-(((time - 1.15 * roll) / 0.07) ** 2)) * (time > 0.01)
    pressure = heel + toe
    chance = pressure * floor.grains / rate * (0.6 + 0.8 * want.quality.force)
    hits = (rng.random(length) < chance) * rng.exponential(1.0, length) ** 2.8 * np.sqrt(pressure)
    which = rng.integers(0, 3, length)
    size = samples(3 * floor.length, rate)
    mixed = 0.36 * pressure * noise(rng, length)
    for kind in range(3):
        grain = noise(rng, size) * np.exp(-np.arange(size) / (floor.length * rate * rng.uniform(0.4, 1.3)))
        mixed += np.convolve(hits * (which == kind), grain)[:length]
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
