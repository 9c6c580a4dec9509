"""What speaks for a beat or a bar at a time: how strongly notes set in there, and how the sound turns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hearing import RISES, ROWS

_LAG = 0.08

Curve = NDArray[np.float64]


def strongest(rise: NDArray[np.float32], times: Curve, around: tuple[int, int]) -> Curve:
    """The highest rise within so many hundredths of a second around each of some times."""
    near = np.round(times * RISES).astype(np.int64)[:, None] + np.arange(*around)
    return np.asarray(rise[np.clip(near, 0, len(rise) - 1)].max(axis=1), np.float64)


def turns(rows: NDArray[np.floating], times: Curve, reach: float) -> Curve:
    """How unlike the stretches of so many seconds before and after each of some times are, in rows of ten a second."""
    before, after = (
        _mean(rows, times + a, times + b) for a, b in ((_LAG - reach, _LAG), (_LAG, _LAG + reach))
    )
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(1 - (before * after).sum(axis=1) / np.maximum(norm, 1e-12))


def _mean(rows: NDArray[np.floating], start: Curve, end: Curve) -> Curve:
    """The means of rows, ten a second, between pairs of times."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    low = np.clip(np.round(start * ROWS).astype(np.int64), 0, len(rows) - 1)
    high = np.clip(np.round(end * ROWS).astype(np.int64), low + 1, len(rows))
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])
