"""Line-up tone at the head of a sound: a steady 1 kHz, as it lies under bars, before anything else is heard."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
# A tenth of a second, in samples.
LINE_UP = RATE // 10
_HEAD, _LATEST, _LEAST = 1500, 300, 20
_SILENT, _PURE = 1e-6, 0.9
_NEAR = slice(90, 112)


def line_up(blocks: Iterable[NDArray[np.float32]]) -> float:
    """Where it ends, in seconds, out of blocks of a tenth of a second; 0 where there is none.

    It begins within half a minute, lasts two seconds or more, and other sound follows; before that all is silent or tone.
    """
    end = count = 0
    for n, block in enumerate(blocks):
        if n >= _HEAD or (n >= _LATEST and not count):
            break
        power = float(np.mean(block.astype(np.float64) ** 2))
        if power < _SILENT:
            continue
        if not _is_tone(block):
            return end / 10 if count >= _LEAST else 0.0
        end, count = n + 1, count + 1
    return 0.0


def _is_tone(block: NDArray[np.float32]) -> bool:
    """Whether nearly all of a block lies around 1 kHz."""
    power = np.abs(np.fft.rfft(block * np.hanning(len(block)))) ** 2
    return float(power[_NEAR].sum()) >= _PURE * float(power.sum())
