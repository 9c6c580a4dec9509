"""The evidence for a cut at each frame: five numbers that know nothing of the film but its surroundings.

A cut stands out of the frames next to it (a whip pan and a shaking camera do not); what comes after it differs from
what was before more than either differs within itself; the structure of the picture changes; and the picture before
does not come back in a moment over which only the light was another (as after flashes, and between the beats of a
strobe). The weights were fitted on the tuning half of the reels in `benchmarks/reels`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma
from v2a.model import nearest

NAMES = ("stands out", "across over within", "other structure", "comes back", "came back")
WEIGHTS = np.array([0.6, 6.0, 4.4, -17.0, -17.0])
BIAS = -8.0
_STRONGEST = 8
_GRAIN = 0.002
_AWAY = 7
_REACH = 3
_BLOCK = 4096
_BLANK = 0.05

USUAL = 25

Values = NDArray[np.float32]


def pace(rate: Fraction) -> int:
    """How many frames of a film take the time of one at about 25 a second."""
    return max(1, nearest(rate / USUAL))


def logits(
    change: NDArray[Any], signature: NDArray[np.uint8], contrast: NDArray[Any], times: int = 1
) -> NDArray[np.float64]:
    """For each frame, how likely a cut before it is: the logarithm of the odds. `times` is the film's pace."""
    margin = _AWAY * times + _REACH
    pieces = [np.zeros(0)]
    for low in range(0, len(signature), _BLOCK):
        start, end = max(0, low - margin), min(len(signature), low + _BLOCK + margin)
        told = evidence(change[start:end], signature[start:end], contrast[start:end], times)
        pieces.append((told @ WEIGHTS + BIAS)[low - start : low - start + _BLOCK])
    odds = np.concatenate(pieces)
    odds[:1] = -np.inf
    return odds


def evidence(
    change: NDArray[Any], signature: NDArray[np.uint8], contrast: NDArray[Any], times: int = 1
) -> NDArray[np.float64]:
    """The five numbers for each frame."""
    pictures = np.asarray(signature / np.float32(255), np.float32)
    flat, contrast = pictures.reshape(len(pictures), -1), np.asarray(contrast, np.float32)
    cells = np.sort(np.asarray(change, np.float32).reshape(len(change), -1), axis=1)
    strongest = cells[:, -_STRONGEST:].mean(1) + np.float32(_GRAIN)
    beside = np.maximum.reduce([_at(strongest, by) for by in (-2, -1, 1, 2)])
    light = luma(pictures)
    alike = likenesses(_at(light, -1), light)
    fine = likenesses(_at(_detail(light), -1), _detail(light))
    returns = [
        np.clip(1 - 2 * back, 0, 1) * np.clip(np.maximum(np.maximum(alike, fine), blank), 0, 1)
        for back, blank in zip(
            _returns(flat, _AWAY * times), (_blank(contrast), _at(_blank(contrast), -1)), strict=True
        )
    ]
    return np.column_stack(
        [np.log(strongest / beside), np.log(_across(_level(pictures))), 1 - np.clip(fine, -0.2, 1), *returns]
    ).astype(np.float64)


def likenesses(one: Values, other: Values) -> Values:
    """The correlation of pictures, one by one, whatever the light."""
    a, b = (v.reshape(len(v), v[0].size if len(v) else 1) for v in (one, other))
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    norm = np.sqrt((a * a).sum(1) * (b * b).sum(1))
    return np.asarray((a * b).sum(1) / (norm + 1e-5), np.float32)


def _at(values: Values, by: int) -> Values:
    """The values so many frames later; the first and last go on for ever."""
    return values[np.clip(np.arange(len(values)) + by, 0, len(values) - 1)]


def _apart(flat: Values, one: int, other: int) -> Values:
    return np.asarray(np.abs(_at(flat, one) - _at(flat, other)).mean(1))


def _across(flat: Values) -> Values:
    """How far the three frames before are from the three after, over how far either three are among themselves."""
    within = np.maximum.reduce(
        [_apart(flat, -1, -3), _apart(flat, -1, -2), _apart(flat, 0, 2), _apart(flat, 0, 1)]
    )
    across = np.minimum.reduce([_apart(flat, -i, j) for i in (1, 2, 3) for j in (0, 1, 2)])
    return np.asarray((across + 0.003) / (within + 0.003))


def _level(pictures: Values) -> Values:
    """The pictures each less its mean colour, so that light which comes or goes over all of it does not count."""
    level = pictures - pictures.mean((1, 2), keepdims=True)
    return np.asarray(level.reshape(len(pictures), -1), np.float32)


def _returns(flat: Values, away: int) -> Iterator[Values]:
    """How near the frame before is to one of the next, and the frame to one of those before, over their own distance."""
    jump = _apart(flat, -1, 0) + 0.001
    yield np.minimum.reduce([_apart(flat, -1, by) for by in range(1, away + 1)]) / jump
    yield np.minimum.reduce([_apart(flat, -1 - by, 0) for by in range(1, away + 1)]) / jump


def _blank(contrast: Values) -> Values:
    return np.asarray(np.clip(1 - contrast / _BLANK, 0, 1))


def _detail(light: Values) -> Values:
    """What a picture is besides its broad light and dark: each cell less its four neighbours."""
    wide = np.pad(light, ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1] + wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:]
    return np.asarray(light - around / 4)
