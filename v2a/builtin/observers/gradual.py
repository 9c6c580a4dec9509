"""Dissolves and fades: windows in which every frame is a blend of the two ends, and runs of blank frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma
from v2a.builtin.observers.hard import Hard, likeness

_LENGTHS = (6, 8, 12, 16, 24, 32, 48)
_BLOCK = 2048
_LEAST = 0.055
_BLEND = 0.10
_BLANK = 0.025
_LONG = 50


@dataclass(frozen=True, slots=True)
class Gradual:
    """A slow transition between two frames, and the frame at which the new shot is said to begin.

    `opening` where it leads into the film's first shot.
    """

    start: int
    end: int
    at: int
    kind: Literal["dissolve", "fade"]
    confidence: float
    opening: bool = False


def gradual(
    signature: NDArray[np.uint8],
    brightness: NDArray[np.float32],
    contrast: NDArray[np.float32],
    cuts: Sequence[Hard],
) -> tuple[Gradual, ...]:
    """All slow transitions, in order; `cuts` are never crossed."""
    fades = list(_fades(np.asarray(brightness), np.asarray(contrast)))
    taken = np.zeros(len(signature), bool)
    for fade in fades:
        taken[fade.start : fade.end + 1] = True
    blank = np.asarray(contrast) < _BLANK
    found = _runs(_fits(signature, [c.frame for c in cuts], taken))
    dissolves = [d for d in (_dissolve(signature, a, b, blank) for a, b in found) if d is not None]
    return tuple(sorted([*fades, *dissolves], key=lambda g: g.start))


def _fades(brightness: NDArray[np.float32], contrast: NDArray[np.float32]) -> Iterator[Gradual]:
    last = len(contrast) - 1
    for start, end in _runs(contrast < _BLANK):
        before = _slope(contrast, start, -1)
        after = _slope(contrast, end, 1)
        slow_in, slow_out = after - end >= 3, start - before >= 3
        if start == 0 and end == last:
            return
        if start == 0:
            if slow_in:
                yield Gradual(0, after, 0, "fade", 0.9, opening=True)
            continue
        if end == last or not (slow_in or slow_out):
            continue
        at = (start + end) // 2 if slow_in and slow_out else (start if slow_out else end)
        yield Gradual(before if slow_out else start, after if slow_in else end, at, "fade", 0.9)


def _slope(contrast: NDArray[np.float32], edge: int, step: int) -> int:
    """How far the picture goes on growing out of a blank frame."""
    at, still = edge, 0
    while 0 <= at + step < len(contrast) and abs(at - edge) < 2 * _LONG:
        rise = contrast[at + step] - contrast[at]
        still = 0 if rise > 0.002 else still + 1
        if still > 2 or rise > 0.12:
            break
        at += step
    return at - still * step if still else at


def _fits(signature: NDArray[np.uint8], cuts: Sequence[int], taken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For every frame, whether it lies in a window that is a blend of its ends."""
    marks = np.zeros(len(signature), bool)
    barred = np.zeros(len(signature) + 1, np.int64)
    barred[1:] = np.cumsum(taken)
    for cut in cuts:
        barred[cut + 1 :] += 1
    longest = _LENGTHS[-1]
    for low in range(0, len(signature), _BLOCK):
        rows = signature[low : low + _BLOCK + longest].astype(np.float32).reshape(-1, 432) / 255
        for length in _LENGTHS:
            starts = np.flatnonzero(_blends(rows, length))
            starts = starts[starts < _BLOCK] + low
            for start in starts[barred[starts + length + 1] == barred[starts + 1]]:
                marks[start + 1 : start + length] = True
    return marks


def _blends(rows: NDArray[np.float32], length: int) -> NDArray[np.bool_]:
    if len(rows) <= length:
        return np.zeros(0, bool)
    first, last = rows[:-length], rows[length:]
    way = last - first
    size = (way * way).sum(1)
    good = size / rows.shape[1] > _LEAST**2
    for share in (0.25, 0.5, 0.75):
        step = round(share * length)
        gone = rows[step : step + len(first)] - first
        along = (gone * way).sum(1) / np.maximum(size, 1e-9)
        left = (gone * gone).sum(1) - along * along * size
        good &= (np.abs(along - step / length) < 0.16) & (left < _BLEND * size)
    return good


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last frame of every run of marks."""
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist()))


def _dissolve(
    signature: NDArray[np.uint8], start: int, end: int, blank: NDArray[np.bool_]
) -> Gradual | None:
    """The transition in a run of blends, unless both ends show the same picture moved or in another light."""
    low, high = max(0, start - 1), min(len(signature) - 1, end + 1)
    one, other = (signature[n].astype(np.float32) / 255 for n in (low, high))
    if high - low < 5 or _same_place(one, other):
        return None
    kind: Literal["dissolve", "fade"] = "fade" if blank[low] or blank[high] else "dissolve"
    size = float(np.abs(one - other).mean())
    return Gradual(low, high, (low + high + 1) // 2, kind, float(min(0.95, 0.4 + 3 * size)))


def _same_place(one: NDArray[Any], other: NDArray[Any]) -> bool:
    light, dark = luma(one), luma(other)
    if likeness(light.ravel(), dark.ravel()) > 0.75:
        return True
    for down in range(-2, 3):
        for right in range(-3, 4):
            a = light[2 + down : 7 + down, 3 + right : 13 + right]
            if likeness(a.ravel(), dark[2:7, 3:13].ravel()) > 0.85:
                return True
    return False
