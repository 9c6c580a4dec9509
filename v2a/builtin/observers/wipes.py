"""Wipes: windows in which every part of the picture goes from old to new by itself, and a boundary sweeps over them.

Between the ends of a window each cell must show either picture, not a mixture, and ever more of them the new one. Then
each cell is given the frame at which it changes, and these times must grow along a line, from or towards the middle,
or round it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.dissolves import Rows, Window, free

_LENGTHS = (8, 11, 15, 20, 27, 36, 48)
_LONG = (32, 42, 56)
_QUARTERS = (0.25, 0.5, 0.75)
_CHANGED = 0.06
_PART = 0.6
_MIXED = 0.3
_OFF = 0.24
_BLOCK = 1024
_SHARP = 0.7
_REACH = 8
_TRIED = 3
_SETTLING = 4
_ODDS = np.array([3.0, 6.0, 20.0, -27.6])
_FIT = 0.8

Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Sweep:
    """The times at which a boundary passes, as a fit to those of the cells: its share of their variance, its ends."""

    fit: float
    first: float
    last: float


@dataclass(frozen=True, eq=False, slots=True)
class _Order:
    """In which order a boundary reaches the middles of the cells and their corners, as columns to fit."""

    cells: Values
    corners: Values


def windows(rows: Rows) -> list[Window]:
    """The wipes, in order: the last frame of the old picture and the first of the new."""
    taken, tried = (np.zeros(len(rows.signature), bool) for _ in range(2))
    found: list[Window] = []
    likely = [*_candidates(rows, _LENGTHS), *(w.times(2) for w in _candidates(rows.every(2), _LONG))]
    for window in sorted(likely, key=lambda w: (-w.odds, w.first, w.last)):
        middle = (window.first + window.last) // 2
        if tried[middle] or taken[window.first : window.last + 1].any():
            continue
        tried[max(0, middle - _TRIED) : middle + _TRIED + 1] = True
        swept = _swept(rows, window)
        if swept is not None and not taken[swept.first : swept.last + 1].any():
            taken[swept.first : swept.last + 1] = True
            found.append(swept)
    return sorted(found, key=lambda w: w.first)


def _candidates(rows: Rows, lengths: Sequence[int]) -> Iterator[Window]:
    for length in lengths:
        for low in range(0, max(0, len(rows.signature) - length), _BLOCK):
            first = np.arange(low, min(low + _BLOCK, len(rows.signature) - length))
            first = first[free(rows, first, length)]
            pictures = np.asarray(rows.signature[low : low + _BLOCK + length], np.float32) / 255
            cells = pictures.reshape(len(pictures), -1, 3)
            for start, odds in _sharp(cells, first - low, length):
                yield Window(low + start, low + start + length, odds)


def _sharp(cells: Values, first: NDArray[np.int64], length: int) -> Iterator[tuple[int, float]]:
    """The windows between whose ends the cells show either picture, ever more of them the new one."""
    apart = np.abs(cells[first + length] - cells[first]).mean(2)
    first = first[(apart > _CHANGED).mean(1) > _PART]
    if not len(first):
        return
    one, other = cells[first], cells[first + length]
    apart = np.abs(other - one).mean(2)
    changed = apart > _CHANGED
    count = changed.sum(1)
    mixed, off = np.zeros(len(first)), np.zeros(len(first))
    for share in _QUARTERS:
        here = cells[first + round(share * length)]
        old, new = np.abs(here - one).mean(2), np.abs(here - other).mean(2)
        nearest = np.minimum(old, new) / np.maximum(apart, _CHANGED)
        mixed += (np.minimum(nearest, 1) * changed).sum(1) / count / len(_QUARTERS)
        off = np.maximum(off, np.abs(((new < old) & changed).sum(1) / count - round(share * length) / length))
    sharp = 10 * (_MIXED - mixed) + 4 * (_OFF - off)
    whole = count / changed.shape[1]
    for n in np.flatnonzero((off < _OFF) & (sharp > _SHARP)):
        yield int(first[n]), float(_ODDS @ (sharp[n], whole[n], 0.0, 1.0))


def ends(rows: Rows, window: Window) -> Window:
    """The window with its ends on these rows: the boundary is timed again from a little outside, until it settles."""
    for _ in range(_SETTLING):
        low, high = _stretch(rows, window, max(3, (window.last - window.first) // 8))
        told = _swept(rows, Window(low, high, window.odds))
        if told is None or (told.first, told.last) == (window.first, window.last):
            return window
        window = Window(told.first, told.last, window.odds)
    return window


def _stretch(rows: Rows, window: Window, reach: int) -> tuple[int, int]:
    """The first and last row of a window and so many around it, within the shots that it joins."""
    at = int(np.searchsorted(rows.edges, window.first, side="right"))
    until = int(rows.edges[min(at, len(rows.edges) - 1)]) - 1
    return max(int(rows.edges[at - 1]), window.first - reach), min(until, window.last + reach)


def _swept(rows: Rows, window: Window) -> Window | None:
    """The window with the ends that its boundary has, if one sweeps over it."""
    low, high = _stretch(rows, window, max(_REACH, (window.last - window.first) // 5))
    cells = np.asarray(rows.signature[low : high + 1], np.float32).reshape(high - low + 1, -1, 3) / 255
    one, other = cells[window.first - low], cells[window.last - low]
    changed = np.abs(other - one).mean(1) > _CHANGED
    if not changed.any():
        return None
    times = _times(cells[:, changed], one[changed], other[changed])
    sweep = max((_fitted(times, order, changed) for order in _orders()), key=lambda s: s.fit)
    if sweep.fit < _FIT or sweep.last - sweep.first < 4:
        return None
    first, last = max(low, low + round(sweep.first) - 1), min(high, low + round(sweep.last))
    odds = window.odds + float(_ODDS[2]) * sweep.fit
    return Window(first, last, odds) if odds > 0 else None


def _times(cells: Values, one: Values, other: Values) -> Values:
    """For each cell the frame from which on it is nearer to the new picture than to the old: the best split."""
    newer = np.abs(cells - one).mean(2) - np.abs(cells - other).mean(2)
    wrong = np.concatenate([np.zeros((1, newer.shape[1])), np.cumsum(newer, 0)])
    return np.asarray(np.argmin(wrong, 0), np.float64)


def _orders() -> Iterator[_Order]:
    """The shapes of a sweep: lines, doors, an iris, a clock's hand."""
    cells, corners = (
        (np.mgrid[:9, :16] + 0.5).reshape(2, -1),
        np.mgrid[:10, :17].reshape(2, -1).astype(np.float64),
    )
    for inside, whole in zip(_shapes(*cells), _shapes(*corners), strict=True):
        yield _Order(inside, whole)


def _shapes(y: Values, x: Values) -> Iterator[Values]:
    """What the time at which a boundary passes depends on, for places in a picture of 9 × 16 cells."""
    x, y = (x - 8) / 16, (y - 4.5) / 9
    yield np.column_stack([x, y])
    for shape in (np.abs(x), np.abs(y), np.hypot(x, y * 9 / 16), np.hypot(x, y)):
        yield shape[:, None]
    for eighth in range(8):
        angle = np.arctan2(x, -y) - eighth * math.pi / 4
        yield np.mod(angle, 2 * math.pi)[:, None]


def _fitted(times: Values, order: _Order, changed: NDArray[np.bool_]) -> _Sweep:
    """A sweep of this shape fitted to the cells' times, without those farthest off it."""
    cells, corners = (np.column_stack([o, np.ones(len(o))]) for o in (order.cells, order.corners))
    shape, kept = cells[changed], np.ones(len(times), bool)
    for _ in range(2):
        answer = np.linalg.lstsq(shape[kept], times[kept], rcond=None)[0]
        off = np.abs(times - shape @ answer)
        kept = off <= max(1.5, float(np.quantile(off, 0.85)))
    spread = float(times[kept].var())
    fit = 1 - float((off[kept] ** 2).mean()) / spread if spread > 0.5 else 0.0
    told = corners @ answer
    return _Sweep(fit, float(told.min()), float(told.max()))
