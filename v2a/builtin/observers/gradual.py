"""Dissolves and fades: windows in which every frame is a blend of the two ends, and runs of blank frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma
from v2a.builtin.observers.hard import likeness

_LENGTHS = (6, 8, 12, 16, 24, 32, 48)
_BLOCK = 2048
_LEAST = 0.055
_BLEND = 0.10
_BLANK = 0.025
_PLAIN = 0.008
_DARK = 0.07
_LONG = 50
_LONGEST = 100
_QUARTERS = (0.25, 0.5, 0.75)
_SAME = 0.75
_PALER = 0.94
_NEAR = 12


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
    jumps: Sequence[int],
) -> tuple[Gradual, ...]:
    """All slow transitions, in order; `jumps` are frames of cuts and flashes, which none of them crosses."""
    fades = list(_fades(np.asarray(brightness), np.asarray(contrast)))
    taken = np.zeros(len(signature), bool)
    for fade in fades:
        taken[max(0, fade.start - _NEAR) : fade.end + _NEAR + 1] = True
    rich = np.asarray(contrast)
    found = _runs(_fits(signature, jumps, taken))
    edges = np.array([0, *sorted(jumps), len(signature)])
    spans = [_widened(start, end, edges) for start, end in found]
    dissolves = [d for d in (_dissolve(signature, low, high, rich) for low, high in spans) if d is not None]
    return tuple(sorted([*fades, *dissolves], key=lambda g: g.start))


def _fades(brightness: NDArray[np.float32], contrast: NDArray[np.float32]) -> Iterator[Gradual]:
    last = len(contrast) - 1
    ends = (brightness < _DARK) | (brightness > 1 - _DARK)
    for start, end in _runs((contrast < _PLAIN) | (ends & (contrast < _BLANK))):
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
    """For every frame, whether it lies in the middle half of a window that is a blend of its ends."""
    marks = np.zeros(len(signature), bool)
    barred = np.zeros(len(signature) + 1, np.int64)
    barred[1:] = np.cumsum(taken)
    for cut in cuts:
        barred[cut + 1 :] += 1
    longest = _LENGTHS[-1]
    for low in range(0, len(signature), _BLOCK):
        block = signature[low : low + _BLOCK + longest].reshape(-1, 432)
        rows = np.asarray(block / np.float32(255), np.float32)
        for length in _LENGTHS:
            starts = np.flatnonzero(_blends(rows, length))
            starts = starts[starts < _BLOCK] + low
            for start in starts[barred[starts + length + 1] == barred[starts + 1]]:
                marks[start + length // 4 : start + length - length // 4 + 1] = True
    return marks


def _blends(rows: NDArray[np.float32], length: int) -> NDArray[np.bool_]:
    if len(rows) <= length:
        return np.zeros(0, bool)
    first, last = rows[:-length], rows[length:]
    way = last - first
    size = (way * way).sum(1)
    good = size / rows.shape[1] > _LEAST**2
    for share in _QUARTERS:
        step = round(share * length)
        gone = rows[step : step + len(first)] - first
        along = (gone * way).sum(1) / np.maximum(size, 1e-9)
        left = (gone * gone).sum(1) - along * along * size
        good &= (np.abs(along - step / length) < 0.16) & (left < _BLEND * size)
    return np.asarray(good & (_likenesses(first, last) < _SAME))


def _likenesses(first: NDArray[np.float32], last: NDArray[np.float32]) -> NDArray[np.float32]:
    one, other = (r.reshape(len(r), -1, 3).mean(-1) for r in (first, last))
    one, other = one - one.mean(1, keepdims=True), other - other.mean(1, keepdims=True)
    norm = np.sqrt((one * one).sum(1) * (other * other).sum(1))
    return np.asarray((one * other).sum(1) / np.maximum(norm, 1e-6), np.float32)


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last frame of every run of marks."""
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist()))


def _widened(start: int, end: int, edges: NDArray[np.int64]) -> tuple[int, int]:
    """Two frames more on both sides, but not over a cut."""
    at = int(np.searchsorted(edges, start, side="right"))
    return max(int(edges[at - 1]), start - 2), min(int(edges[at]) - 1, end + 2)


def _dissolve(
    signature: NDArray[np.uint8], low: int, high: int, contrast: NDArray[np.float32]
) -> Gradual | None:
    """The transition in a run of blends, unless both ends show the same picture moved or in another light.

    Two pictures laid over each other have less contrast than either; a picture that moves keeps its own.
    """
    if not 5 <= high - low <= _LONGEST:
        return None
    rows = np.stack([signature[low + round(s * (high - low))] for s in (0.0, *_QUARTERS, 1.0)])
    one, *between, other = np.asarray(rows / np.float32(255), np.float32)
    if _same_place(one, other) or not _blended(one, between, other):
        return None
    ends = float(contrast[low] + contrast[high]) / 2
    fading = min(contrast[low], contrast[high]) < _BLANK
    if not fading and contrast[(low + high) // 2] > _PALER * ends:
        return None
    kind: Literal["dissolve", "fade"] = "fade" if fading else "dissolve"
    size = float(np.abs(one - other).mean())
    return Gradual(low, high, (low + high + 1) // 2, kind, float(min(0.95, 0.4 + 3 * size)))


def _blended(one: NDArray[Any], between: Sequence[NDArray[Any]], other: NDArray[Any]) -> bool:
    """Whether the pictures between two are blends of them, with ever more of the second."""
    way = other - one
    size = float((way * way).sum())
    last = -0.1
    for picture in between:
        gone = picture - one
        along = float((gone * way).sum()) / size
        if along <= last or float((gone * gone).sum()) - along**2 * size > 1.8 * _BLEND * size:
            return False
        last = along
    return 0 < last < 1.1


def _same_place(one: NDArray[Any], other: NDArray[Any]) -> bool:
    light, dark = luma(one), luma(other)
    if likeness(light.ravel(), dark.ravel()) > _SAME:
        return True
    for down in range(-2, 3):
        for right in range(-3, 4):
            a = light[2 + down : 7 + down, 3 + right : 13 + right]
            if likeness(a.ravel(), dark[2:7, 3:13].ravel()) > 0.85:
                return True
    return False
