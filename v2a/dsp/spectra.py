"""Spectra of sound as it comes in: the rise that marks an onset, and the tones that last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BANDS = 24
REGISTERS = 4
_WINDOW = 2048
_LONG = 8192
_FINE = 80
_LAG = 2
_SPARSE = 6
_MEMORY = 25
_LASTS = 3
_OVER = 3.0
_NOTHING = 0.0005
LOWEST, HIGHEST = 40.0, 16_000.0


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What a stretch of sound comes to: the rise in four registers at each hop, the level in 24 bands in dB."""

    rise: NDArray[np.float32]
    bands: NDArray[np.float32]


class Flux:
    """SuperFlux (Böck and Widmer 2013): the rise against the widest of the neighbouring bands a little earlier."""

    def __init__(self, rate: int, hop: int, hops_in_row: int) -> None:
        """Take the rate, the samples from one spectrum to the next, and how many of them make a row of levels."""
        from scipy import sparse

        self._hop, self._together = hop, hops_in_row
        self._past = np.zeros(_WINDOW - hop, np.float32)
        self._shape = np.hanning(_WINDOW).astype(np.float32) * np.float32(4 / _WINDOW)
        self._used = int(HIGHEST / rate * _WINDOW) + 2
        self._fine = sparse.csr_array(_bank(rate, _FINE)[: self._used].T)
        self._coarse = sparse.csr_array(_bank(rate, BANDS)[: self._used].T)
        self._before = np.zeros((_LAG, _FINE), np.float32)
        self._lately = np.zeros((_MEMORY, _FINE), np.float32)

    def __call__(self, mono: NDArray[np.float32]) -> Spectrum:
        """Take the next stretch, a whole number of rows long."""
        from scipy import fft

        joined = np.concatenate([self._past, mono])
        self._past = joined[-len(self._past) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _WINDOW)[:: self._hop]
        power = _power(fft.rfft(windows * self._shape, axis=1)[:, : self._used])
        heard = (self._fine @ np.sqrt(power).T).T
        ground = self._ground(heard)
        known = np.concatenate([self._before, heard])
        self._before = known[-_LAG:]
        level = np.log10(1 + known / ground)
        rise = np.maximum(level[_LAG:] - _widest(level[:-_LAG]), 0)
        together = power.reshape(-1, self._together, self._used).mean(1)
        bands = 10 * np.log10((self._coarse @ together.T).T + np.float32(1e-10))
        return Spectrum(rise.reshape(len(rise), REGISTERS, -1).mean(2), bands)

    def _ground(self, heard: NDArray[np.float32]) -> NDArray[np.float32]:
        """What each band lies on, from what was heard in the last seconds, and never less than almost nothing."""
        rows = heard.reshape(-1, self._together, _FINE).mean(1)
        self._lately = np.concatenate([self._lately, rows])[-_MEMORY:]
        usual = np.partition(self._lately, _MEMORY // 4, axis=0)[_MEMORY // 4]
        return np.asarray(np.maximum(_OVER * usual, _NOTHING), np.float32)


class Tones:
    """How much of the sound lies in spectral peaks that stay where they are for a third of a second, and on which pitches."""

    def __init__(self, rate: int, hop: int) -> None:
        """Take the rate, and the samples from one row to the next."""
        self._hop = hop
        self._past = np.zeros(_LONG - hop, np.float32)
        self._shape = np.hanning(_LONG).astype(np.float32)
        hertz = np.fft.rfftfreq(_LONG, 1 / rate)
        self._band = slice(int(np.searchsorted(hertz, 80)), int(np.searchsorted(hertz, 4200)))
        pitch = np.round(12 * np.log2(hertz[self._band] / 440.0)).astype(int) % 12
        self._fold = np.eye(12, dtype=np.float32)[pitch]
        self._peaks = np.zeros((_LASTS, len(pitch)), np.bool_)
        self._ready = 0

    def __call__(self, mono: NDArray[np.float32]) -> NDArray[np.float32]:
        """The tonal share (0 to 1), then the share of each pitch in it, at each hop."""
        from scipy import fft

        joined = np.concatenate([self._past, mono])
        self._past = joined[-len(self._past) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _LONG)[:: self._hop]
        power = _power(fft.rfft(windows * self._shape, axis=1)[:, self._band])
        total = power.sum(1)
        peaks = _peaks(power) & (power > 1e-5 * power.max(1, keepdims=True) + 4e-6)
        known = np.concatenate([self._peaks, peaks])
        self._peaks = known[-_LASTS:]
        near = np.lib.stride_tricks.sliding_window_view(_spread(known), _LASTS, axis=0)[:-1].all(2)
        held = np.where(_spread(peaks & near), power, 0)
        heard = (total > 4e-4) & (np.arange(len(power)) + self._ready >= _LASTS)
        self._ready += len(power)
        share = np.where(heard, held.sum(1) / np.maximum(total, 1e-12), 0)
        pitches = np.where(heard[:, np.newaxis], held @ self._fold, 0)
        pitches /= np.maximum(pitches.sum(1, keepdims=True), 1e-12)
        return np.concatenate([share[:, np.newaxis], pitches], axis=1).astype(np.float32)


def _power(spectrum: NDArray[np.complex64]) -> NDArray[np.float32]:
    return np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)


def _peaks(power: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Bins above their neighbours and eight times what is usual around them."""
    padded = np.pad(power, ((0, 0), (12, 12)), mode="reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, 25, axis=1)[:, ::_SPARSE]
    usual = np.partition(around, 12, axis=2)[:, :, 12].repeat(_SPARSE, axis=1)[:, : power.shape[1]]
    higher = (power >= padded[:, 11:-13]) & (power > padded[:, 13:-11])
    return np.asarray(higher & (power > 8 * usual))


def _spread(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The marks, one bin wider on each side."""
    wide = marks.copy()
    wide[:, 1:] |= marks[:, :-1]
    wide[:, :-1] |= marks[:, 1:]
    return wide


def _widest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest of each band and its neighbours."""
    out = rows.copy()
    np.maximum(out[:, 1:], rows[:, :-1], out=out[:, 1:])
    np.maximum(out[:, :-1], rows[:, 1:], out=out[:, :-1])
    return out


def _bank(rate: int, bands: int) -> NDArray[np.float32]:
    """Triangles evenly spaced in octaves, each at least one bin wide, bins × bands."""
    hertz = np.fft.rfftfreq(_WINDOW, 1 / rate)
    edges = np.geomspace(LOWEST, HIGHEST, bands + 2)
    width = hertz[1]
    bank = np.zeros((len(hertz), bands), np.float32)
    for n in range(bands):
        left = min(edges[n], edges[n + 1] - width)
        right = max(edges[n + 2], edges[n + 1] + width)
        rising = (hertz - left) / (edges[n + 1] - left)
        falling = (right - hertz) / (right - edges[n + 1])
        bank[:, n] = np.clip(np.minimum(rising, falling), 0, None)
    return np.asarray(bank / np.maximum(bank.sum(0), 1e-6), np.float32)
