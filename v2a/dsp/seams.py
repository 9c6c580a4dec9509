"""Music without a plain beat made shorter or longer: it goes over into itself where that is heard least.

Where it is to last as long is given, one place decides the other: what is left out, or heard again, has a length of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.form import similarity
from v2a.dsp.songs import Song

_STEP = 0.5
_EDGE = 2.0
_LEAST = 0.55
_SPREAD, _CALM = 30.0, 0.2
_TRIES, _REPEATED = 2, 0.1
_AGAIN = 0.8
_PITCHES = 12
_MOST = 2400


@dataclass(frozen=True, slots=True)
class Seam:
    """Where music is left and where it is entered again, in seconds of its own, and how often in a row."""

    out: float
    into: float
    times: int = 1


def seam(song: Song, length: float) -> Seam | None:
    """The seam by which music lasts so many seconds and ends as it does; nothing where none would pass."""
    rows = np.array(song.sounds[:_MOST])
    over = song.ends - song.opens - length
    stop = song.ends if song.ending is None else song.ending
    if len(rows) < 8 or abs(over) < _STEP or length < 4 * _EDGE:
        return None
    least = 1 if over > 0 else int(np.ceil(-over / (_AGAIN * max(_STEP, stop - song.opens))))
    most = 1 if over > 0 else max(least, min(least + _TRIES, int(-over // (2 * _EDGE))))
    found = [f for n in range(least, most + 1) if (f := _best(song, rows, over / n, (length, stop), n))]
    best = max(found, key=lambda f: f[0] - _REPEATED * f[1].times, default=None)
    return None if best is None or best[0] < _LEAST else best[1]


def _best(
    song: Song, rows: NDArray[np.float64], by: float, within: tuple[float, float], times: int
) -> tuple[float, Seam] | None:
    """The best place to go on `by` seconds later, so many times in a row, and what it is worth."""
    length, stop = within
    first, last = song.opens + _EDGE, min(song.opens + length, stop) - _EDGE
    low, high = np.ceil(max(first, first - by) / _STEP), np.floor(min(last, stop - _EDGE - by) / _STEP)
    out = np.arange(low, high + 1).astype(np.int64)
    into = np.round(out + by / _STEP).astype(np.int64)
    inside = (out < len(rows)) & (into >= 0) & (into < len(rows))
    if not inside.any():
        return None
    out, into = out[inside], into[inside]
    worth = _worth(rows, out, into)
    best = int(worth.argmax())
    left = float(out[best]) * _STEP
    return float(worth[best]), Seam(left, left + by, times)


def _worth(rows: NDArray[np.float64], out: NDArray[np.int64], into: NDArray[np.int64]) -> NDArray[np.float64]:
    """How little going from one place to the other would be heard: alike before and after, and quiet."""
    alike = np.mean([_alike(rows, out + by, into + by) for by in (-1, 0, 1)], axis=0)
    level = rows[:, _PITCHES:].max(axis=1)
    loud = np.maximum(level[out], level[into]) - np.quantile(level, 0.9)
    quiet = np.clip(-loud / _SPREAD, 0, 1)
    return np.asarray(alike + (1 - alike + _CALM) * quiet)


def _alike(
    rows: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.float64]:
    pairs = np.clip(np.stack([one, other], axis=1), 0, len(rows) - 1)
    return np.array([similarity(rows[pair])[0, 1] for pair in pairs], np.float64)
