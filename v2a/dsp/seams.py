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
_QUIET, _SPREAD = 0.25, 20.0
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
    times = 1 if over > 0 else int(np.ceil(-over / (_AGAIN * max(_STEP, stop - song.opens))))
    by = over / times
    first, last = song.opens + _EDGE, min(song.opens + length, stop) - _EDGE
    out = np.arange(
        np.ceil(max(first, first - by) / _STEP), np.floor(min(last, stop - _EDGE - by) / _STEP) + 1
    )
    out = out[out < len(rows)].astype(np.int64)
    into = np.round(out + by / _STEP).astype(np.int64)
    inside = (into >= 0) & (into < len(rows))
    out, into = out[inside], into[inside]
    if not len(out):
        return None
    worth = _worth(rows, out, into)
    best = int(worth.argmax())
    if worth[best] < _LEAST:
        return None
    left = float(out[best]) * _STEP
    return Seam(left, left + by, times)


def _worth(rows: NDArray[np.float64], out: NDArray[np.int64], into: NDArray[np.int64]) -> NDArray[np.float64]:
    """How little going from one place to the other would be heard: alike before and after, and quiet."""
    alike = np.mean([_alike(rows, out + by, into + by) for by in (-1, 0, 1)], axis=0)
    level = rows[:, _PITCHES:].max(axis=1)
    loud = np.maximum(level[out], level[into]) - np.quantile(level, 0.9)
    return np.asarray(alike * (1 + _QUIET * np.clip(-loud / _SPREAD, 0, 1)))


def _alike(
    rows: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.float64]:
    pairs = np.clip(np.stack([one, other], axis=1), 0, len(rows) - 1)
    return np.array([similarity(rows[pair])[0, 1] for pair in pairs], np.float64)
