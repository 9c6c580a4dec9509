"""Fire: lapping flames, hiss, and the crackle of splitting wood.

After Farnell, "Designing Sound" (2010): three sounds in one; crackles come in clusters and their loudness has a heavy
tail, as fractures do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bed, Canvas, Grains, Place, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.wants import Quality

_CELL = 4096


def fire(place: Place, quality: Quality) -> Scape:
    """A fire from a candle's hearth to a blaze."""
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    big = quality.size
    flames = 0.75 / (1 + (frequency / (90 + 160 * big)) ** 1.7) / (1 + (30 / frequency) ** 2)
    hiss = 0.006 * (frequency / 3000.0) ** 0.6 / (1 + (frequency / 6000.0) ** 2)
    lap, breath = Curve(place.seed, "lap", 0.9), Curve(place.seed, "breath", 5.0)

    def colour(time: float) -> NDArray[np.float64]:
        level = np.exp(0.25 * lap.at(time) + 0.3 * breath.at(time))
        return np.asarray((0.35 + big) * level * flames + (0.4 + 0.6 * level) * hiss)

    grains = _splits(place)

    def crackle(rng: np.random.Generator, canvas: Canvas) -> None:
        busy = (9 + 22 * quality.speed) * np.exp(0.7 * breath.at(canvas.time))
        for offset in canvas.times(rng, float(busy)):
            place_ = float(rng.uniform(-0.6, 0.6))
            loud = min(1.0, 0.12 * float(rng.pareto(1.5) + 0.5))
            begin = int(offset)
            for _ in range(rng.geometric(0.5)):
                gain = loud * float(rng.uniform(0.3, 1.0))
                canvas.add(
                    begin, grains[rng.integers(0, len(grains))], place_ + float(rng.uniform(-0.1, 0.1)), gain
                )
                begin += int(rng.exponential(0.018) * canvas.rate)

    beds = (Bed(place, "flames", colour, 0.6, None, _CELL), Grains(place, "crackle", crackle, 24_000, 2))
    return Scape(beds, gain=-1.6)


def _splits(place: Place, count: int = 96) -> NDArray[np.float32]:
    rng = draws(place.seed, "splits")
    time = np.arange(round(0.03 * place.rate)) / place.rate
    pitch = np.exp(rng.uniform(np.log(900), np.log(7500), (count, 1)))
    length = np.exp(rng.uniform(np.log(0.0003), np.log(0.0025), (count, 1)))
    burst = rng.uniform(-1, 1, (count, len(time)))
    body = np.sin(2 * np.pi * pitch * time + rng.uniform(0, 6.28, (count, 1)))
    wave = (burst + 0.25 * body) * np.exp(-time / length) * np.minimum(1, time / 0.0001)
    return np.asarray(wave, np.float32)
