"""Levels: decibels and gains, and the grid of a fixed number of bits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def gain_of(decibels: float) -> float:
    """The factor that so many decibels are."""
    return float(10.0 ** (decibels / 20.0))


def decibels_of(gain: float) -> float:
    """The decibels that a factor is; nothing at all is minus infinity."""
    return 20.0 * math.log10(gain) if gain > 0.0 else -math.inf


def peak(samples: Samples) -> float:
    """The largest sample, as a factor of full scale; 0 for no samples."""
    return float(max(samples.max(), -samples.min())) if samples.size else 0.0


def finite(samples: Samples) -> Samples:
    """The same sound, with silence for what is no number: one such sample would take all that follows with it."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = samples.sum()
    if np.isfinite(total):
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)


def quantised(samples: NDArray[np.floating], bits: int = 24) -> Samples:
    """The same sound on the grid of so many bits (at most 24), held within full scale; float32 holds it exactly."""
    steps = float(2 ** (bits - 1))
    grid = np.rint(samples * steps)
    np.clip(grid, -(steps - 1.0), steps - 1.0, out=grid)
    grid /= steps
    return np.asarray(grid, dtype=np.float32)
