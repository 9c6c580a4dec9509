"""Colour bars: the frames at a film's head that show yellow, cyan, green, magenta, red and blue from left to right."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.model import Observations

# Red, green and blue of the bars between white and black, one bit each.
_ORDER = (0b110, 0b011, 0b010, 0b101, 0b100, 0b001)
_COLOURED, _EVEN = 60, 24
_LATEST = Fraction(30)
_EVERY = 12


def bars_until(seen: Observations, reach: Fraction) -> Fraction | None:
    """Where the first bars at the head end; nothing where there are none."""
    if "signature" not in seen.features:
        return None
    track = seen.features["signature"]
    clock = track.clock()
    frames = track.values()[: int(np.searchsorted(clock, float(reach)))]
    sampled = [n for n in range(0, len(frames), _EVERY) if is_bars(frames[n])]
    if not sampled or clock[sampled[0]] > float(_LATEST):
        return None
    last = sampled[0]
    while last + 1 < len(frames) and is_bars(frames[last + 1]):
        last += 1
    end = clock[last + 1] if last + 1 < len(clock) else float(seen.video.duration)
    return seen.video.frame_time(float(end))


def is_bars(frame: NDArray[np.uint8]) -> bool:
    """Whether a small frame, rows × columns × colours, is colour bars."""
    upper = np.asarray(frame[1:5], np.int16)
    if int((upper.max(0) - upper.min(0)).max()) > _EVEN:
        return False
    columns = upper.mean(0)
    high, low = columns.max(1), columns.min(1)
    bits = columns > ((high + low) / 2)[:, np.newaxis]
    codes = bits @ np.array([4, 2, 1])
    left = list(_ORDER)
    for code, coloured in zip(codes, high - low > _COLOURED):
        if left and coloured and code == left[0]:
            left.pop(0)
    return not left
