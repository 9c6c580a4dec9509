"""The ceiling: one gain for all sections, that goes down before a peak and comes back behind it."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

STEP = 64
REACH = 60
MARGIN = (2 * REACH + 2) * STEP
_CEILING = 0.89


def gain(whole: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The gain of each sample but for `MARGIN` at both ends, which are used up; none where nothing is too loud.

    What is cut off at both ends is a whole number of steps, so a gain follows from the sound around it alone.
    """
    peaks = np.abs(whole).max(axis=0).reshape(-1, STEP).max(axis=1)
    if peaks.max() <= _CEILING:
        return None
    least = np.minimum(1.0, _CEILING / np.maximum(peaks, 1e-9))
    held = np.lib.stride_tricks.sliding_window_view(least, 2 * REACH + 3).min(axis=1)
    smooth = np.lib.stride_tricks.sliding_window_view(held, 2 * REACH + 1) @ _bell()
    at = (np.arange((len(smooth) - 2) * STEP) + 0.5) / STEP + 0.5
    return np.interp(at, np.arange(len(smooth)), smooth).astype(np.float32)


@functools.cache
def _bell() -> NDArray[np.float64]:
    bell = np.hanning(2 * REACH + 3)[1:-1]
    return np.asarray(bell / bell.sum())
