"""The small frames that the built-in observers share, so that the picture is scaled once for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import PictureNeed

WIDTH = 192
HEIGHT = 108
NEED = PictureNeed(WIDTH, HEIGHT)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(pixels: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of pixels, in the unit they come in."""
    return np.asarray(pixels @ _LUMA, np.float32)
