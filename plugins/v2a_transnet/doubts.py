"""Where to ask: around boundaries that are not certain, and where the picture became another without a boundary."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v2a_transnet.boundaries import CERTAIN, Boundary

_AROUND = 12
_GAP = 50
_SPANS = (10, 20, 40)
_ALIKE = 0.6
_APART = 0.03
_RESTLESS = 0.6
_BLOCK = 4096
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def doubtful(pictures: NDArray[np.uint8] | None, known: Sequence[Boundary], count: int) -> NDArray[np.bool_]:
    """For each frame whether to ask; everywhere if there are no small pictures to go by."""
    if pictures is None:
        return np.ones(count, bool)
    marks, told = np.zeros(count, bool), np.zeros(count, bool)
    for boundary in known:
        told[max(0, boundary.first - 1) : boundary.last + 1] = True
        if boundary.confidence < CERTAIN:
            marks[max(0, boundary.first - _AROUND) : boundary.last + _AROUND] = True
    before = np.concatenate([[0], np.cumsum(told)])
    for span in _SPANS:
        for low in range(0, max(0, count - span), _BLOCK):
            first = np.arange(low, min(low + _BLOCK, count - span))
            whole = before[first + span + 1] == before[first]
            for start in first[whole & _another(pictures, first, span)]:
                marks[start : start + span + 1] = True
    return _joined(marks)


def _joined(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The marks, with gaps filled that are no longer than what the network looks at around a stretch anyhow."""
    at = np.flatnonzero(marks)
    for low, high in pairwise(at):
        if 1 < high - low <= _GAP:
            marks[low:high] = True
    return marks


def _another(pictures: NDArray[np.uint8], first: NDArray[np.int64], span: int) -> NDArray[np.bool_]:
    """Whether the picture so many frames later is another one in structure, and changes far less before and after."""
    half = span // 2
    places = np.clip(np.arange(first[0] - half, first[-1] + span + half + 1), 0, len(pictures) - 1)
    rows = np.asarray(pictures[places[0] : places[-1] + 1] / np.float32(255), np.float32) @ _LUMA
    light = rows.reshape(len(rows), -1)[places - places[0]]
    before, one, other, after = (
        light[by : by + len(first)] for by in (0, half, half + span, 2 * half + span)
    )
    apart = np.abs(one - other).mean(1)
    moved = (np.abs(before - one).mean(1) + np.abs(other - after).mean(1)) / 2
    one, other = one - one.mean(1, keepdims=True), other - other.mean(1, keepdims=True)
    norm = np.sqrt((one * one).sum(1) * (other * other).sum(1))
    alike = (one * other).sum(1) / (norm + 1e-5)
    return np.asarray((alike < _ALIKE) & (apart > _APART) & (moved < _RESTLESS * apart))
