"""Dissolves: windows whose frames go evenly from one picture to another, each of which keeps still beside it.

What tells a dissolve from a picture that moves: between its ends every frame is a blend of the two, with less contrast
and less detail than either; and on both sides the picture changes far less than across it. The weights were fitted on
the tuning half of the reels in `benchmarks/reels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.cutting import likenesses
from v2a.builtin.observers.frames import luma

NAMES = ("apart", "uneven", "left over", "restless", "contrast", "detail")
WEIGHTS = np.array([4.6, -4.0, -12.0, -6.0, -2.0, -9.0])
BIAS = 0.2
SLOW_WEIGHTS = np.array([1.0, -7.9, -6.1, -5.8, -5.5, -8.2])
SLOW_BIAS = 0.1
_LENGTHS = (6, 8, 11, 15, 20, 27, 36, 48)
_LONG = (32, 42, 56)
_QUARTERS = (0.25, 0.5, 0.75)
_LEAST = 0.045
_UNEVEN = 0.2
_LEFT = 0.2
_ALIKE = 0.85
_BLOCK = 2048
_NEAR = 6

Values = NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """What is read of a film to find slow changes, a row per frame; `edges` are the frames at which shots begin, and
    the film's end; `barred` are frames that already belong to something else."""

    signature: NDArray[np.uint8]
    contrast: NDArray[Any]
    detail: NDArray[Any]
    edges: NDArray[np.int64]
    barred: NDArray[np.bool_]

    def every(self, step: int) -> Rows:
        """Every so many-th row; a shot begins with the first of them that is its own."""
        return Rows(
            self.signature[::step],
            self.contrast[::step],
            self.detail[::step],
            np.unique(-(-self.edges // step)),
            self.barred[::step],
        )


@dataclass(frozen=True, slots=True)
class Window:
    """From the last frame of one picture to the first of the other, and the odds that they dissolve (a logarithm)."""

    first: int
    last: int
    odds: float

    def times(self, step: int) -> Window:
        """The same in rows of which these were every so many-th."""
        return Window(self.first * step, self.last * step, self.odds)


def windows(rows: Rows) -> list[Window]:
    """The likeliest windows that do not overlap, in order; long ones are looked for on every second row."""
    slow = _likely(rows.every(2), _LONG, SLOW_WEIGHTS, SLOW_BIAS)
    found = [*_likely(rows, _LENGTHS, WEIGHTS, BIAS), *(w.times(2) for w in slow)]
    taken = np.zeros(len(rows.signature) + 2, bool)
    kept = []
    for window in sorted(found, key=lambda w: (-w.odds, w.first, w.last)):
        if not taken[window.first : window.last + 1].any():
            taken[window.first : window.last + 1] = True
            kept.append(window)
    return sorted(kept, key=lambda w: w.first)


def _likely(rows: Rows, lengths: Sequence[int], weights: Values, bias: float) -> Iterator[Window]:
    for length in lengths:
        for low in range(0, max(0, len(rows.signature) - length), _BLOCK):
            starts, told = measured(rows, length, low, low + _BLOCK)
            odds = told @ weights + bias
            for n in np.flatnonzero(odds > 0):
                yield Window(int(starts[n]), int(starts[n]) + length, float(odds[n]))


def measured(rows: Rows, length: int, low: int, high: int) -> tuple[NDArray[np.int64], Values]:
    """The first frames of the windows between two frames that may be dissolves, and six numbers for each."""
    beside = max(3, length // 2)
    start = max(0, low - beside)
    pictures = np.asarray(rows.signature[start : high + length + beside + 1] / np.float32(255), np.float32)
    flat = pictures.reshape(len(pictures), -1)
    first = np.arange(low, min(high, len(rows.signature) - length))
    first = first[free(rows, first, length)]
    one, other = flat[first - start], flat[first - start + length]
    size = np.sqrt(((other - one) ** 2).mean(1))
    first, one, other, size = (v[size > _LEAST] for v in (first, one, other, size))
    uneven, left = _blend(flat, first - start, length, one, other)
    even = (uneven < _UNEVEN) & (left < _LEFT) & (_likenesses(one, other) < _ALIKE)
    first, one, other, size, uneven, left = (v[even] for v in (first, one, other, size, uneven, left))
    since, until = _within(rows.edges, first, length)
    before = flat[np.maximum(since, first - beside) - start]
    after = flat[np.minimum(until - 1, first + length + beside) - start]
    moved = (np.abs(one - before).mean(1) + np.abs(other - after).mean(1)) / 2
    told = [
        np.log(size / 0.2),
        uneven,
        left,
        np.minimum(moved / np.abs(other - one).mean(1), 2),
        _dip(rows.contrast, first, length, 0.003),
        _dip(rows.detail, first, length, 0.0003),
    ]
    return first, np.column_stack(told).astype(np.float64)


def free(rows: Rows, first: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Whether a window lies within one stretch between jumps, on frames that are free."""
    until = _within(rows.edges, first, length)[1]
    barred = np.concatenate([[0], np.cumsum(rows.barred)])
    return np.asarray((first + length < until) & (barred[first + length + 1] == barred[first]))


def _within(
    edges: NDArray[np.int64], first: NDArray[np.int64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    at = np.searchsorted(edges, first, side="right")
    return edges[at - 1], edges[np.minimum(at, len(edges) - 1)]


def _blend(
    flat: Values, at: NDArray[np.int64], length: int, one: Values, other: Values
) -> tuple[Values, Values]:
    """How far the way from one picture to the other is from even, and how much of a frame is neither's."""
    way = other - one
    size = np.maximum((way * way).sum(1), 1e-9)
    uneven, left = np.zeros(len(at), np.float32), np.zeros(len(at), np.float32)
    for share in _QUARTERS:
        step = round(share * length)
        gone = flat[at + step] - one
        along = (gone * way).sum(1) / size
        uneven = np.maximum(uneven, np.abs(along - step / length))
        left = np.maximum(left, (gone * gone).sum(1) / size - along * along)
    return uneven, left


def _dip(values: Values, first: NDArray[np.int64], length: int, floor: float) -> Values:
    """How much less there is in the middle than at the ends, as a logarithm; less than nothing where it is less."""
    ends = (values[first] + values[first + length]) / 2
    return np.clip(np.log((values[first + length // 2] + floor) / (ends + floor)), -0.5, 0.5)


def _likenesses(one: Values, other: Values) -> Values:
    """How alike the structures of pictures are, one by one: in another light, a picture stays what it is."""
    light = (luma(v.reshape(len(v), v.shape[1] // 3, 3)) for v in (one, other))
    return likenesses(*light)


def ends(rows: Rows, window: Window, reach: int | None = None) -> tuple[int, int]:
    """The last frame of the old picture and the first of the new: where a ramp, even or with soft ends, fits best.

    Each is moved by at most `reach`; a third of the window where nothing is said.
    """
    length = window.last - window.first
    within = max(_NEAR, length // 3) if reach is None else reach
    around = max(_NEAR, length // 6) if reach is None else 2 * reach
    at = int(np.searchsorted(rows.edges, window.first, side="right"))
    low = max(int(rows.edges[at - 1]), window.first - around)
    high = min(int(rows.edges[min(at, len(rows.edges) - 1)]) - 1, window.last + around)
    flat = (np.asarray(rows.signature[low : high + 1], np.float32) / 255).reshape(high - low + 1, -1)
    one, way = flat[0], flat[-1] - flat[0]
    along = ((flat - one) @ way) / max(float(way @ way), 1e-9)
    firsts = np.arange(max(low, window.first - within), max(low, min(window.first + within, high - 3)) + 1)
    lasts = np.arange(min(high, max(low + 3, window.last - within)), min(high, window.last + within) + 1)
    return _ramp(along, low, firsts, lasts)


def _ramp(along: Values, low: int, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> tuple[int, int]:
    """The two of these frames between which a ramp fits best; `along` begins with frame `low`."""
    frames = np.arange(low, low + len(along))
    best = (np.inf, int(firsts[0]), int(lasts[-1]))
    for first in firsts:
        later = lasts[lasts >= first + 3]
        even = np.clip((frames - first) / (later[:, None] - first), 0, 1)
        for ramps in (even, even * even * (3 - 2 * even)) if len(later) else ():
            errors = ((along - ramps) ** 2).sum(1)
            n = int(np.argmin(errors))
            best = min(best, (float(errors[n]), int(first), int(later[n])))
    return best[1], best[2]
