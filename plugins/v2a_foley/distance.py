"""How a background sounds from afar: weaker, duller, and more of it by way of ground, walls and trees.

Air absorbs the more the higher the pitch: at 20 °C and 50 % humidity about 5 dB a kilometre at 1 kHz, 33 at 4 kHz and
110 at 8 kHz (ISO 9613-1). What is spread out, as backgrounds are, fades by 3 dB a doubling and not by 6.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from v2a_foley.layers import Bed, Layer, Place, Scaled, Through, Tones, bins
from v2a_foley.noise import draws

NEAR = 5.0
_TAIL = 0.3


def absorbed(frequency: NDArray[np.float64], metres: float) -> NDArray[np.float64]:
    """What so many metres of air leave of each frequency in hertz."""
    thousands = frequency / 1000.0
    return np.asarray(10 ** (-(2.5 * thousands + 1.45 * thousands**2) * metres / 1000.0 / 20.0))


def weaker(metres: float) -> float:
    """The gain in dB of something spread out that is so many metres away, beside one that is near."""
    return -10.0 * float(np.log10(max(metres, NEAR) / NEAR))


def afar(layer: Layer, metres: float, place: Place) -> Layer:
    """A layer heard from so many metres away; its level apart."""
    if metres <= NEAR:
        return layer
    if isinstance(layer, Scaled):
        return Scaled(afar(layer.layer, metres, place), layer.gain)
    if isinstance(layer, Bed):
        colour, left = layer.colour, absorbed(bins(place.rate, layer.cell), metres)
        return replace(layer, colour=lambda time: colour(time) * left)
    if isinstance(layer, Tones):
        left = absorbed(np.array([tone.frequency for tone in layer.tones]), metres)
        tones = [replace(tone, level=tone.level * float(gain)) for tone, gain in zip(layer.tones, left)]
        return replace(layer, tones=tones)
    return Through(layer, _path(place, metres))


def _path(place: Place, metres: float) -> NDArray[np.float64]:
    """The way through the air: the direct sound, and beside it what is scattered, the more the farther."""
    size = round(_TAIL * place.rate)
    left = absorbed(np.asarray(np.fft.rfftfreq(size, 1 / place.rate), np.float64), metres)
    direct = np.roll(np.fft.irfft(left, size), 32)
    direct[64:] = 0.0
    rng = draws(place.seed, "scatter")
    time = np.arange(size) / place.rate
    diffuse = rng.standard_normal((2, size)) * np.exp(-6.9 * time / _TAIL) * np.minimum(1, time / 0.02)
    diffuse = np.fft.irfft(np.fft.rfft(diffuse) * left**2 / (1 + np.arange(len(left)) / len(left) * 8), size)
    diffuse /= np.sqrt((diffuse**2).sum(axis=1, keepdims=True))
    return np.asarray(direct + diffuse * metres / (metres + 80.0))
