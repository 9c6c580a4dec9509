"""Short-time levels in thirds of an octave, and gains on them: the arithmetic of a channel vocoder.

Spectra are made some seconds at a time, so that a long sound costs no memory. Sums run without BLAS, whose threads
vary, so that one request gives one sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]
Frames = NDArray[np.complex128]
Bands = NDArray[np.intp]

SIZE, HOP = 1024, 256
_LOWEST, _PER_OCTAVE = 40.0, 3
_TOGETHER = 1024


@dataclass(frozen=True, eq=False)
class Spectra:
    """The spectra of a sound, frame by frame: the first begins before the sound and the last ends after it."""

    wave: Wave
    pieces: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        around = [(0, 0)] * (self.wave.ndim - 1)
        padded = np.pad(self.wave, [*around, (SIZE, SIZE + -self.wave.shape[-1] % HOP)])
        pieces = np.lib.stride_tricks.sliding_window_view(padded, SIZE, axis=-1)[..., ::HOP, :]
        object.__setattr__(self, "pieces", pieces)

    def __iter__(self) -> Iterator[Frames]:
        """All of them in order, some seconds at a time."""
        for first in range(0, self.pieces.shape[-2], _TOGETHER):
            part = self.pieces[..., first : first + _TOGETHER, :]
            yield np.asarray(np.fft.rfft(part * _window(), axis=-1))

    def levels(self, bands: Bands) -> Wave:
        """The levels of all frames, as `levels` tells them."""
        return np.concatenate([levels(part, bands) for part in self])


def joined(spectra: Iterable[Frames], length: int) -> Wave:
    """The sound of spectra that come in order, so many samples of it."""
    made: Wave | None = None
    at = 0
    for part in spectra:
        pieces = np.fft.irfft(part, SIZE, axis=-1) * _window() * (8 * HOP / SIZE / 3)
        if made is None:
            made = np.zeros((*pieces.shape[:-2], length + 3 * SIZE))
        for number in range(pieces.shape[-2]):
            made[..., at : at + SIZE] += pieces[..., number, :]
            at += HOP
    return np.zeros(length) if made is None else made[..., SIZE : SIZE + length]


def bands_of(rate: int) -> Bands:
    """The first bin of each third of an octave."""
    octaves = np.log2(rate / 2 / _LOWEST)
    edges = _LOWEST * 2 ** (np.arange(int(octaves * _PER_OCTAVE) + 1) / _PER_OCTAVE)
    bins = np.unique(np.round(edges / rate * SIZE).astype(np.intp))
    return np.concatenate([[0], bins[(bins > 0) & (bins < SIZE // 2)]])


def levels(spectra: Frames, bands: Bands) -> Wave:
    """The level of each frame in each band in dB, all channels together."""
    power = np.abs(spectra) ** 2
    power = power.mean(axis=0) if power.ndim > 2 else power
    return np.asarray(10 * np.log10(np.add.reduceat(power, bands, axis=-1) + 1e-30))


def curve(gain: Wave, bands: Bands) -> Wave:
    """A gain in dB for each band as a factor for each bin, in straight lines from the middle of a band to the next."""
    ends = np.append(bands[1:], SIZE // 2 + 1)
    middles = np.log2((bands + ends - 1) / 2 + 1)
    place = np.interp(np.log2(np.arange(SIZE // 2 + 1) + 1.0), middles, np.arange(len(middles)))
    low = np.minimum(place.astype(np.intp), len(middles) - 2)
    part = place - low
    return np.asarray(10 ** ((gain[..., low] * (1 - part) + gain[..., low + 1] * part) / 20))


def _window() -> Wave:
    return np.asarray(np.hanning(SIZE + 1)[:-1])
