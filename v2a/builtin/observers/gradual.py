"""Slow transitions: fades, dissolves and wipes, in order and none across another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import dissolves, wipes
from v2a.builtin.observers.dissolves import Rows, Window

_BLANK = 0.025
_PLAIN = 0.008
_DARK = 0.07
_LONG = 50
_LEAST = 3
_RICHER = 3
_MOST = 0.75
_DRIFTS = (-0.15, 0.0, 0.15)
_FADED = 0.9
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
    rows: Rows, brightness: NDArray[Any], jumps: NDArray[np.int64], step: int = 1
) -> tuple[Gradual, ...]:
    """All slow transitions, in order; `jumps` are frames of cuts and flashes, which none but a fade crosses.

    Only every `step`-th row is searched, so that a second has about as many at any rate; ends are told on all rows.
    """
    fewer = rows.every(step)
    found = list(_fades(np.asarray(brightness[::step]), np.asarray(fewer.contrast), -(-jumps // step)))
    faded: list[Gradual] = []
    for blank in found:
        fade = _fitted(rows, blank, step, faded[-1].end if faded else 0)
        faded.append(fade)
        rows.barred[max(0, fade.start - _NEAR * step) : fade.end + _NEAR * step + 1] = True
    swept = []
    for window in wipes.windows(fewer):
        wipe = wipes.ends(rows, window.times(step))
        middle = (wipe.first + wipe.last + 2) // 2
        swept.append(Gradual(wipe.first + 1, wipe.last, middle, "wipe", probability(wipe.odds)))
        rows.barred[wipe.first + 1 : wipe.last + 1] = True
    return tuple(sorted([*faded, *swept, *_dissolves(rows, fewer, step)], key=lambda g: g.start))


def probability(odds: float) -> float:
    """Out of the logarithm of the odds; never quite certain."""
    return min(_SURE, 1 / (1 + math.exp(-odds)))


def _dissolves(rows: Rows, fewer: Rows, step: int) -> Iterator[Gradual]:
    for window in dissolves.windows(fewer):
        first, last = dissolves.ends(fewer, window)
        if step > 1:
            coarse = Window(first * step, last * step, window.odds)
            first, last = dissolves.ends(rows, coarse, 2 * step)
        fading = min(rows.contrast[first], rows.contrast[last]) < _BLANK
        kind: Literal["dissolve", "fade"] = "fade" if fading else "dissolve"
        yield Gradual(first + 1, last, (first + last + 2) // 2, kind, probability(window.odds))


@dataclass(frozen=True, slots=True)
class _Fade:
    """A run of blank frames, the first and the last, and how many frames the picture takes to go and to come back."""

    first: int
    last: int
    out: int
    back: int


def _fades(brightness: NDArray[Any], contrast: NDArray[Any], jumps: NDArray[np.int64]) -> Iterator[_Fade]:
    last = len(contrast) - 1
    for start, end in blank(brightness, contrast):
        before, after = _slope(contrast, start, -1), _slope(contrast, end, 1)
        rich = _RICHER * (float(contrast[start : end + 1].min()) + 0.002)
        slow_in = after - end >= _LEAST and contrast[after] > rich and _free(jumps, end + 1, after)
        slow_out = start - before >= _LEAST and contrast[before] > rich and _free(jumps, before + 1, start)
        if start == 0 and end == last:
            return
        if (slow_in or slow_out) and end < last and (start > 0 or slow_in):
            yield _Fade(start, end, start - before if slow_out else 0, after - end if slow_in else 0)


def _fitted(rows: Rows, fade: _Fade, step: int, since: int) -> Gradual:
    """The fade with its ends on all rows; it begins after frame `since`."""
    first, last = fade.first * step, min(fade.last * step, len(rows.signature) - 1)
    shot = np.searchsorted(rows.edges, [first, last], side="right")
    before = (
        _full(rows, first, -1, first - max(since, int(rows.edges[shot[0] - 1])), step) if fade.out else first
    )
    until = int(rows.edges[min(int(shot[1]), len(rows.edges) - 1)]) - 1
    after = _full(rows, last, 1, until - last, step) if fade.back else last
    if first == 0:
        return Gradual(0, after, 0, "fade", _FADED, opening=True)
    start = before + 1 if fade.out else first
    middle = min(max((start + after) // 2, first), last)
    at = middle if fade.out and fade.back else (first if fade.out else last)
    return Gradual(start, after, at, "fade", _FADED)


def _full(rows: Rows, edge: int, way: int, beyond: int, step: int) -> int:
    """The frame at which a picture that grows out of a blank one is wholly there: where an even ramp fits best.

    More is looked at as long as the ramp goes on for most of it, up to so many rows `beyond` the edge.
    """
    behind = edge if way > 0 else len(rows.signature) - 1 - edge
    ground = np.asarray(rows.signature[edge], np.float32).mean((0, 1))
    reach = _NEAR * step
    while True:
        count, lead = min(reach, beyond), min(step * _LEAST + reach // 8, behind)
        low, high = sorted((edge - way * lead, edge + way * count))
        shown = np.asarray(rows.signature[low : high + 1], np.float32) - ground
        grown = _ramp(np.sqrt((shown * shown).mean((1, 2, 3)))[::way], lead)
        if count == beyond or grown < _MOST * count or reach > 2 * _LONG * step:
            return edge + way * grown
        reach += reach // 4


def _ramp(strength: NDArray[np.float32], lead: int) -> int:
    """How long a ramp that begins near row `lead` goes on, counted from there; then it keeps about its level."""
    frames = np.arange(len(strength))
    best = (np.inf, 0)
    for begun in range(2 * lead + 1):
        full = np.arange(max(begun, lead) + 2, len(strength))[:, None]
        grown = (frames - begun) / (full - begun)
        for drift in _DRIFTS:
            ramps = np.clip(grown, 0, 1) + drift * np.maximum(grown - 1, 0)
            left = -((ramps @ strength) ** 2) / np.maximum((ramps * ramps).sum(1), 1e-9)
            if len(full):
                n = int(np.argmin(left))
                best = min(best, (float(left[n]), int(full[n, 0]) - lead))
    return best[1]


def _free(jumps: NDArray[np.int64], low: int, high: int) -> bool:
    """Whether the picture does not jump from one frame to another."""
    at = int(np.searchsorted(jumps, low))
    return at == len(jumps) or int(jumps[at]) > high


def _slope(contrast: NDArray[Any], edge: int, step: int) -> int:
    """How far the picture goes on growing out of a blank frame; nowhere if most of it comes at once."""
    at, still, steepest, top = edge, 0, 0.0, float(contrast[edge])
    while 0 <= at + step < len(contrast) and abs(at - edge) < 2 * _LONG:
        rise = float(contrast[at + step] - contrast[at])
        higher = contrast[at + step] > top + 0.002
        still, top = (0, float(contrast[at + step])) if higher else (still + 1, top)
        if still > 2 or rise > 0.12:
            break
        steepest = max(steepest, rise)
        at += step
    at -= step * still
    return edge if steepest > _STEP * float(contrast[at] - contrast[edge]) else at


def blank(brightness: NDArray[Any], contrast: NDArray[Any]) -> list[tuple[int, int]]:
    """The first and last frame of every run in which nothing is seen: plain, or nearly so and black or white."""
    ends = (brightness < _DARK) | (brightness > 1 - _DARK)
    return runs((contrast < _PLAIN) | (ends & (contrast < _BLANK)))


def runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last frame of every run of marks."""
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist()))
