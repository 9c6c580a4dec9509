"""Where to ask: around boundaries that are not certain, and where the picture became another without a boundary."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a_transnet.boundaries import CERTAIN, Boundary

_AROUND = 12
_GAP = 50
_SPANS = (6, 16, 40)
_ALIKE = 0.6
_APART = 0.03
_BLOCK = 4096
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def doubtful(pictures: NDArray[np.uint8] | None, known: Sequence[Boundary], count: int) -> NDArray[np.bool_]:
    """For each frame whether to ask; everywhere if there are no small pictures to go by."""
    if pictures is None:
        return np.ones(count, bool)
    marks, crossed = np.zeros(count, bool), np.zeros(count + 1, np.int64)
    for boundary in known:
        crossed[min(boundary.first, count) :] += 1
        if boundary.confidence < CERTAIN:
            marks[max(0, boundary.first - _AROUND) : boundary.last + _AROUND] = True
    for span in _SPANS:
        for low in range(0, max(0, count - span), _BLOCK):
            high = min(low + _BLOCK, count - span)
            block = np.asarray(pictures[low : high + span] / np.float32(255), np.float32) @ _LUMA
            first = np.arange(low, high)
            other = _another(block.reshape(len(block), -1), span)
            other &= crossed[first + span] == crossed[np.maximum(first - 1, 0)]
            for start in first[other]:
                marks[start : start + span + 1] = True
    return _joined(marks)


def _joined(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The marks, with gaps filled that are no longer than what the network looks at around a stretch anyhow."""
    at = np.flatnonzero(marks)
    for low, high in pairwise(at):
        if 1 < high - low <= _GAP:
            marks[low:high] = True
    return marks


def _another(light: NDArray[Any], span: int) -> NDArray[np.bool_]:
    """Whether the picture so many frames later is another one in structure."""
    one, other = light[:-span], light[span:]
    apart = np.abs(one - other).mean(1)
    one, other = one - one.mean(1, keepdims=True), other - other.mean(1, keepdims=True)
    norm = np.sqrt((one * one).sum(1) * (other * other).sum(1))
    alike = (one * other).sum(1) / (norm + 1e-5)
    return np.asarray((alike < _ALIKE) & (apart > _APART))
