"""The hall that all players sit in, in blocks of a fixed grid."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.rooms import Room, tail, wetness
from v2a_composer.playing.tone import RATE

BLOCK = 3 << 16
_SIZE = 1 << 18
# A scoring stage; its tail has as many samples as are quick to transform, and is a third of a block.
STAGE = Room("stage", "a scoring stage", (15.5, 27.0, 10.2), (0.2, 0.2, 0.22, 0.24, 0.25, 0.27, 0.32))


def send(metres: float) -> float:
    """How much of a player at that distance goes into the hall."""
    return wetness(STAGE, metres)


def answer(before: NDArray[np.float32], here: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the hall answers to one block, left and right, from what was sent in it and in the one before."""
    from scipy import fft

    spectrum = fft.rfft(np.concatenate([before[BLOCK - _SIZE :], here]))
    return np.asarray(fft.irfft(spectrum * _stage(), _SIZE, axis=1)[:, _SIZE - BLOCK :], np.float32)


@functools.cache
def _stage() -> NDArray[np.complex64]:
    from scipy import fft

    return np.asarray(fft.rfft(tail(STAGE, RATE), _SIZE, axis=1))
