"""The air of places: rooms, halls, caves, cabins, machines, under water and space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.crowd import talk
from v2a_foley.layers import Bed, Canvas, Grains, Place, Through, Tone, Tones, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.traffic import roar
from v2a_foley.wants import Quality
from v2a_foley.water import bubble, bubbles

_CELL = 8192


def room(place: Place, quality: Quality) -> Scape:
    """The air of a room from a closet to a hall: ventilation, a trace of mains, the street through the wall."""
    return Scape(
        (_air(place, quality.size), _mains(place, 0.012), roar(place, 0.10 + 0.1 * quality.size)), gain=-20.2
    )


def _air(place: Place, size: float, level: float = 1.0) -> Bed:
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    corner = 420.0 - 260.0 * size
    shape = 2.0 * level / (1 + (frequency / corner) ** 1.6) / (1 + (28 / frequency) ** 2) + 0.01 * level
    rng = draws(place.seed, "room modes")
    for mode in np.sort(rng.uniform(40 + 60 * (1 - size), 320, 7)):
        shape *= 1 + 0.7 / (1 + ((frequency - mode) / 7.0) ** 2)
    sway = Curve(place.seed, "air", 8.0)
    return Bed(
        place, "air", lambda time: np.asarray(shape * 10 ** (1.0 * sway.at(time) / 20)), 0.5 + 0.4 * size
    )


def _mains(place: Place, level: float, base: float = 100.0) -> Tones:
    rng = draws(place.seed, "mains")
    tones = [
        Tone(base * m, level * float(rng.uniform(0.3, 1.0)) / m, float(rng.uniform(-0.4, 0.4)))
        for m in (1, 2, 3, 5)
    ]
    sway = Curve(place.seed, "mains", 7.0)
    return Tones(place, tones, lambda times: 1 + 0.25 * sway.over(times))


def office(place: Place, quality: Quality) -> Scape:
    """An office: ventilation, typing here and there, muffled talk."""
    keys = _keys(place)

    def work(rng: np.random.Generator, canvas: Canvas) -> None:
        if rng.random() < 0.35 + 0.4 * quality.speed:
            pan, gain = float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.05, 0.25))
            begin = int(rng.integers(0, canvas.cell))
            for _ in range(int(rng.integers(4, 16))):
                canvas.add(begin, keys[rng.integers(0, len(keys))], pan, gain * float(rng.uniform(0.4, 1)))
                begin += int(canvas.rate * (0.06 + rng.exponential(0.08)))

    muffled = Through(talk(place, 4, 0.7), 0.6 * _muffle(900.0, place.rate))
    layers = (_air(place, 0.5, 0.25), _mains(place, 0.01), muffled, Grains(place, "typing", work, 48_000, 4))
    return Scape(layers, gain=-7.7)


def _muffle(corner: float, rate: int) -> NDArray[np.float64]:
    time = np.arange(round(4 * rate / corner)) / rate
    shape = np.exp(-2 * np.pi * corner * time / 1.5) * time
    return np.asarray(shape / shape.sum())


def _keys(place: Place, count: int = 40) -> NDArray[np.float32]:
    rng = draws(place.seed, "keys")
    time = np.arange(round(0.05 * place.rate)) / place.rate
    hiss = rng.uniform(-1, 1, (count, len(time)))
    down = np.exp(-time / rng.uniform(0.001, 0.003, (count, 1)))
    pitch = rng.uniform(900, 2600, (count, 1))
    clack = np.sin(2 * np.pi * pitch * time) * np.exp(-time / 0.006)
    return np.asarray((hiss * down + 0.7 * clack) * np.minimum(1, time / 0.0003), np.float32)


def cave(place: Place, quality: Quality) -> Scape:
    """A cave: a low breath, and drips that ring on in the dark."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    breath = 2.5 / (1 + (frequency / 140.0) ** 1.8) / (1 + (30 / frequency) ** 2)
    sway = Curve(place.seed, "breath", 6.0)
    rng = draws(place.seed, "echo")
    size = round((0.8 + 1.8 * quality.size) * place.rate)
    tail = rng.standard_normal(size) * np.exp(-5 * np.arange(size) / size) * 0.02
    tail = np.convolve(tail, np.ones(5) / 5, "same")
    tail[0] = 1.0

    def fall(own: np.random.Generator, canvas: Canvas) -> None:
        for offset in canvas.times(own, 1.1):
            radius = float(np.exp(own.uniform(np.log(1.2), np.log(3.6)))) / 1000
            wave = bubble(radius, float(own.uniform(0.1, 0.3)), canvas.rate)
            canvas.add(
                int(offset), wave, float(own.uniform(-0.9, 0.9)), 0.05 + 0.5 * float(own.random()) ** 2
            )

    bed = Bed(place, "breath", lambda time: np.asarray(0.3 * breath * 10 ** (2.5 * sway.at(time) / 20)), 0.8)
    return Scape((bed, Through(Grains(place, "drips", fall, 48_000, 2), tail)), gain=-4.2)


def underwater(place: Place, quality: Quality) -> Scape:
    """Under water: a dull pressure, and bubbles that rise in bursts."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    dull = 3.0 / (1 + (frequency / 170.0) ** 2.2) / (1 + (25 / frequency) ** 2)
    sway, burst = Curve(place.seed, "sway", 3.0), Curve(place.seed, "burst", 2.2)
    bank = bubbles(place, 2.5, 11.0, 96)

    def rise(rng: np.random.Generator, canvas: Canvas) -> None:
        bank.strew(rng, canvas, 4 + 50 * max(0.0, burst.at(canvas.time)) ** 2, 1.6)

    bed = Bed(place, "pressure", lambda time: np.asarray(dull * 10 ** (3.0 * sway.at(time) / 20)), 0.7)
    return Scape((bed, Grains(place, "rise", rise, 12_000, 2)), gain=-15.8)


def space(place: Place, quality: Quality) -> Scape:
    """Space as films have it: a deep drone that drifts and beats."""
    rng = draws(place.seed, "drone")
    base = float(rng.uniform(34, 52))
    ratios = (1, 1.5, 2, 2.01, 3, 3.02, 4.5)
    tones = [Tone(base * r, 0.5 / (n + 1) ** 0.7, (-1) ** n * 0.5) for n, r in enumerate(ratios)]
    swell, drift = Curve(place.seed, "swell", 4.0), Curve(place.seed, "drift", 4.5)
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)

    def colour(time: float) -> NDArray[np.float64]:
        centre = 420.0 * 2 ** drift.at(time)
        return np.asarray(
            0.5 / (1 + ((frequency - centre) / (0.25 * centre)) ** 2) + 1.5 / (1 + (frequency / 80) ** 2)
        )

    layers = (Tones(place, tones, lambda times: 1 + 0.5 * swell.over(times)), Bed(place, "wash", colour, 0.9))
    return Scape(layers, gain=-18.4)


def hum(place: Place, quality: Quality) -> Scape:
    """A machine that runs: mains harmonics, a motor's whirr, ventilation."""
    rng = draws(place.seed, "machine")
    base = 50.0 if rng.random() < 0.5 else 60.0
    tones = [
        Tone(base * m, 0.5 * float(rng.uniform(0.2, 1)) / m**0.8, float(rng.uniform(-0.5, 0.5)))
        for m in range(1, 15)
    ]
    whirr = float(rng.uniform(280, 620))
    tones += [Tone(whirr * m, 0.12 / m, 0.3 * (-1) ** m) for m in (1, 2, 3)]
    sway = Curve(place.seed, "load", 2.0)
    return Scape(
        (Tones(place, tones, lambda times: 1 + 0.12 * sway.over(times)), _air(place, 0.4, 0.3)), gain=-15.8
    )


def aeroplane(place: Place, quality: Quality) -> Scape:
    """The cabin of an aeroplane in flight: boundary-layer noise, turbines far off."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    rumble = 2.0 / (1 + (frequency / 160.0) ** 4) / (1 + (35 / frequency) ** 2)
    shape = rumble + 0.5 / (1 + (150 / frequency) ** 2) / (1 + (frequency / 900.0) ** 2)
    sway = Curve(place.seed, "air", 7.0)
    rng = draws(place.seed, "turbine")
    pitch = float(rng.uniform(84, 110))
    tones = [Tone(pitch * m, 0.02 / m, 0.2 * (-1) ** m) for m in (1, 2, 3)] + [
        Tone(pitch * 1.006, 0.015, -0.3)
    ]
    bed = Bed(place, "flow", lambda time: np.asarray(shape * 10 ** (0.8 * sway.at(time) / 20)), 0.8)
    return Scape((bed, Tones(place, tones, lambda times: 1 + 0.2 * sway.over(times))), gain=-12.7)


def train(place: Place, quality: Quality) -> Scape:
    """Aboard a train: the flow of the track, rails that sing, and the joints in pairs beneath each bogie."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    flow = 2.4 / (1 + (frequency / 300.0) ** 1.6) / (1 + (80 / frequency) ** 2)
    sway, song, drift = (
        Curve(place.seed, name, period) for name, period in (("track", 2.5), ("song", 4.0), ("drift", 6.0))
    )
    period = 1.35 - 0.8 * quality.speed
    clacks = _clacks(place)

    def colour(time: float) -> NDArray[np.float64]:
        pitch = 800.0 * np.exp(0.12 * song.at(time))
        rail = 1.0 / (1 + ((frequency - pitch) / (0.05 * pitch)) ** 2) + 0.3 / (
            1 + ((frequency / pitch - 2.02) / 0.1) ** 2
        )
        return np.asarray((flow + rail) * 10 ** (2.0 * sway.at(time) / 20))

    def joints(rng: np.random.Generator, canvas: Canvas) -> None:
        seconds = canvas.cell / canvas.rate
        for beat in range(int(canvas.time / period) - 2, int((canvas.time + seconds) / period) + 3):
            own = draws(place.seed, "joint", beat)
            first = beat * period + 0.4 * period * drift.at(beat * period)
            for late in (0.0, 0.13, 0.5, 0.63):
                at = first + late * period + float(own.normal(0, 0.005)) - canvas.time
                grain, pan, gain = own.integers(0, len(clacks)), own.uniform(-0.2, 0.2), own.uniform(0.1, 0.3)
                if 0 <= at < seconds:
                    canvas.add(round(at * canvas.rate), clacks[grain], float(pan), float(gain))

    return Scape((Bed(place, "flow", colour, 0.7), Grains(place, "joints", joints, 24_000, 2)), gain=-16.3)


def _clacks(place: Place, count: int = 24) -> NDArray[np.float32]:
    rng = draws(place.seed, "clacks")
    time = np.arange(round(0.18 * place.rate)) / place.rate
    out = np.zeros((count, len(time)))
    for n in range(count):
        for pitch, ring in ((62, 0.05), (118, 0.04), (310, 0.02), (720, 0.015), (1650, 0.008)):
            out[n] += np.sin(2 * np.pi * pitch * rng.uniform(0.9, 1.1) * time) * np.exp(-time / ring)
        out[n] += 0.8 * rng.uniform(-1, 1, len(time)) * np.exp(-time / 0.01)
    return np.asarray(out * np.minimum(1, time / 0.002), np.float32)
