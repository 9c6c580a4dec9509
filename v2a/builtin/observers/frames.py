"""The small frames that the built-in observers share, so that the picture is scaled once for all of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import PictureNeed
from v2a.model import Video, nearest

WIDTH = 192
HEIGHT = 108
NEED = PictureNeed(WIDTH, HEIGHT)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(pixels: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of pixels, in the unit they come in."""
    return np.asarray(pixels @ _LUMA, np.float32)


def frame_time(video: Video, time: float) -> Fraction:
    """The exact time of a frame out of its time in seconds, inside the film."""
    exact = Fraction(nearest(Fraction(time) * video.frame_rate)) / video.frame_rate
    if video.variable or abs(float(exact) - time) * float(video.frame_rate) > 0.05:
        exact = Fraction(time).limit_denominator(1_000_000)
    return min(max(exact, Fraction(0)), video.duration)
