"""Where to ask: around boundaries that are not certain, and where the picture became another without a boundary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from v2a_transnet.boundaries import CERTAIN, Boundary, likenesses
from v2a_transnet.network import CORE, cost, stretches

_AROUND = 12
_GAP = 50
_SPANS = (10, 20, 40)
_ALIKE = 0.5
_APART = 0.03
_RESTLESS = 0.3
_HALF = 0.5
_SHARE = 0.3
_ANYHOW = 500
_BLOCK = 4096
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Doubts = NDArray[np.float32]


def doubts(pictures: NDArray[np.uint8] | None, known: Sequence[Boundary], count: int) -> Doubts:
    """For each frame how doubtful it is (0 to 1): everywhere wholly if there are no small pictures to go by.

    More than half around boundaries that are not certain, less where none was found.
    """
    if pictures is None:
        return np.ones(count, np.float32)
    doubt, told = np.zeros(count, np.float32), np.zeros(count, bool)
    for boundary in known:
        told[max(0, boundary.first - 1) : boundary.last + 1] = True
        if boundary.confidence < CERTAIN:
            around = doubt[max(0, boundary.first - _AROUND) : boundary.last + _AROUND]
            np.maximum(around, _HALF + CERTAIN - boundary.confidence, out=around)
    before = np.concatenate([[0], np.cumsum(told)])
    for span in _SPANS:
        for low in range(0, max(0, count - span), _BLOCK):
            first = np.arange(low, min(low + _BLOCK, count - span))
            whole = before[first + span + 1] == before[first]
            unlike = _another(pictures, first, span) * whole
            if unlike.any():
                for by in range(span + 1):
                    part = doubt[low + by : low + by + len(first)]
                    np.maximum(part, unlike, out=part)
    return doubt


def asked(doubt: Doubts, share: float = _SHARE) -> list[tuple[int, int]]:
    """The stretches to ask about: the first frame of each and the one after the last, in order.

    What they cost together is at most a share of what asking about every frame of a long film costs; where there is
    more doubt than that, the most doubtful come first.
    """
    pieces = [
        (at, min(at + CORE, high))
        for low, high in stretches(_joined(doubt > 0))
        for at in range(low, high, CORE)
    ]
    left = share * cost(len(doubt)) + _ANYHOW
    marks = np.zeros(len(doubt), bool)
    for low, high in sorted(pieces, key=lambda p: (-float(doubt[p[0] : p[1]].max()), p[0])):
        left -= cost(high - low)
        if left < 0:
            break
        marks[low:high] = True
    return list(stretches(marks))


def _joined(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The marks, with gaps filled that are no longer than what the network looks at around a stretch anyhow."""
    at = np.flatnonzero(marks)
    gaps = np.diff(at)
    for n in np.flatnonzero((gaps > 1) & (gaps <= _GAP)):
        marks[at[n] : at[n + 1]] = True
    return marks


def _another(pictures: NDArray[np.uint8], first: NDArray[np.int64], span: int) -> Doubts:
    """How clearly the picture so many frames later is another one in structure, and changes far less before and after
    (to one half; nothing where it is not)."""
    half = span // 2
    places = np.clip(np.arange(first[0] - half, first[-1] + span + half + 1), 0, len(pictures) - 1)
    rows = np.asarray(pictures[places[0] : places[-1] + 1] / np.float32(255), np.float32) @ _LUMA
    light = rows.reshape(len(rows), -1)[places - places[0]]
    before, one, other, after = (
        light[by : by + len(first)] for by in (0, half, half + span, 2 * half + span)
    )
    apart = np.abs(one - other).mean(1)
    moved = (np.abs(before - one).mean(1) + np.abs(other - after).mean(1)) / 2
    another = (likenesses(one, other) < _ALIKE) & (apart > _APART) & (moved < _RESTLESS * apart)
    return np.where(another, _HALF - _HALF * moved / np.maximum(_RESTLESS * apart, 1e-6), 0).astype(
        np.float32
    )
