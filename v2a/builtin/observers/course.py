"""The course of movement around each frame, in the windows that say most: how it comes there, and how it goes on.

Every course is told over the greatest of itself, so that neither the size of what moves matters, nor its contrast,
nor its pace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.fields import Jumps, Rows, length

REACH = 6
STEPS = 2 * REACH + 1


def amounts(rows: Rows, window: NDArray[np.intp], stride: int, least: float) -> Rows:
    """How much there is of something in a window of each frame, from six strides before to six after."""
    there = _around(rows, window, stride)
    return np.asarray(there / (there.max(1, keepdims=True) + np.float32(least)), np.float32)


def along(field: Jumps, window: NDArray[np.intp], stride: int, least: float) -> Rows:
    """Momentum in the direction in which it jumps at each frame, from six strides before to six after."""
    pad = 3 * stride
    there = _around(field.parts[pad:-pad], window, stride)
    kick = field.kicks[np.arange(len(window)), window]
    way = kick / np.maximum(length(kick), 1e-9)[:, None]
    most = length(there).max(1, keepdims=True) + np.float32(least)
    return np.asarray(np.einsum("nsa,na->ns", there, way) / most, np.float32)


def _around(rows: Rows, window: NDArray[np.intp], stride: int) -> Rows:
    """Means over strides around each frame in its window: frames × strides × what there is in a window."""
    count = len(rows)
    beside = np.arange(count)[:, None] + np.arange(-REACH, REACH + 1) * stride
    total = np.zeros((*beside.shape, *rows.shape[2:]), np.float32)
    for n in range(stride):
        total += rows[np.clip(beside + n - (stride - 1) // 2, 0, count - 1), window[:, None]]
    return np.asarray(total / np.float32(stride), np.float32)
