"""Where a sound sets in: sudden rises of its level, to the sample."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HOP = 0.002
_BEFORE, _AFTER = 10, 4
_EDGE = 0.15
_FLOOR = 1e-9
_SOFT = (0.03, 2.5)
_BLOCK = 1 << 19


@dataclass(frozen=True, eq=False)
class Rises:
    """How far the level of a sound rises at every hop, in dB: the 8 ms from there on over the 20 ms before."""

    hop: int
    by: NDArray[np.float64]

    def peaks(self, least: float, apart: float) -> NDArray[np.int64]:
        """The hops with the greatest rises of at least so many dB, no two nearer than `apart` samples."""
        gap = max(1, int(np.ceil(min(apart, len(self.by) * self.hop) / self.hop)))
        taken, found = np.zeros(len(self.by) + 2 * gap, bool), []
        able = np.flatnonzero(self.by >= least)
        for at in able[np.argsort(-self.by[able], kind="stable")]:
            if not taken[at + gap]:
                taken[at + 1 : at + 2 * gap] = True
                found.append(int(at))
        return np.sort(np.array(found, np.int64))


def rises(samples: NDArray[np.float32], rate: int) -> Rises:
    """The rises of channels × samples; its high end counts most, as it does for the ear that tells when."""
    hop = max(1, round(_HOP * rate))
    level = _levels(samples, hop)
    total = np.concatenate([[0.0], np.cumsum(level)])
    at, count = np.arange(len(level)), len(level)
    after, before = np.minimum(at + _AFTER, count), np.maximum(at - _BEFORE, 0)
    loud = (total[after] - total[at]) / np.maximum(after - at, 1)
    quiet = (total[at] - total[before]) / np.maximum(at - before, 1)
    by = np.where(at > 0, loud - quiet, 0.0)
    return Rises(hop, by)


def onsets(samples: NDArray[np.float32], found: Rises, least: float, apart: float) -> NDArray[np.int64]:
    """The first sample of each of the greatest rises of at least so many dB, in order."""
    length, reach = samples.shape[1], max(2, 5 * found.hop)
    exact = []
    for at in found.peaks(least, apart):
        first = max(0, int(at - 1) * found.hop)
        steps = _steps(samples[:, first : first + reach + 1])
        if first + len(steps) <= length:
            exact.append(first + int(np.argmax(steps > _EDGE * steps.max())))
    return np.array(sorted(set(exact)), np.int64)


def softer(
    found: Rises, near: NDArray[np.float64], apart: float, taken: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where the level rises most beside each of some samples, if it does at all: nowhere nearer than `apart` to what is taken,
    or to each other.
    """
    reach = max(1, round(_SOFT[0] / _HOP))
    kept: list[int] = sorted(taken.tolist())
    soft = []
    for place in near:
        first = max(0, round(place / found.hop) - reach)
        beside = found.by[first : first + 2 * reach + 1]
        if not len(beside) or beside.max() < _SOFT[1]:
            continue
        at = (first + int(beside.argmax())) * found.hop
        behind = bisect(kept, at)
        if all(abs(at - other) >= apart for other in kept[max(0, behind - 1) : behind + 1]):
            kept.insert(behind, at)
            soft.append(at)
    return np.array(soft, np.int64)


def _steps(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far each sample is from the one before, in the channel where that is most."""
    stepped = np.diff(samples.astype(np.float64), axis=1, prepend=samples[:, :1])
    return np.asarray(np.abs(stepped).max(axis=0))


def _levels(samples: NDArray[np.float32], hop: int) -> NDArray[np.float64]:
    """The level of the differences between samples in every hop, in dB, down to 90 dB below the loudest."""
    count = samples.shape[1] // hop
    power = np.zeros(count)
    block = max(1, _BLOCK // hop)
    for first in range(0, count, block):
        last = min(first + block, count)
        start = max(0, first * hop - 1)
        stepped = np.diff(samples[:, start : last * hop].astype(np.float64), axis=1)
        whole = stepped if start else np.pad(stepped, ((0, 0), (1, 0)))
        power[first:last] = (whole**2).sum(axis=0).reshape(last - first, hop).sum(axis=1)
    highest = float(power.max(initial=0.0)) or 1.0
    return np.asarray(10 * np.log10(power + _FLOOR * highest))
