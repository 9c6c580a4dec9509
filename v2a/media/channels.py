"""Loudspeaker layouts, and the gains that turn one into another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HALF_POWER = np.float32(np.sqrt(0.5))
_LEFT = ("FL", "FLC", "BL", "SL", "DL", "TFL", "TBL", "WL")
_RIGHT = ("FR", "FRC", "BR", "SR", "DR", "TFR", "TBR", "WR")
_MIDDLE = ("FC", "BC", "TC", "TFC", "TBC")
_UNITY = ("FL", "FR", "FLC", "FRC", "DL", "DR")
_LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("FC",),
    ("FL", "FR"),
    ("FL", "FR", "FC"),
    ("FL", "FR", "BL", "BR"),
    ("FL", "FR", "FC", "BL", "BR"),
    ("FL", "FR", "FC", "LFE", "BL", "BR"),
    ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
)


def names(channels: int) -> tuple[str, ...]:
    """The usual loudspeakers of so many channels; beyond eight they have no names."""
    if 1 <= channels <= len(_LAYOUTS):
        return _LAYOUTS[channels - 1]
    return tuple(f"{n + 1}" for n in range(channels))


def gains(source: Sequence[str], channels: int) -> NDArray[np.float32]:
    """The gains (channels × source) that fold loudspeakers into so many channels.

    Surround goes to stereo after ITU-R BS.775: centre and surrounds at -3 dB, the low-frequency channel left out.
    """
    if len(source) == channels:
        return np.eye(channels, dtype=np.float32)
    if channels == 1:
        return _to_mono(source)
    if channels == 2:
        return _to_stereo(source)
    if len(source) > 2:
        return _by_name(source, names(channels))
    return _widened(source, names(channels))


def _to_stereo(source: Sequence[str]) -> NDArray[np.float32]:
    if len(source) == 1:
        return np.ones((2, 1), np.float32)
    matrix = np.zeros((2, len(source)), np.float32)
    for column, name in enumerate(source):
        gain = np.float32(1) if name in _UNITY else _HALF_POWER
        if name in _LEFT:
            matrix[0, column] = gain
        elif name in _RIGHT:
            matrix[1, column] = gain
        elif name in _MIDDLE:
            matrix[:, column] = _HALF_POWER
        elif not name.startswith("LFE"):
            matrix[column % 2, column] = 1
    return matrix


def _to_mono(source: Sequence[str]) -> NDArray[np.float32]:
    folded: NDArray[np.float32] = _to_stereo(source).mean(axis=0, keepdims=True, dtype=np.float32)
    return folded


def _by_name(source: Sequence[str], wanted: Sequence[str]) -> NDArray[np.float32]:
    """Loudspeakers which are there keep their sound; the others go to front left and right."""
    kept = np.array([[float(a == b) for b in source] for a in wanted], np.float32)
    homeless = kept.sum(axis=0) == 0
    if "FL" in wanted and "FR" in wanted:
        kept[[wanted.index("FL"), wanted.index("FR")]] += _to_stereo(source) * homeless
    return kept


def _widened(source: Sequence[str], wanted: Sequence[str]) -> NDArray[np.float32]:
    """Mono stands in the middle, stereo at front left and right; the rest is silent."""
    matrix = np.zeros((len(wanted), len(source)), np.float32)
    if len(source) == 1:
        matrix[wanted.index("FC") if "FC" in wanted else slice(0, 2), 0] = 1
    else:
        matrix[0, 0] = matrix[1, 1] = 1
    return matrix
