"""Slow transitions: fades, dissolves and wipes, in order and none across another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import dissolves, wipes
from v2a.builtin.observers.dissolves import Rows

_BLANK = 0.025
_PLAIN = 0.008
_DARK = 0.07
_LONG = 50
_NEAR = 12
_STEP = 0.5
_SURE = 0.99


@dataclass(frozen=True, slots=True)
class Gradual:
    """A slow transition from its first changed frame to the first that is wholly new, and the frame at which the new
    shot is said to begin.

    `opening` where it leads into the film's first shot.
    """

    start: int
    end: int
    at: int
    kind: Literal["dissolve", "fade", "wipe"]
    confidence: float
    opening: bool = False


def gradual(
    signature: NDArray[np.uint8],
    brightness: NDArray[Any],
    contrast: NDArray[Any],
    detail: NDArray[Any],
    jumps: Sequence[int],
) -> tuple[Gradual, ...]:
    """All slow transitions, in order; `jumps` are frames of cuts and flashes, which none but a fade crosses."""
    faded = list(_fades(np.asarray(brightness), np.asarray(contrast), np.array(jumps, np.int64)))
    barred = np.zeros(len(signature), bool)
    for fade in faded:
        barred[max(0, fade.start - _NEAR) : fade.end + _NEAR + 1] = True
    edges = np.unique(np.array([0, *jumps, len(signature)], np.int64))
    rows = Rows(signature, np.asarray(contrast), np.asarray(detail), edges, barred)
    swept = [
        Gradual(w.first + 1, w.last, (w.first + w.last + 2) // 2, "wipe", probability(w.odds))
        for w in wipes.windows(rows)
    ]
    for wipe in swept:
        barred[wipe.start : wipe.end + 1] = True
    return tuple(sorted([*faded, *swept, *_dissolves(rows)], key=lambda g: g.start))


def probability(odds: float) -> float:
    """Out of the logarithm of the odds; never quite certain."""
    return min(_SURE, 1 / (1 + math.exp(-odds)))


def _dissolves(rows: Rows) -> Iterator[Gradual]:
    for window in dissolves.windows(rows):
        first, last = dissolves.ends(rows, window)
        fading = min(rows.contrast[first], rows.contrast[last]) < _BLANK
        kind: Literal["dissolve", "fade"] = "fade" if fading else "dissolve"
        yield Gradual(first + 1, last, (first + last + 2) // 2, kind, probability(window.odds))


def _fades(brightness: NDArray[Any], contrast: NDArray[Any], jumps: NDArray[np.int64]) -> Iterator[Gradual]:
    last = len(contrast) - 1
    ends = (brightness < _DARK) | (brightness > 1 - _DARK)
    for start, end in runs((contrast < _PLAIN) | (ends & (contrast < _BLANK))):
        before, after = _slope(contrast, start, -1), _slope(contrast, end, 1)
        slow_in = after - end >= 3 and _free(jumps, end + 1, after)
        slow_out = start - before >= 3 and _free(jumps, before + 1, start)
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


def _free(jumps: NDArray[np.int64], low: int, high: int) -> bool:
    """Whether the picture does not jump from one frame to another."""
    at = int(np.searchsorted(jumps, low))
    return at == len(jumps) or int(jumps[at]) > high


def _slope(contrast: NDArray[Any], edge: int, step: int) -> int:
    """How far the picture goes on growing out of a blank frame; nowhere if most of it comes at once."""
    at, still, steepest = edge, 0, 0.0
    while 0 <= at + step < len(contrast) and abs(at - edge) < 2 * _LONG:
        rise = float(contrast[at + step] - contrast[at])
        still = 0 if rise > 0.002 else still + 1
        if still > 2 or rise > 0.12:
            break
        steepest = max(steepest, rise)
        at += step
    at -= step * still
    return edge if steepest > _STEP * float(contrast[at] - contrast[edge]) else at


def runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last frame of every run of marks."""
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist()))
