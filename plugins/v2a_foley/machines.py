"""Machines that run on and on: hums, the cabin of an aeroplane, a train from inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bed, Canvas, Grains, Place, Tone, Tones, bins, unit
from v2a_foley.noise import Curve, Flicker, draws, octaves
from v2a_foley.shape import band, even
from v2a_foley.wants import Quality

_CELL = 4096


def aeroplane(place: Place, quality: Quality) -> Scape:
    """The cabin of an aeroplane in flight: the flow along the hull, fans that whine, a trace of the shaft's rumble."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    flow = 1 / (1 + (frequency / 820.0) ** 2.8) / (1 + (45 / frequency) ** 2)
    rng = draws(place.seed, "turbine")
    fan, shaft = float(rng.uniform(2050, 2450)), float(rng.uniform(68, 80))
    tones = [Tone(fan, 0.07, -0.3), Tone(1.0016 * fan, 0.07, 0.3), Tone(1.31 * fan, 0.05)]
    tones += [Tone(shaft * m, 0.03 / m**0.5, 0.2 * (-1) ** m) for m in (1, 2, 3)]
    sway = Curve(place.seed, "fans", 3.0)
    flow_ = turbulent(place, "flow", unit(flow), 2.4, 0.15)
    return Scape((flow_, Tones(place, tones, lambda times: 1 + 0.15 * sway.over(times))), gain=-28.0)


def turbulent(place: Place, name: str, shape: NDArray[np.float64], depth: float, period: float) -> Bed:
    """A spectrum whose octaves flicker by so many dB, each for itself, in so many seconds."""
    octave, flicker = octaves(bins(place.rate, _CELL)), Flicker(place.seed, name, period)
    return Bed(
        place, name, lambda time: shape * 10 ** (depth * flicker.over(octave, time) / 20), 0.8, None, _CELL
    )


def train(place: Place, quality: Quality) -> Scape:
    """Aboard a train: the roll of wheels, rails that sing, and the joints in pairs beneath each bogie.

    Rolling noise peaks where wheel and rail ring, between 600 Hz and 1 kHz (Thompson, "Railway Noise and Vibration",
    2009); the pitch wanders with the rail's roughness.
    """
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    octave = octaves(frequency)
    roll = 2.4 / (1 + (frequency / 300.0) ** 1.6) / (1 + (80 / frequency) ** 2)
    song, drift = Curve(place.seed, "song", 4.0), Curve(place.seed, "drift", 6.0)
    flicker = Flicker(place.seed, "wheels", 0.2)
    period = 1.35 - 0.8 * quality.speed
    clacks = _clacks(place)

    def colour(time: float) -> NDArray[np.float64]:
        pitch = 800.0 * np.exp(0.12 * song.at(time))
        rail = 2.0 / (1 + ((frequency - pitch) / (0.05 * pitch)) ** 2)
        rail += 0.6 / (1 + ((frequency / pitch - 2.02) / 0.1) ** 2)
        return np.asarray((roll + rail) * 10 ** (2.0 * flicker.over(octave, time) / 20))

    def joints(rng: np.random.Generator, canvas: Canvas) -> None:
        seconds = canvas.cell / canvas.rate
        for beat in range(int(canvas.time / period) - 2, int((canvas.time + seconds) / period) + 3):
            own = draws(place.seed, "joint", beat)
            first = beat * period + 0.4 * period * drift.at(beat * period)
            for late in (0.0, 0.18, 0.5, 0.68):
                at = first + late * period + float(own.normal(0, 0.01)) - canvas.time
                grain, pan, gain = own.integers(0, len(clacks)), own.uniform(-0.2, 0.2), own.uniform(0.4, 0.8)
                if 0 <= at < seconds:
                    canvas.add(round(at * canvas.rate), clacks[grain], float(pan), float(gain))

    wheels = Bed(place, "wheels", colour, 0.7, None, _CELL)
    return Scape((wheels, Grains(place, "joints", joints, 24_000, 2)), gain=-18.0)


def _clacks(place: Place, count: int = 16) -> NDArray[np.float32]:
    """Wheels that drop over a joint, heard through the floor: a dull thump, the body's rattle, a little of the steel."""
    rng = draws(place.seed, "clacks")
    time = np.arange(round(0.3 * place.rate)) / place.rate
    out = np.zeros((count, len(time)))
    for row in out:
        for pitch, ring in ((55, 0.07), (90, 0.06), (150, 0.04)):
            row += 0.5 * np.sin(2 * np.pi * pitch * rng.uniform(0.85, 1.15) * time) * np.exp(-time / ring)
        rattle = rng.uniform(-1, 1, len(time)) * np.exp(-time / 0.05)
        steel = rng.uniform(-1, 1, len(time)) * np.exp(-time / 0.008)
        row += even(band(rattle, 150, 1800, place.rate)) + 0.3 * even(band(steel, 1500, 5000, place.rate))
    return np.asarray(out * np.minimum(1, time / 0.003) * np.minimum(1, (time[-1] - time) / 0.05), np.float32)


def hum(place: Place, quality: Quality) -> Scape:
    """A machine that hums: iron that rings at twice the mains and all multiples of it, a housing, a fan."""
    rng = draws(place.seed, "machine")
    base = 100.0 if rng.random() < 0.5 else 120.0
    turn = float(rng.uniform(0.85, 1.15))
    tones = [
        Tone(base * m, (0.56 if m % 2 else 1.0) * float(rng.uniform(0.85, 1.15)) / m**0.2, 0.3 * (-1) ** m)
        for m in range(1, 16)
    ]
    tones += [Tone(210.0 * turn * m, 0.19 / m) for m in (1, 2, 3)]
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    fan = 1 / (1 + (frequency / (145.0 * turn)) ** 2.1) / (1 + (45 / frequency) ** 2)
    fan += 0.036 / (1 + ((frequency - 151 / turn) / (50 / turn)) ** 2) + 0.006 / (
        1 + (frequency / 3050.0) ** 1.5
    )
    load = Curve(place.seed, "load", 1.0)
    motor = Tones(place, tones, lambda times: 1 + 0.13 * load.over(times))
    level = 2.0 + 3.0 * quality.speed
    return Scape((motor, turbulent(place, "fan", level * unit(fan), 1.7, 1.0)), gain=-42.0)
