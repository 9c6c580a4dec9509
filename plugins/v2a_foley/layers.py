"""The frame of endless sounds: layers that are made cell by cell, so that any window can be made by itself.

A layer's cell n starts at sample n × cell and sounds for `reach` cells; cells are added in order of their number, so
a window is bit-identical to the same samples of the whole.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from v2a_foley.noise import draws

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """What an endless sound's random numbers and clock hang on: seed and rate."""

    seed: int
    rate: int


class Layer(ABC):
    """One layer of an endless sound."""

    cell: int
    reach: int

    @abstractmethod
    def sound(self, index: int) -> Sound:
        """What cell `index` adds: two channels × (cell × reach) samples."""


def render(layers: Sequence[Layer], start: int, length: int) -> Sound:
    """Samples `start` to `start + length` of all layers together, two channels."""
    out = np.zeros((2, length), np.float32)
    for layer in layers:
        first = start // layer.cell - layer.reach + 1
        last = (start + length - 1) // layer.cell
        for index in range(first, last + 1):
            begin = index * layer.cell - start
            sound = layer.sound(index)
            a, b = max(0, begin), min(length, begin + sound.shape[1])
            if a < b:
                out[:, a:b] += sound[:, a - begin : b - begin]
    return out


def rounded(sound: Sound, ceiling: float = 0.68) -> Sound:
    """Peaks bent under the ceiling sample by sample, quiet sound all but untouched."""
    square = (sound / np.float32(ceiling)) ** 2
    return np.asarray(sound / np.sqrt(np.sqrt(1.0 + square * square)), np.float32)


def bins(rate: int, cell: int) -> NDArray[np.float64]:
    """The frequencies in hertz of a bed's spectrum."""
    return np.asarray(np.fft.rfftfreq(2 * cell, 1 / rate))


def unit(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """A spectrum scaled so that its bed's noise has an RMS of 1."""
    return np.asarray(shape / np.sqrt(np.mean(shape**2)))


Colour = Callable[[float], NDArray[np.float64]]


@dataclass(frozen=True)
class Bed(Layer):
    """Noise of a given spectrum that may move: overlapping cells of random spectra, joined at equal power.

    `colour` gives the magnitude at each of `bins(rate, cell)` for a time in seconds; magnitude 1 everywhere is white
    noise of RMS 1. `width` from 0 (mono) to 1 narrows by itself below 200 Hz. `pan` moves it from -1 to 1.
    """

    place: Place
    name: str
    colour: Colour
    width: float = 0.7
    pan: Callable[[float], float] | None = None
    cell: int = 8192
    reach: int = field(default=2, init=False)
    middle: NDArray[np.float32] = field(init=False, repr=False)
    apart: NDArray[np.float32] = field(init=False, repr=False)
    window: NDArray[np.float32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = 2 * self.cell
        frequency = bins(self.place.rate, self.cell)
        side = self.width * frequency / (frequency + 200.0)
        middle = np.sqrt(size / 2 * 12) / np.sqrt(1 + side * side)
        window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
        for name, value in (("middle", middle), ("apart", middle * side), ("window", window)):
            object.__setattr__(self, name, value.astype(np.float32))

    def sound(self, index: int) -> Sound:
        """Two cells of noise under a sine window."""
        rng = draws(self.place.seed, self.name, index)
        time = (index + 1) * self.cell / self.place.rate
        magnitude = self.colour(time).astype(np.float32)
        magnitude[0] = 0.0
        drawn = (rng.random((2, self.cell + 1, 2), dtype=np.float32) - np.float32(0.5)).view(np.complex64)[
            ..., 0
        ]
        middle, apart = drawn[0] * (magnitude * self.middle), drawn[1] * (magnitude * self.apart)
        sound = np.fft.irfft(np.stack([middle + apart, middle - apart]), 2 * self.cell)
        sound *= self.window
        if self.pan is not None:
            angle = (1 + self.pan(time)) * np.pi / 4
            sound *= np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(np.sqrt(2))
        return np.asarray(sound, np.float32)


@dataclass(frozen=True, eq=False)
class Canvas:
    """The empty sound of one cell, to which grains are added; times are in samples from the cell's start."""

    sound: Sound
    cell: int
    rate: int
    time: float

    def add(self, offset: int, grain: NDArray[np.floating], pan: float = 0.0, gain: float = 1.0) -> None:
        """Add a mono grain at an offset, panned from -1 (left) to 1 (right) at equal power."""
        stop = min(self.sound.shape[1], offset + len(grain))
        if stop <= offset:
            return
        angle = (pan + 1) * math.pi / 4
        part = grain[: stop - offset]
        self.sound[0, offset:stop] += float(gain) * math.cos(angle) * part
        self.sound[1, offset:stop] += float(gain) * math.sin(angle) * part

    def lay(self, offset: int, grain: NDArray[np.floating], gain: float = 1.0) -> None:
        """Add a grain of two channels at an offset."""
        stop = min(self.sound.shape[1], offset + grain.shape[1])
        if stop > offset:
            self.sound[:, offset:stop] += float(gain) * grain[:, : stop - offset]

    def times(self, rng: np.random.Generator, per_second: float) -> NDArray[np.int64]:
        """Offsets of a Poisson process of so many grains a second, in order."""
        count = rng.poisson(per_second * self.cell / self.rate)
        return np.sort(rng.integers(0, self.cell, count))

    def evenly(self, rng: np.random.Generator, per_second: float) -> NDArray[np.int64]:
        """Offsets of so many grains a second, no cell with more than one above or below the mean, in order."""
        count = int(per_second * self.cell / self.rate + rng.random())
        return np.sort(rng.integers(0, self.cell, count))


Fill = Callable[[np.random.Generator, Canvas], None]


@dataclass(frozen=True)
class Grains(Layer):
    """Single sounds: those that begin in a cell are drawn with it and may sound on for `reach` cells in all."""

    place: Place
    name: str
    fill: Fill
    cell: int = 24_000
    reach: int = 2

    def sound(self, index: int) -> Sound:
        """All grains that begin in one cell."""
        empty = np.zeros((2, self.cell * self.reach), np.float32)
        canvas = Canvas(empty, self.cell, self.place.rate, index * self.cell / self.place.rate)
        self.fill(draws(self.place.seed, self.name, index), canvas)
        return canvas.sound


@dataclass(frozen=True)
class Through(Layer):
    """A layer heard through a filter: `response` is an impulse response, one for both channels or one for each."""

    layer: Layer
    response: NDArray[np.float64]
    cell: int = field(init=False)
    reach: int = field(init=False)
    spectrum: NDArray[np.complex64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", self.layer.cell)
        more = -(-self.response.shape[-1] // self.layer.cell)
        object.__setattr__(self, "reach", self.layer.reach + more)
        object.__setattr__(
            self, "spectrum", np.fft.rfft(self.response, self.cell * self.reach).astype(np.complex64)
        )

    def sound(self, index: int) -> Sound:
        """The filtered sound of one cell, longer by the response."""
        size = self.cell * self.reach
        spectrum = np.fft.rfft(self.layer.sound(index), size) * self.spectrum
        return np.asarray(np.fft.irfft(spectrum, size), np.float32)


@dataclass(frozen=True)
class Bank:
    """Many short grains drawn once for a seed, from which a dense layer picks."""

    grains: NDArray[np.float32]

    def strew(self, rng: np.random.Generator, canvas: Canvas, per_second: float, rare: float = 3.0) -> None:
        """Add grains by chance, most of them faint and some of them near: the more so the higher `rare`."""
        offsets = canvas.times(rng, per_second)
        chosen = rng.integers(0, len(self.grains), len(offsets))
        gains = 0.08 + 1.2 * rng.random(len(offsets)) ** rare
        pans = rng.uniform(-0.9, 0.9, len(offsets))
        for offset, grain, gain, pan in zip(offsets.tolist(), chosen.tolist(), gains.tolist(), pans.tolist()):
            canvas.add(offset, self.grains[grain], pan, gain)


@dataclass(frozen=True)
class Tone:
    """A steady sine: its frequency in hertz, its level, its place from -1 to 1."""

    frequency: float
    level: float
    pan: float = 0.0


@dataclass(frozen=True)
class Tones(Layer):
    """Steady sines on the absolute clock; `sway` gives the level of all of them over time."""

    place: Place
    tones: Sequence[Tone]
    sway: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    cell: int = 16_384
    reach: int = field(default=1, init=False)

    def sound(self, index: int) -> Sound:
        """One cell of all tones; the phase follows from the sample's number."""
        first = index * self.cell
        frequency = np.array([tone.frequency for tone in self.tones]) / self.place.rate
        coarse = 2 * np.pi * np.mod(np.outer(first + np.arange(0, self.cell, 128), frequency), 1.0)
        fine = 2 * np.pi * np.outer(frequency, np.arange(128))
        turns = np.concatenate([np.cos(fine), np.sin(fine)])
        sway = self.sway((first + np.arange(self.cell)) / self.place.rate)
        out = np.zeros((2, self.cell))
        for channel, law in zip(out, (np.cos, np.sin)):
            level = np.array([tone.level * law((tone.pan + 1) * np.pi / 4) for tone in self.tones])
            both = np.concatenate([level * np.sin(coarse), level * np.cos(coarse)], axis=1)
            channel[:] = np.einsum("nt,tm->nm", both, turns).reshape(-1) * sway
        return np.asarray(out, np.float32)


@dataclass(frozen=True)
class Scaled(Layer):
    """A layer at another level: `gain` in dB."""

    layer: Layer
    gain: float
    cell: int = field(init=False)
    reach: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", self.layer.cell)
        object.__setattr__(self, "reach", self.layer.reach)

    def sound(self, index: int) -> Sound:
        """The cell at its new level."""
        return self.layer.sound(index) * np.float32(10 ** (self.gain / 20))
