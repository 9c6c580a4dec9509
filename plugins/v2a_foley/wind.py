"""Wind: turbulence against whatever stands in its way, gust upon gust.

Turbulent noise falls with frequency and brightens as the flow quickens; edges and gaps whistle at a pitch in
proportion to the speed (Strouhal), after Farnell, "Designing Sound" (2010).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bank, Bed, Canvas, Grains, Place, Scaled, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.wants import Quality

_CELL = 8192


def speed(place: Place, force: float, name: str = "speed") -> Curve:
    """The curve of the wind's speed."""
    return Curve(place.seed, name, 3.5 - 1.0 * force)


def flow(curve: Curve, force: float, time: float, gusty: float = 1.0) -> float:
    """The wind's speed at a time, about 0.2 (breath) to 2 (gale): the stronger it is, the more it comes in gusts."""
    return float((0.3 + 0.9 * force) * np.exp(0.7 * force * gusty * curve.at(time)))


def wind(place: Place, quality: Quality) -> Scape:
    """Open wind from breeze to gale, with a whistle in its stronger gusts."""
    return Scape((blowing(place, quality),), gain=-19.7)


@dataclass(frozen=True)
class Land:
    """What wind blows over: its body's corner, slope and lowest hertz, how strongly it howls, how much it comes in gusts.

    `eddies` is how much it flutters besides, in half a second.
    """

    corner: float = 330.0
    slope: float = 1.6
    lowest: float = 90.0
    howl: float | None = None
    gusty: float = 1.0
    eddies: float = 0.0


_OPEN = Land()
_SNOW = Land(264.0, 1.4, 38.0, 0.36, 0.3, 0.16)


def blowing(place: Place, quality: Quality, land: Land = _OPEN) -> Bed:
    """The flow of open wind: a body that brightens with its speed and a howl that rises with it."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    curve, drift = speed(place, quality.force), Curve(place.seed, "drift", 6.0)
    eddies = Curve(place.seed, "eddies", 0.5)
    howling = 0.25 + 0.75 * quality.force if land.howl is None else land.howl

    def colour(time: float) -> NDArray[np.float64]:
        now = flow(curve, quality.force, time, land.gusty)
        if land.eddies:
            now *= float(np.exp(land.eddies * eddies.at(time)))
        corner = land.corner * now / (1 + 0.35 * now)
        body = now * 6.0 / (1 + (frequency / corner) ** land.slope) / (1 + (land.lowest / frequency) ** 2)
        pitch = 420.0 * now**0.6 * (1 + 0.15 * drift.at(time))
        howl = 2.4 * now**1.5 / (1 + ((frequency - pitch) / (0.2 * pitch)) ** 2)
        high = 1.2 * now**1.5 / (1 + ((frequency - 1.9 * pitch) / (0.25 * pitch)) ** 2)
        return np.asarray(body + (howl + high) * howling)

    return Bed(place, "flow", colour, 0.8, None, _CELL)


def trees(place: Place, quality: Quality) -> Scape:
    """Wind in leaves: branches that flutter each for itself over the flow, and single leaves that brush."""
    curve = speed(place, quality.force)
    bank = _leaves(place)

    def rustle(rng: np.random.Generator, canvas: Canvas) -> None:
        bank.strew(rng, canvas, 40 * flow(curve, quality.force, canvas.time) ** 1.5, 2.5)

    beds = (
        _branch(place, "near", 950.0, -0.5, quality.force),
        _branch(place, "far", 2600.0, 0.5, quality.force),
        Scaled(blowing(place, quality), -14.0),
    )
    return Scape((*beds, Scaled(Grains(place, "rustle", rustle, 12_000, 2), -9.0)), gain=-17.3)


def _branch(place: Place, name: str, centre: float, pan: float, force: float) -> Bed:
    cell = 2048
    frequency = np.maximum(bins(place.rate, cell), 15.0)
    shape = 0.4 / (1 + ((frequency - centre) / (0.55 * centre)) ** 2)
    curve, flutter = speed(place, force), Curve(place.seed, name, 0.3)

    def colour(time: float) -> NDArray[np.float64]:
        return np.asarray(
            flow(curve, force, time - 0.3 * pan) ** 1.4 * np.exp(1.0 * flutter.at(time)) * shape
        )

    return Bed(place, name, colour, 0.7, lambda time: pan, cell)


def _leaves(place: Place, count: int = 128) -> Bank:
    """Leaves that brush each other: short puffs of noise, each in a band of its own."""
    rng = draws(place.seed, "leaves")
    time = np.arange(round(0.09 * place.rate)) / place.rate
    hiss = rng.uniform(-1, 1, (count, len(time)))
    smooth = np.cumsum(hiss, axis=1)
    smooth = hiss - 0.25 * (smooth - np.roll(smooth, 6, axis=1))
    puff = np.exp(-time / rng.uniform(0.004, 0.025, (count, 1))) * np.minimum(
        1, time / rng.uniform(0.001, 0.012, (count, 1))
    )
    return Bank((0.5 * smooth * puff * np.minimum(1, (time[-1] - time) / 0.01)).astype(np.float32))


def gap(place: Place, quality: Quality) -> Scape:
    """Wind that whistles through a gap: narrow moving resonances in the flow."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    curve, drift = speed(place, quality.force), Curve(place.seed, "drift", 2.7)

    def colour(time: float) -> NDArray[np.float64]:
        now = flow(curve, quality.force, time)
        pitch = 430.0 * (0.6 + 0.6 * now) * (1 + 0.1 * drift.at(time))
        first = 3.0 / (1 + ((frequency - pitch) / (0.03 * pitch)) ** 2)
        second = 0.9 / (1 + ((frequency - 2.02 * pitch) / (0.06 * pitch)) ** 2)
        return np.asarray(now**2 * (first + second))

    flow_ = blowing(place, quality)
    return Scape((flow_, Bed(place, "gap", colour, 0.6)), gain=-23.5)


def snow(place: Place, quality: Quality) -> Scape:
    """Falling snow: wind over ground that swallows all high sound, and flakes that touch down, barely heard.

    Fresh snow absorbs most of what lies above 500 Hz (Nicolas, Berry and Daigle, 1985).
    """
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    hushed = (1 + (frequency / 650.0) ** 2) ** -0.2
    flakes = _leaves(place, 64)
    air = blowing(place, replace(quality, force=0.35 + 0.6 * quality.force), _SNOW)

    def colour(time: float) -> NDArray[np.float64]:
        return np.asarray(air.colour(time) * hushed)

    def touch(rng: np.random.Generator, canvas: Canvas) -> None:
        flakes.strew(rng, canvas, 30 + 120 * quality.force, 4.0)

    falling = Scaled(Grains(place, "flakes", touch, 12_000, 2), -44.0)
    return Scape((replace(air, colour=colour), falling), gain=-21.0)
