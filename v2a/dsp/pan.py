"""Panning: any number of channels set into a stereo picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Front left, front right, centre, low frequency, surround left, surround right: ITU-R BS.775 without the low
# frequency channel.
_FOLD_LEFT = (1.0, 0.0, math.sqrt(0.5), 0.0, math.sqrt(0.5), 0.0)
_FOLD_RIGHT = (0.0, 1.0, math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5))


@dataclass(frozen=True, slots=True)
class PanGains:
    """What the left and the right side are multiplied by."""

    left: float
    right: float


def pan_gains(pan: float) -> PanGains:
    """Constant power from -1 (left) to 1 (right), and 1 on both sides in the middle."""
    angle = (min(1.0, max(-1.0, pan)) + 1.0) * math.pi / 4.0
    if pan == 0.0:
        return PanGains(1.0, 1.0)
    return PanGains(math.sqrt(2.0) * math.cos(angle), math.sqrt(2.0) * math.sin(angle))


def stereo(samples: NDArray[np.float32], pan: float = 0.0) -> NDArray[np.float32]:
    """The sound on two channels: mono on both, 5.1 folded, more channels than that as left and right in turn."""
    gains = pan_gains(pan)
    sides = _two(np.asarray(samples))
    if gains == PanGains(1.0, 1.0):
        return sides
    return sides * np.array([[gains.left], [gains.right]], np.float32)


def _two(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    channels = samples.shape[0]
    if channels == 2:
        return samples
    if channels == 1:
        return np.repeat(samples, 2, axis=0)
    if channels == 6:
        fold = np.array([_FOLD_LEFT, _FOLD_RIGHT], np.float32)
        return np.asarray(fold @ samples, dtype=np.float32)
    left, right = samples[0::2], samples[1::2]
    return np.stack([left.mean(axis=0), right.mean(axis=0)]).astype(np.float32)
