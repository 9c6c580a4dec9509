"""The air of places: rooms, halls, caves, cabins, machines, under water and space."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.crowd import bank, talk
from v2a_foley.layers import Bed, Canvas, Grains, Layer, Place, Scaled, Tone, Tones, bins, unit
from v2a_foley.machines import turbulent
from v2a_foley.noise import Curve, draws
from v2a_foley.shape import band, even, low
from v2a_foley.traffic import roar
from v2a_foley.voices import SLOWER
from v2a_foley.wants import Quality
from v2a_foley.water import bubbles, drop

_CELL = 8192


def room(place: Place, quality: Quality) -> Scape:
    """The air of a room from a closet to a hall: ventilation in its duct, a trace of mains, the street through the wall."""
    return Scape((*_quiet(place, quality.size), roar(place, 0.1 + 0.5 * quality.size)), gain=-46.0)


def _quiet(place: Place, size: float) -> tuple[Layer, ...]:
    """Ventilation and mains, about RMS 2: the duct's rumble, its resonance that is lower in larger rooms, its hiss."""
    rng = draws(place.seed, "room")
    base, own = (100.0 if rng.random() < 0.5 else 120.0), float(rng.uniform(0.85, 1.15))
    tones = [
        Tone(base * m, (0.9 if m % 2 else 2.0) * float(rng.uniform(0.85, 1.15)) / m**0.84, 0.3 * (-1) ** m)
        for m in range(1, 12)
    ]
    frequency = np.maximum(bins(place.rate, _CELL // 2), 15.0)
    duct = 434.0 / own * 2.0 ** (0.8 * (0.5 - size))
    shape = 1 / (1 + (frequency / (157.0 * own)) ** 3.6) / (1 + (29 / frequency) ** 2)
    shape += 0.79 / (1 + ((frequency - duct) / (0.86 * duct)) ** 2) + 0.43 / (1 + (frequency / 1870.0) ** 1.5)
    sway = Curve(place.seed, "mains", 1.0)
    mains = Tones(place, tones, lambda times: 1 + 0.06 * sway.over(times))
    return turbulent(place, "air", unit(shape), 2.4, 0.09), mains


def office(place: Place, quality: Quality) -> Scape:
    """An office: ventilation, typing here and there, muffled talk."""
    keys = _keys(place)

    def work(rng: np.random.Generator, canvas: Canvas) -> None:
        if rng.random() < 0.35 + 0.4 * quality.speed:
            pan, gain = float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.04, 0.17))
            begin = int(rng.integers(0, canvas.cell))
            for _ in range(int(rng.integers(4, 16))):
                canvas.add(begin, keys[rng.integers(0, len(keys))], pan, gain * float(rng.uniform(0.4, 1)))
                begin += int(canvas.rate * (0.06 + rng.exponential(0.08)))

    muffled = talk(place, _muffled(bank(place, 0.0), 900.0, place.rate / SLOWER), "desks", 5, 0.5)
    quiet = tuple(Scaled(layer, -38.0) for layer in _quiet(place, 0.5))
    return Scape((*quiet, Scaled(muffled, -18.4), Grains(place, "typing", work, 48_000, 4)), gain=-9.0)


def _muffled(said: NDArray[np.float32], corner: float, rate: float) -> NDArray[np.float32]:
    """Voices behind screens: what lies above a corner is lost."""
    from scipy import signal

    pole = math.exp(-2 * math.pi * corner / 1.5 / rate)
    heard = signal.lfilter([0.0, (1 - pole) ** 2], [1.0, -2 * pole, pole * pole], said, axis=-1)
    return np.asarray(heard, np.float32)


def _keys(place: Place, count: int = 20) -> NDArray[np.float32]:
    """Keys that are struck some desks away: the cap's flick and the dull bottom of the board, rounded by what stands between."""
    rng = draws(place.seed, "keys")
    time = np.arange(round(0.08 * place.rate)) / place.rate
    out = np.zeros((count, len(time)))
    for row in out:
        pitch = float(rng.uniform(0.8, 1.25))
        rise = 0.5 - 0.5 * np.cos(np.pi * np.minimum(1, time / 0.006))
        cap = rng.standard_normal(len(time)) * np.exp(-time / 0.005) * rise
        board = rng.standard_normal(len(time)) * np.exp(-time / 0.02) * rise
        row += even(low(band(cap, 490 * pitch, 3000 * pitch, place.rate), 4000, place.rate))
        row += 0.17 * even(band(board, 145 * pitch, 1470 * pitch, place.rate))
    return np.asarray(out * np.minimum(1, (time[-1] - time) / 0.02), np.float32)


def cave(place: Place, quality: Quality) -> Scape:
    """A cave: a faint low breath, and drips that fall into pools and ring on in the dark."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    breath = 2.5 / (1 + (frequency / 300.0) ** 1.8) / (1 + (30 / frequency) ** 2)
    sway = Curve(place.seed, "breath", 6.0)
    drips = _drips(place, 0.8 + 1.4 * quality.size)

    def fall(own: np.random.Generator, canvas: Canvas) -> None:
        for offset in canvas.times(own, 0.6 + 2.4 * quality.speed):
            dripping = drips[own.integers(0, len(drips))]
            gain = 0.35 + 0.8 * float(own.random()) ** 2
            canvas.lay(int(offset), dripping[::-1] if own.random() < 0.5 else dripping, gain)

    seep = bubbles(place, 0.4, 3.5, 96)

    def trickle(own: np.random.Generator, canvas: Canvas) -> None:
        seep.strew(own, canvas, 10 + 20 * quality.wetness + 40 * quality.speed, 2.5)

    bed = Bed(
        place, "breath", lambda time: np.asarray(0.007 * breath * 10 ** (2.5 * sway.at(time) / 20)), 0.8
    )
    reach = 1 + -(-drips.shape[-1] // 24_000)
    rill = Scaled(Grains(place, "trickle", trickle, 12_000, 2), -20.0)
    return Scape((bed, rill, Grains(place, "drips", fall, 24_000, reach)), gain=-9.5)


def _drips(place: Place, seconds: float, count: int = 20) -> NDArray[np.float32]:
    """Drops that ring on in a vault of stone, each at its own place and distance."""
    rng = draws(place.seed, "drops")
    size = round((seconds + 0.4) * place.rate)
    size = -(-size // 4096) * 4096
    time = np.arange(round(seconds * place.rate)) / place.rate
    out = np.zeros((count, 2, size), np.float32)
    echoes = rng.standard_normal((2, len(time))) * np.exp(-6.9 * time / seconds) * np.minimum(1, time / 0.017)
    vault = np.fft.rfft(low(echoes, 3600.0, place.rate, 1), size)
    vault /= np.sqrt(np.mean(np.abs(vault) ** 2))
    for row in out:
        angle, near = (1 + float(rng.uniform(-0.8, 0.8))) * np.pi / 4, float(rng.uniform(0.2, 1.0))
        dry = drop(rng, float(rng.uniform(1.8, 4.3)) / 1000, place.rate)
        row[:, : len(dry)] = near * np.outer([np.cos(angle), np.sin(angle)], dry)
        row += (0.25 * np.fft.irfft(vault * np.fft.rfft(dry, size), size)).astype(np.float32)
    return out


def underwater(place: Place, quality: Quality) -> Scape:
    """Under water: a dull pressure, and bubbles that rise in bursts."""
    frequency = np.maximum(bins(place.rate, _CELL), 15.0)
    dull = 3.0 / (1 + (frequency / 170.0) ** 2.2) / (1 + (25 / frequency) ** 2)
    sway, burst = Curve(place.seed, "sway", 3.0), Curve(place.seed, "burst", 2.2)
    bank = bubbles(place, 2.5, 11.0, 96, 0.003)

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
