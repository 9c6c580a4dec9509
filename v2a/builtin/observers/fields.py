"""Momentum over windows and time, and where it jumps: what a change from one frame to the next no trend explains.

A body in flight or swinging changes its momentum smoothly; one that strikes, lands, stops or is pushed changes it at
once. What merely leaves a window changes nothing in the larger one around it, and so does not count.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.windows import Windows, summed

_AROUND = 6
_LONG = 10
_USUAL = 30
_STEP = 16

Rows = NDArray[np.float32]


class Jumps(NamedTuple):
    """A momentum over windows (padded by three strides), its jumps over frames, and each jump over what is around.

    `sure` is how much of a jump is one: its surroundings agree, and nothing of it comes from a body that is only
    partly in the window. `relative` runs from 0 to 2.5: about 1 for what stops dead, about 2 for what bounces back.
    """

    parts: Rows
    kicks: Rows
    sure: Rows
    relative: Rows


def jumps_in(parts: Rows, whole: Rows, where: Windows, stride: int, least: float) -> Jumps:
    """The jumps of a momentum: frames × windows × axes; `least` is what noise makes."""
    kick = kicks(parts, stride)
    size, around = length(kick), kick[:, where.parents]
    along = np.maximum((kick * around).sum(-1), 0) / np.maximum(size, 1e-9)
    sure = whole * along / np.maximum(length(around), 1e-9)
    speeds = length(parts)
    pad = 3 * stride
    most = highest(speeds, _AROUND * stride)[pad:-pad]
    relative = np.minimum(size, along) * sure / (most + least + usual(speeds[pad:-pad], stride))
    return Jumps(parts, kick, sure, np.minimum(relative, 2.5))


class Stops(NamedTuple):
    """How much of a movement's amount ends with a frame (0 to 1), and how much that is of all movement around."""

    relative: Rows
    share: Rows


def stops_in(amounts: Rows, where: Windows, stride: int, least: float) -> Stops:
    """Where an amount of movement falls at once: frames × windows, padded by three strides."""
    pad, k = 3 * stride, stride
    count = len(amounts) - 2 * pad

    early = np.pad(amounts, ((k, 0), (0, 0)), mode="edge")

    def mean(low: int, high: int) -> Rows:
        rows = (early[pad + k + n : pad + k + n + count] for n in range(low, high))
        return np.asarray(sum(rows) / np.float32(high - low), np.float32)

    before, after = mean(-2 * k, 0), mean(1, 2 * k + 1)
    fall = before - after
    slowing = np.maximum(mean(-4 * k, -3 * k) - before, 0)
    sudden = np.maximum(fall - slowing, 0)
    alike = np.clip(fall[:, where.parents] / np.maximum(fall, 1e-9), 0, 1)
    most = highest(amounts, _LONG * k)[pad:-pad]
    relative = sudden * alike / (most + least + usual(amounts[pad:-pad], k))
    return Stops(relative, sudden / (most[:, -1:] + least))


def kicks(parts: Rows, stride: int) -> Rows:
    """The change across every frame but the first and last three strides, less the trends on both sides."""
    pooled = np.lib.stride_tricks.sliding_window_view(parts, stride, axis=0).mean(-1) if stride > 1 else parts
    count = len(parts) - 6 * stride
    far, before, after, late = (
        pooled[at : at + count] for at in (0, 2 * stride, 3 * stride + 1, 5 * stride + 1)
    )
    trend = (before - far) + (late - after)
    return np.asarray(after - before - trend * (stride + 1) / (4 * stride), np.float32)


def length(rows: NDArray[Any]) -> Rows:
    """The length of vectors along the last axis."""
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", rows, rows)), np.float32)


def highest(rows: Rows, reach: int) -> Rows:
    """The highest value from so many frames before to so many after each."""
    import cv2

    tall = np.ones((2 * reach + 1, 1), np.uint8)
    return np.asarray(cv2.dilate(rows, tall, borderType=cv2.BORDER_REPLICATE), np.float32)


def usual(rows: Rows, stride: int) -> Rows:
    """What is there most of the time within a second of each frame."""
    reach, step = 25 * stride, _STEP * stride
    out = np.empty_like(rows)
    for low in range(0, len(rows), step):
        near = rows[max(0, low - reach) : low + step + reach : stride]
        at = (_USUAL * (len(near) - 1)) // 100
        out[low : low + step] = np.partition(near, at, axis=0)[at]
    return out


class Travel(NamedTuple):
    """Over windows: moments of the change, its amount, the middle of all that changes, how whole what moves is,
    and how much of it is kept in the picture in each frame alone."""

    moments: Rows
    amount: Rows
    middle: Rows
    whole: Rows
    kept: Rows


def about(change: Rows, where: Windows) -> Travel:
    """What a change (frames × rows × columns × colours × 4) comes to in each window, to the right and down.

    Moments are about the middle of all that changes in a window: so it does not matter that a body differs more from
    what is behind it there than here. What comes in or goes out at a window's edge makes it lighter or darker as a
    whole, and is not whole.
    """
    rows, columns = change.shape[1:3]
    down, right = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    places = np.dstack(np.meshgrid(2 * where.centres[-1, 0] * right, down)).astype(np.float32)
    size = change[..., 3].sum(-1)[..., None]
    total = summed(np.concatenate([size, size * places], -1), where)
    middle = total[..., 1:] / np.maximum(total[..., :1], 1e-9)
    drift = summed(change[..., 0], where)
    first = summed(change[..., 1:3] + change[..., :1] * places[:, :, None, :], where)
    moments = first - drift[..., None] * middle[:, :, None, :]
    lost = _near(length(drift)) / np.maximum(_near(total[..., 0]), 1e-9)
    whole = 1 - np.minimum(lost, 1)
    kept = 1 - np.minimum(length(drift) / np.maximum(total[..., 0], 1e-9), 1)
    flat = np.asarray(moments.reshape(*moments.shape[:2], -1), np.float32)
    return Travel(flat, total[..., 0], np.asarray(middle, np.float32), whole, kept)


def _near(rows: Rows) -> Rows:
    """The sum over each frame and its neighbours."""
    padded = np.pad(rows, [(1, 1), (0, 0)])
    return np.asarray(padded[:-2] + padded[1:-1] + padded[2:], np.float32)
