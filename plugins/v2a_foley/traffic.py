"""Roads and cities: tyres, engines and passes, near and far.

Tyre noise is broad-band and peaks near 1 kHz; it rises and falls with the inverse distance of a pass, and a car's
engine adds harmonics of its firing rate below 200 Hz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bed, Canvas, Grains, Place, Scaled, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.wants import Quality

_CELL = 8192


def road(place: Place, quality: Quality) -> Scape:
    """A road with cars that pass in both directions over the roar of more distant ones."""
    apart = 3.4 - 1.8 * quality.speed
    lanes = tuple(_lane(place, n, Lane(apart * (1 + 0.13 * n), 1.6, 1.0, 1.6)) for n in range(3))
    return Scape((roar(place, 0.35 + 0.5 * quality.speed), *lanes), gain=-19.3)


def roar(place: Place, level: float, deep: float = 1.0) -> Bed:
    """Many distant vehicles together; `deep` is how much of their rumble comes through."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    shape = 3.2 * deep / (1 + (frequency / 160.0) ** 1.45) / (1 + (35 / frequency) ** 2) + 0.35 / (
        1 + ((frequency - 850) / 500.0) ** 2
    )
    sway = Curve(place.seed, "roar", 6.0)
    return Bed(place, "roar", lambda time: np.asarray(level * shape * 10 ** (1.0 * sway.at(time) / 20)), 0.8)


@dataclass(frozen=True)
class Lane:
    """Cars on a lane: seconds from one to the next, how quickly they pass, the strength of tyres and of engines."""

    apart: float
    pace: float
    tyres: float
    engines: float


def _lane(place: Place, number: int, lane: Lane) -> Bed:
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    way = 1.0 if number % 2 else -1.0
    tyres = 1.1 / (1 + ((frequency - 950) / 650.0) ** 2) + 0.28 / (1 + (frequency / 3800.0) ** 2.2)
    rumble = 2.0 / (1 + (frequency / 130.0) ** 1.8) / (1 + (40 / frequency) ** 2)
    low = np.flatnonzero(frequency < 900.0)
    tones = frequency[low]

    def passes(time: float) -> list[Pass]:
        now = int(np.floor(time / lane.apart))
        return [_pass(place, number, k, lane, time) for k in range(now - 2, now + 3)]

    def colour(time: float) -> NDArray[np.float64]:
        total = np.zeros_like(frequency)
        for one in passes(time):
            gain = one.gain
            if gain < 0.01:
                continue
            total += gain**0.8 * rumble
            total += lane.tyres * gain / (1 + (frequency / (2500 + 9000 * gain)) ** 2) * tyres
            for m in (1, 2, 3, 4, 6, 8):
                total[low] += gain**0.8 * lane.engines / m / (1 + ((tones - m * one.firing) / 2.2) ** 2)
        return total

    def pan(time: float) -> float:
        cars = passes(time)
        sides = sum(one.gain**2 * np.tanh(0.8 * one.offset) for one in cars)
        return way * 0.85 * float(sides / sum(one.gain**2 for one in cars))

    return Bed(place, f"lane {number}", colour, 0.5, pan, _CELL)


@dataclass(frozen=True)
class Pass:
    """One car at one time: how far from us in widths of the road, its firing rate in hertz, how loud."""

    offset: float
    firing: float
    loud: float

    @property
    def gain(self) -> float:
        """How loud it is heard."""
        return self.loud / (1 + self.offset * self.offset)


def _pass(place: Place, number: int, k: int, lane: Lane, time: float) -> Pass:
    rng = draws(place.seed, f"pass {number}", k)
    when = (k + float(rng.random())) * lane.apart
    offset = (time - when) * lane.pace * float(rng.uniform(0.8, 1.25))
    firing = float(rng.uniform(48, 95)) * (1 - 0.04 * float(np.tanh(offset)))
    return Pass(offset, firing, float(rng.uniform(0.5, 0.85)))


def city(place: Place, quality: Quality) -> Scape:
    """A city: many slow cars whose engines are heard over their tyres, the roar of streets farther off, a distant horn."""
    apart = 2.0 - 0.8 * quality.speed
    lanes = tuple(_lane(place, n, Lane(apart * (1 + 0.13 * n), 0.8, 1.5, 3.0)) for n in (5, 6))
    horns = Scaled(Grains(place, "horns", _horns, 96_000, 2), 9.0)
    return Scape((roar(place, 1.0 + 0.5 * quality.speed, 0.5), *lanes, horns), gain=-25.3)


def _horns(rng: np.random.Generator, canvas: Canvas) -> None:
    if rng.random() > 0.16:
        return
    rate = canvas.rate
    pitch, length = float(rng.uniform(330, 440)), float(rng.uniform(0.15, 0.6))
    time = np.arange(round(length * rate)) / rate
    wave = sum(np.sin(2 * np.pi * pitch * r * m * time) / m for r in (1.0, 1.26) for m in range(1, 7))
    wave = wave * np.minimum(1, np.minimum(time / 0.03, (length - time) / 0.05))
    pan, gain = float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.01, 0.05))
    begin = int(rng.integers(0, canvas.cell))
    for echo in range(5):
        canvas.add(begin + int(echo * 0.083 * rate), wave, pan * (1 - 0.4 * echo), gain * 0.5**echo)
