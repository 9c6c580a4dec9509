"""Frames that a film repeats, as one does that was shot at another rate: nothing stops there.

What moves from a repeated frame to the next one has moved since the frame that it repeats, and is spread over both. A
film that was brought to another rate repeats frames at a steady beat: it is given back the even steps it was shot at.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.fields import Rows

_LONGEST, _LONGEST_STEADY = 2, 4
_SAME, _MUCH = 0.02, 10
_ALIKE, _OTHER, _FAINT = 0.05, 0.5, 1e-4
_BEATS = range(2, 13)
_WITHIN, _FEWEST, _TRUST = 6, 6, 6
_EVEN = np.hanning(27)[1:-1]


class Repeats(NamedTuple):
    """Whether each frame repeats the one before, and whether it does so at a steady beat."""

    any: NDArray[np.bool_]
    steady: NDArray[np.bool_]


def repeats(moved: Rows, least: float) -> Repeats:
    """The frames that repeat the one before; `moved` is how much moves up to each, and `least` what noise makes."""
    steady = at_a_beat(moved)
    return Repeats(repeated(moved, least) | steady, steady)


def repeated(moved: Rows, least: float) -> NDArray[np.bool_]:
    """Whether frames surely repeat the one before, each judged by itself.

    A frame does where hardly anything moves up to it, or to one or two in a row, and much does before and after.
    """
    still = moved <= least
    out = np.zeros(len(moved), bool)
    edges = np.flatnonzero(np.diff(still.astype(np.int8)))
    for before, last in pairwise(edges):
        beside = min(moved[before], moved[last + 1])
        among = beside > _MUCH * least and still[last] and last - before <= _LONGEST
        if among and moved[before + 1 : last + 1].max() <= _SAME * beside:
            out[before + 1 : last + 1] = True
    return out


def at_a_beat(moved: Rows) -> NDArray[np.bool_]:
    """Whether frames repeat the one before at a steady beat, but for what compression makes of them.

    Little moves up to such a frame beside what does before and after, and again so every few frames; where hardly
    anything moves at all the beat goes on.
    """
    left = _left(moved)
    low, against = left <= _ALIKE, (left > _OTHER) & np.isfinite(left)
    out = np.zeros(len(moved), bool)
    for beat in _BEATS:
        reach = beat * _WITHIN
        told, denied = (
            np.lib.stride_tricks.sliding_window_view(np.pad(marks, reach), 2 * reach + 1)[:, ::beat].sum(1)
            for marks in (low, against)
        )
        out |= (told >= _FEWEST) & (told >= _TRUST * denied) & ~against
    out[:1] = False
    return out


def _left(moved: Rows) -> Rows:
    """How much moves up to each frame over the most that does just before and just after, whichever is less; infinite
    where that is too little to tell."""
    reach = _LONGEST_STEADY
    most = np.lib.stride_tricks.sliding_window_view(np.pad(moved, reach + 1), reach).max(1)
    beside = np.minimum(most[1 : len(moved) + 1], most[reach + 2 : reach + 2 + len(moved)])
    return np.asarray(np.where(beside > _FAINT, moved / np.maximum(beside, _FAINT), np.inf), np.float32)


def spread(rows: Rows, found: Repeats, share: slice | None = None) -> Rows:
    """Rows of movement with that of the first frame after repeated ones shared with them.

    Where frames repeat at a steady beat all movement goes on evenly. What lies in the `share` of the last axis says how
    much moves, not how far: it is the same through all the time it is spread over.
    """
    if not found.any.any():
        return rows
    shown = np.flatnonzero(~found.any)
    ends = np.concatenate([[-1.0], _evenly(shown, found.steady)])
    lasting = np.diff(ends)
    gone = rows[shown].astype(np.float64)
    if share is not None:
        gone[..., share] *= lasting.reshape(-1, *[1] * (rows.ndim - 1))
    total = np.concatenate([np.zeros_like(gone[:1]), np.cumsum(gone, axis=0)])
    at = np.minimum(np.arange(-1, len(rows)), ends[-1])
    step = np.clip(np.searchsorted(ends, at, side="right") - 1, 0, len(shown) - 1)
    part = ((at - ends[step]) / lasting[step]).reshape(-1, *[1] * (rows.ndim - 1))
    there = total[step] + part * (total[step + 1] - total[step])
    return np.asarray(np.diff(there, axis=0), np.float32)


def _evenly(shown: NDArray[np.intp], steady: NDArray[np.bool_]) -> NDArray[np.float64]:
    """When each frame that is shown anew would be, at even steps, where others repeat at a steady beat."""
    reach = len(_EVEN) // 2
    times = shown.astype(np.float64)
    around = np.pad(times, reach, mode="reflect", reflect_type="odd") if len(times) > reach else None
    if around is None or not steady.any():
        return times
    even = np.convolve(around, _EVEN / _EVEN.sum(), "valid")
    close = np.convolve(steady, np.ones(2 * max(_BEATS) + 1), "same")[shown] > 0
    even[0], even[-1] = times[0], times[-1]
    return np.maximum.accumulate(np.where(close, even, times) + np.arange(len(times)) * 1e-9)
