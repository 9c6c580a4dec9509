"""A phase vocoder that follows a map of time to the sample and leaves onsets as they were.

Every frame is read where the map says, and turned in phase so that it goes on from the frame that was written before it,
as that one's neighbour goes on from it in the sound itself (Puckette, "Phase-locked vocoder", 1995). Bins around
a spectral peak turn with the peak (Laroche and Dolson, 1999), all channels turn alike, so that the stereo image stays, and
around an onset time runs as it did and what sets in there is not turned at all (after Röbel, 2003). No library does this:
they run freely between corrections, so their maps are rough and their onsets wander (`benchmarks/stretching.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.timemap import TimeMap

_OVERLAP = 4
_GAIN = 1.5
_TINY = 1e-20

Spectrum = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Plan:
    """How a sound is stretched: its map, the onsets that stay as they were, the window in samples, and by how much
    a bin's power must rise at an onset to set in anew there.
    """

    map: TimeMap
    onsets: NDArray[np.int64]
    window: int
    rise: float


def stretched(samples: NDArray[np.float32], plan: Plan) -> Iterator[NDArray[np.float32]]:
    """The sound, channels × samples, along the plan's map, in blocks that are together as long as the map says."""
    size, left = plan.window, plan.map.length
    hop = size // _OVERLAP
    shape = np.hanning(size + 1)[:-1]
    overlapped = np.zeros((samples.shape[0], size))
    skip = size
    for turned in _frames(_Reader(samples, shape), plan, hop):
        overlapped += np.fft.irfft(turned, size) * (shape / _GAIN)
        ready = overlapped[:, min(skip, hop) : hop]
        skip -= min(skip, hop)
        if ready.shape[1]:
            yield ready[:, :left].astype(np.float32)
            left -= ready.shape[1]
        if left <= 0:
            return
        overlapped = np.concatenate([overlapped[:, hop:], np.zeros((len(overlapped), hop))], axis=1)


@dataclass(frozen=True, eq=False)
class _Reader:
    """Spectra of a sound anywhere, silence around it."""

    samples: NDArray[np.float32]
    shape: NDArray[np.float64]

    def from_(self, first: int) -> Spectrum:
        """Of the window that begins at a sample."""
        size, length = len(self.shape), self.samples.shape[1]
        inside = self.samples[:, max(0, first) : max(0, min(first + size, length))]
        before = min(max(0, -first), size)
        padded = np.pad(inside, ((0, 0), (before, size - before - inside.shape[1])))
        return np.asarray(np.fft.rfft(padded * self.shape), np.complex128)


def _frames(read: _Reader, plan: Plan, hop: int) -> Iterator[Spectrum]:
    """The turned frames, the first one a window before the sound, each a hop after the one before."""
    half = plan.window // 2
    count = -(-plan.map.length // hop) + 2 * _OVERLAP
    written = np.arange(count, dtype=np.float64) * hop - half
    at = np.rint(plan.map.played_at(written)).astype(np.int64)
    which = np.searchsorted(plan.onsets, at - half)
    last: Spectrum | None = None
    fresh, onset = np.zeros(0, bool), -1
    for middle, next_onset in zip(at.tolist(), which.tolist(), strict=True):
        now = read.from_(middle - half)
        turn = np.ones(now.shape[1], np.complex128)
        if last is not None:
            turn = _onward(last, read.from_(middle - half - hop))
        if next_onset < len(plan.onsets) and plan.onsets[next_onset] <= middle + half:
            if next_onset != onset:
                fresh, onset = _fresh(read, int(plan.onsets[next_onset]), plan), next_onset
            turn[fresh] = 1.0
        last = now * turn[_peaks(now)]
        yield last


def _onward(written: Spectrum, before: Spectrum) -> Spectrum:
    """By how much each bin of what is written was turned against the sound just before."""
    common = (written * before.conj()).sum(axis=0)
    size = np.abs(common)
    return np.where(size > _TINY, common / np.maximum(size, _TINY), 1.0)


def _fresh(read: _Reader, onset: int, plan: Plan) -> NDArray[np.bool_]:
    """The bins in which something sets in at an onset."""
    after, before = (_power(read.from_(first)) for first in (onset, onset - plan.window))
    return np.asarray(after >= plan.rise * before)


def _power(spectrum: Spectrum) -> NDArray[np.float64]:
    return np.asarray((spectrum.real**2 + spectrum.imag**2).sum(axis=0))


def _peaks(spectrum: Spectrum) -> NDArray[np.int64]:
    """For each bin the spectral peak that it belongs to."""
    power = _power(spectrum)
    middle = power[2:-2]
    higher = (middle > power[1:-3]) & (middle >= power[3:-1]) & (middle > power[:-4]) & (middle >= power[4:])
    peaks = np.flatnonzero(higher) + 2
    if not len(peaks):
        return np.arange(len(power))
    borders = (peaks[1:] + peaks[:-1] + 1) // 2
    return np.repeat(peaks, np.diff(np.concatenate([[0], borders, [len(power)]])))
