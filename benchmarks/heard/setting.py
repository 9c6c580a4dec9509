"""How much later than it should what is struck at a time is heard, by how the spectrum rises around it.

Waves are no measure for that: held notes go on through a stroke in another phase than they had, so what matches best lies
whole periods beside it. Where the same band plays at other times by itself, waves err by 15 ms and more in soft music.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heard.listening import RATE

_WINDOW, _HOP = 512, 24
_BANDS = (4, 7, 10, 16, 28, 52, 100, 204)
_HALF, _REACH, _RISE = 80, 50, 10
_FLOOR, _SILENT = 1e-4, 1e-12
_ALIKE = 0.6

Curve = NDArray[np.float64]


def lags(before: NDArray[np.float32], after: NDArray[np.float32], pairs: Curve) -> Curve:
    """How many seconds later each of some strokes is heard than said: pairs of when one was and when it should be heard.

    None where what sets in there is unlike, or lies at an end.
    """
    found = np.full(len(pairs), np.nan)
    for n, (source, target) in enumerate(pairs):
        given, wide = _bands(before, source, _HALF + _RISE), _bands(after, target, _HALF + _REACH + _RISE)
        if given is None or wide is None:
            continue
        floor = _FLOOR * given.max(axis=0) + _SILENT
        struck, heard = _rises(np.log(given + floor)), _rises(np.log(wide + floor))
        windows = np.lib.stride_tricks.sliding_window_view(heard, len(struck), axis=0)
        match = np.einsum("nbt,tb->n", windows, struck)
        size = np.sqrt((windows**2).sum(axis=(1, 2)) * (struck**2).sum()) + 1e-12
        if (match / size).max() > _ALIKE:
            found[n] = (int((match / size).argmax()) - _REACH) * _HOP / RATE
    return found


def _bands(sound: NDArray[np.float32], time: float, around: int) -> Curve | None:
    """The power of bands from 375 Hz on, every half millisecond so many steps to either side of a time."""
    first = round(time * RATE) - around * _HOP - _WINDOW // 2
    last = first + 2 * around * _HOP + _WINDOW
    if first < 0 or last > len(sound):
        return None
    frames = np.lib.stride_tricks.sliding_window_view(sound[first:last], _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
    return np.stack([power[:, low:high].sum(axis=1) for low, high in pairwise(_BANDS)], axis=1)


def _rises(levels: Curve) -> Curve:
    """How far each band rises over ten milliseconds."""
    return np.asarray(np.maximum(levels[2 * _RISE :] - levels[: -2 * _RISE], 0.0))
