"""Rain: the wash of countless drops, and the nearer ones one by one, by what they fall on.

Drops on hard ground are short wide-band clicks; on water they ring as bubbles; on leaves they are dull; on tin and
glass they excite the plate's modes (after Farnell, "Designing Sound", 2010, and van den Doel, 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bank, Bed, Grains, Place, bins
from v2a_foley.noise import Curve, Flicker, draws, octaves
from v2a_foley.wants import Quality

_CELL = 8192


@dataclass(frozen=True)
class Ground:
    """What drops do on a surface: pitch in hertz, how they ring in seconds, how noisy, and the wash's colour."""

    bottom: float
    top: float
    ring: float
    noisy: float
    centre: float
    slope: float


_GROUNDS = {
    "": Ground(1500, 7000, 0.006, 0.7, 3500, 0.55),
    "leaves": Ground(500, 2800, 0.008, 0.85, 2400, 0.6),
    "tin": Ground(700, 6500, 0.012, 0.8, 3800, 0.5),
    "metal": Ground(500, 5200, 0.016, 0.75, 3600, 0.5),
    "glass": Ground(900, 4800, 0.006, 0.8, 3000, 0.6),
    "puddle": Ground(900, 3800, 0.012, 0.15, 3400, 0.55),
}


def rain(place: Place, quality: Quality) -> Scape:
    """Rain from drizzle to storm on what lies below."""
    ground = _GROUNDS.get(quality.surface, _GROUNDS[""])
    heavy = quality.force
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    wash = _wash(frequency, ground, heavy)
    roar = 0.5 * heavy / (1 + (frequency / 300.0) ** 1.2) / (1 + (90 / frequency) ** 2)
    octave, patter = octaves(frequency, 120.0), Flicker(place.seed, "patter", 0.22)
    slow, gust = Curve(place.seed, "slow", 23.0), Curve(place.seed, "gust", 3.1)

    def colour(time: float) -> NDArray[np.float64]:
        level = 10 ** ((1.5 * slow.at(time) + (0.4 + heavy) * gust.at(time)) / 20)
        flicker = 10 ** ((0.5 + 2.2 * heavy) * patter.over(octave, time) / 20)
        return level * flicker * (wash + roar * (1 + 0.3 * gust.at(time + 50)))

    bank = _drops(place, ground)
    per_second = 20 + 260 * heavy + 240 * heavy**4
    drops = Grains(place, "drops", lambda rng, canvas: bank.strew(rng, canvas, per_second), 12_000, 2)
    return Scape((Bed(place, "wash", colour, 0.9, None, _CELL), drops), gain=-28.2 + 8 * heavy)


def _wash(frequency: NDArray[np.float64], ground: Ground, heavy: float) -> NDArray[np.float64]:
    x = frequency / ground.centre
    return np.asarray((0.35 + heavy) * x**0.6 / (1 + x ** (0.6 + 2 * ground.slope)))


def _drops(place: Place, ground: Ground, count: int = 192) -> Bank:
    rng = draws(place.seed, "drop bank")
    time = (
        np.arange(round(0.013 * place.rate) if ground.ring < 0.02 else round(0.06 * place.rate)) / place.rate
    )
    pitch = np.exp(rng.uniform(np.log(ground.bottom), np.log(ground.top), (count, 1)))
    ring = ground.ring * rng.uniform(0.4, 1.6, (count, 1))
    tone = np.sin(2 * np.pi * pitch * time)
    hiss = rng.uniform(-1, 1, (count, len(time)))
    grains = (
        (tone * (1 - ground.noisy) + hiss * ground.noisy)
        * np.exp(-time / ring)
        * np.minimum(1, time / 0.0003)
    )
    return Bank((1.5 * grains).astype(np.float32))
