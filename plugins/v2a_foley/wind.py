"""Wind: turbulence against whatever stands in its way, gust upon gust.

Turbulent noise falls with frequency and brightens as the flow quickens; edges and gaps whistle at a pitch in
proportion to the speed (Strouhal), after Farnell, "Designing Sound" (2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bed, Place, bins
from v2a_foley.noise import Curve
from v2a_foley.wants import Quality

_CELL = 8192


def speed(place: Place, force: float, name: str = "speed") -> Curve:
    """The curve of the wind's speed."""
    return Curve(place.seed, name, 4.5 - 2.0 * force)


def flow(curve: Curve, force: float, time: float) -> float:
    """The wind's speed at a time, about 0.2 (breath) to 2 (gale)."""
    return float((0.3 + 0.9 * force) * np.exp((0.35 + 0.35 * force) * curve.at(time)))


def wind(place: Place, quality: Quality) -> Scape:
    """Open wind from breeze to gale, with a whistle in its stronger gusts."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    curve, drift = speed(place, quality.force), Curve(place.seed, "drift", 6.0)

    def colour(time: float) -> NDArray[np.float64]:
        now = flow(curve, quality.force, time)
        corner = 220.0 * now
        body = now * 6.0 / (1 + (frequency / corner) ** 1.5) / (1 + (45 / frequency) ** 2)
        pitch = 520.0 * now * (1 + 0.12 * drift.at(time))
        howl = 2.2 * now**2 / (1 + ((frequency - pitch) / (0.07 * pitch)) ** 2)
        high = 1.1 * now**2 / (1 + ((frequency - 1.9 * pitch) / (0.09 * pitch)) ** 2)
        return np.asarray(body + (howl + high) * (0.25 + 0.75 * quality.force))

    return Scape((Bed(place, "flow", colour, 0.8, _CELL),), gain=-32.0)
