"""Short-time levels in thirds of an octave, and gains on them: the arithmetic of a channel vocoder.

Sums run without BLAS, whose threads vary, so that one request gives one sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]
Frames = NDArray[np.complex128]
Bands = NDArray[np.intp]

_SIZE, _HOP = 1024, 256
_LOWEST, _PER_OCTAVE = 40.0, 3


def bands_of(rate: int) -> Bands:
    """The first bin of each third of an octave."""
    octaves = np.log2(rate / 2 / _LOWEST)
    edges = _LOWEST * 2 ** (np.arange(int(octaves * _PER_OCTAVE) + 1) / _PER_OCTAVE)
    bins = np.unique(np.round(edges / rate * _SIZE).astype(np.intp))
    return np.concatenate([[0], bins[(bins > 0) & (bins < _SIZE // 2)]])


def frames(wave: Wave) -> Frames:
    """The spectra of a sound, frame by frame; the first begins before the sound and the last ends after it."""
    around = [(0, 0)] * (wave.ndim - 1)
    padded = np.pad(wave, [*around, (_SIZE, _SIZE + -wave.shape[-1] % _HOP)])
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _SIZE, axis=-1)[..., ::_HOP, :]
    return np.asarray(np.fft.rfft(pieces * _window(), axis=-1))


def joined(spectra: Frames, length: int) -> Wave:
    """The sound of spectra, so many samples of it."""
    pieces = np.fft.irfft(spectra, _SIZE, axis=-1) * _window() * (8 * _HOP / _SIZE / 3)
    made = np.zeros((*pieces.shape[:-2], pieces.shape[-2] * _HOP + _SIZE))
    for number in range(pieces.shape[-2]):
        made[..., number * _HOP : number * _HOP + _SIZE] += pieces[..., number, :]
    return made[..., _SIZE : _SIZE + length]


def levels(spectra: Frames, bands: Bands) -> Wave:
    """The level of each frame in each band in dB, all channels together."""
    power = np.abs(spectra) ** 2
    power = power.mean(axis=0) if power.ndim > 2 else power
    return np.asarray(10 * np.log10(np.add.reduceat(power, bands, axis=-1) + 1e-30))


def curve(gain: Wave, bands: Bands) -> Wave:
    """A gain in dB for each band as a factor for each bin, in straight lines from the middle of a band to the next."""
    ends = np.append(bands[1:], _SIZE // 2 + 1)
    middles = np.log2((bands + ends - 1) / 2 + 1)
    place = np.interp(np.log2(np.arange(_SIZE // 2 + 1) + 1.0), middles, np.arange(len(middles)))
    low = np.minimum(place.astype(np.intp), len(middles) - 2)
    part = place - low
    return np.asarray(10 ** ((gain[..., low] * (1 - part) + gain[..., low + 1] * part) / 20))


def _window() -> Wave:
    return np.asarray(np.hanning(_SIZE + 1)[:-1])
