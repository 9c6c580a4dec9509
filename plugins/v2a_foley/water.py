"""Water: bubbles and the wash of waves; splashes and drips.

A drop that breaks the surface leaves a bubble that rings at about 3 / radius hertz and is damped the faster the
smaller it is; its pitch rises as it nears the surface (van den Doel, "Physically-based models for liquid sounds",
2005). A stream is a cloud of such bubbles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.foley import Hit
from v2a_foley.layers import Bank, Bed, Grains, Place, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.shape import Wave, band, even, high, low, noise, put, samples
from v2a_foley.wants import Quality, Want

_CELL = 8192


def bubble(radius: float, rise: float, rate: int) -> Wave:
    """A bubble of a radius in metres whose pitch rises by so much over its damping time."""
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    count = samples(min(7.0 / damping, 0.25), rate)
    time = np.arange(count) / rate
    pitch = 3.0 / radius * (1 + rise * damping * time)
    wave = np.sin(2 * np.pi * np.cumsum(np.minimum(pitch, 0.45 * rate)) / rate) * np.exp(-damping * time)
    return np.asarray(wave * np.minimum(1, np.arange(count) / (0.0007 * rate)))


def bubbles(place: Place, smallest: float, largest: float, count: int = 160) -> Bank:
    """A bank of bubbles between two radii in millimetres, the larger the louder."""
    rng = draws(place.seed, "bubbles")
    size = round(0.09 * place.rate)
    out = np.zeros((count, size), np.float32)
    for n in range(count):
        radius = float(np.exp(rng.uniform(np.log(smallest), np.log(largest)))) / 1000
        wave = bubble(radius, float(rng.uniform(0.0, 0.12)), place.rate)[:size]
        wave[-64:] *= np.linspace(1, 0, len(wave[-64:]))
        out[n, : len(wave)] = wave * (radius * 1000 / largest) ** 0.6
    return Bank(out)


def stream(place: Place, quality: Quality) -> Scape:
    """A stream over stones, from a brook to a river."""
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    big = quality.size
    x = frequency / (900.0 - 450.0 * big)
    wash = x**1.0 / (1 + x**2.3) * (0.25 + 0.9 * big)
    sway = Curve(place.seed, "sway", 1.7)
    bank = bubbles(place, 0.7, 3.0 + 4.0 * big)

    def colour(time: float) -> NDArray[np.float64]:
        return np.asarray(wash * 10 ** (1.6 * sway.at(time) / 20))

    pour = Grains(place, "pour", lambda rng, canvas: bank.strew(rng, canvas, 170 + 160 * big, 2.2), 12_000, 2)
    return Scape((Bed(place, "wash", colour, 0.8), pour), gain=-18.1)


def sea(place: Place, quality: Quality) -> Scape:
    """Surf on a shore: each wave gathers, breaks and draws back, none like another."""
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    period = 6.5 + 4.0 * quality.size
    low_ = 1 / (1 + (frequency / 350.0) ** 1.3) / (1 + (50 / frequency) ** 2)
    mid = 1 / (1 + (frequency / 600.0) ** 2.0) / (1 + (150 / frequency) ** 2)
    hiss = (frequency / 4000.0) ** 1.0 / (1 + (frequency / 5200.0) ** 2.4)

    def shore(name: str, late: float) -> Bed:
        def colour(time: float) -> NDArray[np.float64]:
            swell_, crash, foam = 0.0, 0.0, 0.0
            first = int(np.floor((time - late) / period))
            for wave in range(first - 2, first + 2):
                rng = draws(place.seed, name, wave)
                peak = (wave + 0.5 + float(rng.uniform(-0.28, 0.28))) * period + late
                force = float(rng.uniform(0.45, 1.15))
                t = time - peak
                swell_ += force * np.exp(-((t / 2.4) ** 2))
                crash += force * (np.exp(-((t / 0.7) ** 2)) if t < 0 else np.exp(-t / 1.4))
                foam += force * (np.exp(-((t / 0.5) ** 2)) if t < 0 else (1 + 0.3 * t) * np.exp(-t / 1.9))
            power = 0.5 + quality.force
            return np.asarray(
                power
                * ((0.2 + 1.2 * swell_) * low_ + (0.05 + 0.8 * crash) * mid + (0.01 + 0.14 * foam) * hiss)
            )

        return Bed(place, name, colour, 0.85, lambda t: 0.4 if late else -0.3)

    return Scape((shore("near", 0.0), shore("side", 0.37 * period)), gain=-15.3)


def drip(want: Want) -> Hit:
    """One drop into water: a tick, the bubble it leaves, and a smaller one from the drop that is thrown up."""
    rng, rate = want.rng, want.rate
    radius = (1.8 + 3.4 * want.quality.size) / 1000
    wave = np.zeros(samples(0.4, rate))
    count = samples(0.004, rate)
    put(wave, 0, high(noise(rng, count) * np.linspace(1, 0, count) ** 2, 3000, rate), 0.3)
    for late, gain in ((0.002, 1.0), (rng.uniform(0.04, 0.08), 0.7)):
        size = radius * 1.3 ** float(rng.uniform(-1, 1))
        put(wave, samples(late, rate), bubble(size, 0.3 * float(rng.uniform(0.5, 1.5)), rate), gain)
    return Hit(wave)


def splash(want: Want) -> Hit:
    """Something falls into water: the slap, the sheet thrown up, the cavity that closes, the drops that fall back."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    decay = 0.2 + 0.45 * size
    count = samples(min(want.after, 3.0 * decay + 0.5), rate)
    time = np.arange(count) / rate
    slap = band(noise(rng, count), 300, 3000, rate) * np.minimum(1, time / 0.004) * np.exp(-time / 0.06)
    sheet = band(noise(rng, count), 600, 2800, rate) * np.minimum(1, time / 0.03) * np.exp(-time / decay)
    body = low(noise(rng, count), 300, rate) * np.minimum(1, time / 0.01) * np.exp(-time / 0.2)
    wave = 0.45 * even(slap) + 0.7 * even(sheet) + (0.2 + 0.7 * size) * even(body)
    for _ in range(int(60 + 150 * size)):
        begin = 0.02 + float(rng.gamma(1.6, 0.6 * decay))
        radius = float(np.exp(rng.uniform(np.log(0.8), np.log(2.5 + 5 * size)))) / 1000
        gain = 0.33 * float(rng.random()) ** 1.5 * float(np.exp(-begin / decay / 2))
        put(wave, samples(begin, rate), bubble(radius, float(rng.uniform(0, 0.15)), rate), gain)
    return Hit(wave)
