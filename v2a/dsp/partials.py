"""Steady tones in a noise, as mains hum and the whine of a fan: found, taken out, and continued in phase.

The deterministic part of spectral modelling synthesis (Serra and Smith, 1990); between two places where a tone was
measured its phase runs from the one to the other (McAulay and Quatieri, 1986).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex128]

_LARGEST, _SMALLEST, _FRAMES = 1 << 15, 1 << 12, 8
_AROUND = 41
_SURE = 10.0
_HEARD = 0.25
_MOST = 24
_STEADY = 0.4
_PART = 0.5
_REACH = 0.6
_STEPS = 25


@dataclass(frozen=True, eq=False)
class Stretch:
    """A piece of sound, channels × samples, and the sample of the film at which it begins."""

    start: int
    wave: NDArray[np.float32]

    @property
    def stop(self) -> int:
        """The sample after its last."""
        return self.start + int(self.wave.shape[1])

    def parts(self, longest: int) -> list[Stretch]:
        """The same in equal parts that are no longer than so many samples."""
        count = max(1, -(-self.wave.shape[1] // longest))
        edges = np.linspace(0, self.wave.shape[1], count + 1).round().astype(np.int64)
        return [Stretch(self.start + a, self.wave[:, a:b]) for a, b in itertools.pairwise(edges.tolist())]


@dataclass(frozen=True, eq=False)
class Partials:
    """Tones of `frequencies` (hertz) and an offset, measured at `centres` (samples): `amplitudes` are centres ×
    channels × (1 + tones), complex, the offset first, with their phase at the centre."""

    rate: int
    frequencies: NDArray[np.float64]
    centres: NDArray[np.float64]
    amplitudes: Complex

    @classmethod
    def of(cls, stretches: Sequence[Stretch], rate: int) -> Partials:
        """What is steady in some stretches of one tone."""
        parts = [part for each in stretches for part in each.parts(round(_PART * rate))]
        centres = np.array([(part.start + part.stop - 1) / 2 for part in parts])
        found = _frequencies(stretches, rate)
        sizes = np.abs([_fitted(part.wave, found, rate)[:, 1:] for part in parts]).sum(1)
        found = found[sizes.std(0) < _STEADY * sizes.mean(0)]
        return cls(rate, found, centres, np.stack([_fitted(part.wave, found, rate) for part in parts]))

    def without(self, stretch: Stretch) -> NDArray[np.float32]:
        """A stretch that was measured, without what is steady in it."""
        left = []
        for part in stretch.parts(round(_PART * self.rate)):
            columns = _columns(part.wave.shape[1], self.frequencies, self.rate)
            steady = np.real(_fitted(part.wave, self.frequencies, self.rate) @ columns)
            left.append(part.wave - steady.astype(np.float32))
        return np.concatenate(left, axis=1)

    def window(self, start: int, stop: int) -> NDArray[np.float32]:
        """What is steady, at these samples of the film, channels × samples."""
        places = np.arange(start, stop, dtype=np.float64)
        made = np.zeros((self.amplitudes.shape[1], stop - start))
        before = np.clip(np.searchsorted(self.centres, places, "right") - 1, 0, len(self.centres) - 1)
        edges = np.flatnonzero(np.diff(before)) + 1
        for run in np.split(np.arange(stop - start), edges):
            if len(run):
                made[:, run] = self._between(int(before[run[0]]), places[run])
        return made.astype(np.float32)

    def _between(self, one: int, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """From one measured place on to the next, or on for ever after the last and before the first."""
        other = min(one + 1, len(self.centres) - 1)
        first, second = self.amplitudes[one], self.amplitudes[other]
        turn = np.concatenate([[0.0], 2 * np.pi * self.frequencies / self.rate])
        length = self.centres[other] - self.centres[one]
        missed = np.angle(second * np.conj(first) * np.exp(-1j * turn * length))
        along = np.clip((places - self.centres[one]) / length, 0.0, 1.0) if length else np.zeros(len(places))
        made = np.real(first[:, :1] * (1 - along) + second[:, :1] * along)
        for n in range(1, len(turn)):
            size = np.abs(first[:, n, None]) * (1 - along) + np.abs(second[:, n, None]) * along
            phase = np.angle(first[:, n])[:, None] + turn[n] * (places - self.centres[one])
            made += size * np.cos(phase + missed[:, n, None] * along)
        return np.asarray(made, np.float64)


def _columns(length: int, frequencies: NDArray[np.float64], rate: int) -> Complex:
    """An offset and the tones as turning pointers, 1 + tones × samples, their phase nought in the middle."""
    places = np.arange(length) - (length - 1) / 2
    turn = np.concatenate([[0.0], 2 * np.pi * frequencies / rate])
    return np.asarray(np.exp(1j * turn[:, None] * places), np.complex128)


def _fitted(wave: NDArray[np.float32], frequencies: NDArray[np.float64], rate: int) -> Complex:
    """The amplitudes with which offset and tones lie nearest to a sound, channels × (1 + tones)."""
    columns = _columns(wave.shape[1], frequencies, rate)
    basis = np.concatenate([columns.real, -columns[1:].imag])
    gram = basis @ basis.T
    gram[np.diag_indices(len(gram))] *= 1 + 1e-3
    found = np.linalg.solve(gram, basis @ wave.T.astype(np.float64)).T
    answer = found[:, : len(columns)].astype(np.complex128)
    answer[:, 1:] += 1j * found[:, len(columns) :]
    return answer


def _frequencies(stretches: Sequence[Stretch], rate: int) -> NDArray[np.float64]:
    """The frequencies in hertz, rising, of tones that stand out of the noise far enough to be heard in it."""
    size = _frame(stretches)
    frames = np.concatenate([_framed(s.wave, size) for s in stretches if s.wave.shape[1] >= size])
    power = (np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2).mean(0)
    level = 10 * np.log10(power + 1e-20)
    padded = np.pad(level, _AROUND // 2, mode="reflect")
    ground = np.quantile(np.lib.stride_tricks.sliding_window_view(padded, _AROUND), 0.3, axis=1)
    hertz = np.arange(len(level)) * rate / size
    # Against the noise within the ear's own bandwidth there (Glasberg and Moore, 1990); 1.5 bins is Hann's own.
    audible = ground + 10 * np.log10(
        _HEARD * np.maximum(1.0, 24.7 * (4.37e-3 * hertz + 1) / (1.5 * rate / size))
    )
    above = level - np.maximum(ground + _SURE + 12 / np.sqrt(len(frames)), audible)
    inner = level[1:-1]
    peak = np.flatnonzero((inner >= level[:-2]) & (inner > level[2:]) & (above[1:-1] > 0)) + 1
    peak = peak[(peak > 1) & (level[peak] > -140)]
    peak = np.sort(peak[np.argsort(-above[peak], kind="stable")[:_MOST]])
    exact = np.array([_refined(stretches, float(hertz[p]), rate, rate / size) for p in peak])
    return exact[np.diff(exact, prepend=-np.inf) > rate / size] if len(exact) else np.zeros(0)


def _frame(stretches: Sequence[Stretch]) -> int:
    """The longest frame of which there are enough, else the shortest one that fits the longest stretch."""
    lengths = [int(s.wave.shape[1]) for s in stretches]
    size = _LARGEST
    while size > _SMALLEST and sum(max(0, 2 * n // size - 1) for n in lengths) < _FRAMES:
        size //= 2
    return min(size, max(lengths))


def _framed(wave: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Frames of all channels that overlap by half."""
    views = np.lib.stride_tricks.sliding_window_view(wave, size, axis=1)[:, :: max(1, size // 2)]
    return views.reshape(-1, size)


def _refined(stretches: Sequence[Stretch], near: float, rate: int, width: float) -> float:
    """The frequency within a bin of `near` that holds most power in every stretch: heterodyned, then searched for."""
    hop = rate // 100
    low = []
    for part in (p for s in stretches for p in s.parts(2 * rate)):
        count = part.wave.shape[1] // hop
        turned = part.wave[:, : count * hop] * np.exp(-2j * np.pi * near / rate * np.arange(count * hop))
        low.append(turned.reshape(len(part.wave), count, hop).sum(2))
    middle, reach = 0.0, _REACH * width
    while reach > 1e-3:
        offsets = middle + np.linspace(-reach, reach, _STEPS)
        power = sum(_power(each, offsets / 100) for each in low)
        middle = float(offsets[int(np.argmax(power))])
        reach /= 6
    return near + middle


def _power(low: Complex, turns: NDArray[np.float64]) -> NDArray[np.float64]:
    pointers = (
        np.exp(-2j * np.pi * turns[:, None] * np.arange(low.shape[1])) * np.hanning(low.shape[1] + 2)[1:-1]
    )
    return np.asarray((np.abs(low @ pointers.T) ** 2).sum(0), np.float64)
