"""Spectra of sound as it comes in: the rise that marks an onset, and the tones that last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BANDS = 24
_WINDOW = 1024
_LONG = 4096
_FINE = 72
_LAG = 2
_SPARSE = 6


class Flux:
    """SuperFlux (Böck and Widmer 2013): the rise against the widest of the neighbouring bands a little earlier."""

    def __init__(self, rate: int, hop: int) -> None:
        self._hop = hop
        self._past = np.zeros(_WINDOW - hop, np.float32)
        self._shape = np.hanning(_WINDOW).astype(np.float32)
        self._fine = _bank(rate, _WINDOW, _FINE, 60.0, 11_000.0)
        self._coarse = _bank(rate, _WINDOW, BANDS, 50.0, 11_500.0)
        self._before = np.zeros((_LAG, _FINE), np.float32)

    def __call__(self, mono: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The rise at each hop of a block, and the block's level in 24 bands in dB."""
        joined = np.concatenate([self._past, mono])
        self._past = joined[-len(self._past) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _WINDOW)[:: self._hop]
        size = np.abs(np.fft.rfft(windows * self._shape, axis=1)).astype(np.float32) * (4 / _WINDOW)
        level = np.log10(1 + 2000 * (size @ self._fine))
        joined_levels = np.concatenate([self._before, level])
        self._before = joined_levels[-_LAG:]
        earlier = joined_levels[: len(level)]
        widest = np.maximum(earlier, np.maximum(_moved(earlier, 1), _moved(earlier, -1)))
        rise = np.maximum(level - widest, 0).mean(1)
        bands = 10 * np.log10((size**2 @ self._coarse).mean(0) + 1e-10)
        return rise.astype(np.float32), bands.astype(np.float32)


class Tones:
    """How much of the sound lies in spectral peaks that stay where they are for a fifth of a second, and on which pitches."""

    def __init__(self, rate: int) -> None:
        self._past = np.zeros(_LONG, np.float32)
        self._shape = np.hanning(_LONG).astype(np.float32)
        hertz = np.fft.rfftfreq(_LONG, 1 / rate)
        self._band = slice(int(np.searchsorted(hertz, 80)), int(np.searchsorted(hertz, 4200)))
        pitch = np.round(12 * np.log2(hertz[self._band] / 440.0)).astype(int) % 12
        self._fold = np.eye(12, dtype=np.float32)[pitch]
        self._peaks: list[NDArray[np.bool_]] = []

    def __call__(self, mono: NDArray[np.float32]) -> NDArray[np.float32]:
        """The tonal share (0 to 1), then the share of each pitch in it."""
        self._past = np.concatenate([self._past, mono])[-_LONG:]
        power = np.abs(np.fft.rfft(self._past * self._shape)).astype(np.float32)[self._band] ** 2
        total = float(power.sum())
        peaks = _peaks(power) & (power > 1e-5 * power.max(initial=0) + 1e-6)
        lasting = peaks.copy()
        for earlier in self._peaks:
            lasting &= earlier | np.roll(earlier, 1) | np.roll(earlier, -1)
        ready = len(self._peaks) == 2
        self._peaks = [*self._peaks[-1:], peaks]
        if not ready or total < 1e-4:
            return np.zeros(13, np.float32)
        wide = lasting | np.roll(lasting, 1) | np.roll(lasting, -1)
        held = np.where(wide, power, 0)
        pitches = held @ self._fold
        share = float(held.sum()) / total
        return np.concatenate([[share], pitches / max(float(pitches.sum()), 1e-12)]).astype(np.float32)


def _peaks(power: NDArray[np.float32]) -> NDArray[np.bool_]:
    padded = np.pad(power, 12, mode="reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, 25)[::_SPARSE]
    usual = np.median(around, axis=1).repeat(_SPARSE)[: len(power)]
    higher = (power >= padded[11:-13]) & (power > padded[13:-11])
    return np.asarray(higher & (power > 8 * usual))


def _moved(rows: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    out = rows.copy()
    if by > 0:
        out[:, by:] = rows[:, :-by]
    else:
        out[:, :by] = rows[:, -by:]
    return out


def _bank(rate: int, window: int, bands: int, low: float, high: float) -> NDArray[np.float32]:
    """Triangles evenly spaced in octaves, each at least one bin wide, bins × bands."""
    hertz = np.fft.rfftfreq(window, 1 / rate)
    edges = np.geomspace(low, high, bands + 2)
    width = hertz[1]
    bank = np.zeros((len(hertz), bands), np.float32)
    for n in range(bands):
        left = min(edges[n], edges[n + 1] - width)
        right = max(edges[n + 2], edges[n + 1] + width)
        rising = (hertz - left) / (edges[n + 1] - left)
        falling = (right - hertz) / (right - edges[n + 1])
        bank[:, n] = np.clip(np.minimum(rising, falling), 0, None)
    return np.asarray(bank / np.maximum(bank.sum(0), 1e-6), np.float32)
