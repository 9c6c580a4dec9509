"""Samples as they can be reckoned with: files of floating-point samples hold anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LOUDEST = 64.0


def audible(samples: NDArray[np.float32], loudest: float = _LOUDEST) -> NDArray[np.float32]:
    """A copy in which what is not a number is silence, and nothing is louder than `loudest` (1 is full scale)."""
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -loudest, loudest)
