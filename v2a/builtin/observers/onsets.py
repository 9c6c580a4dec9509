"""Onsets: peaks of the spectrum's rise, set to where the level of the highs begins to climb."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.model import Onset

_HOP = 0.01
_STEP = 0.002
_RISE = 0.05
_OVER = 1.8
_BLOCK = 60_000
_BEFORE, _AFTER = 0.06, 0.02
_APART = 0.04


def onsets(rise: NDArray[np.float32], attack: NDArray[np.float32], duration: Fraction) -> tuple[Onset, ...]:
    """All onsets in order; their strength runs from 0 to 1."""
    found: list[Onset] = []
    for frame, strength in _peaks(rise):
        at = Fraction(round(_refined(attack, frame * _HOP) * 10_000), 10_000)
        if at >= duration or (found and at - found[-1].time < _APART):
            continue
        found.append(Onset(max(Fraction(0), at), strength))
    return tuple(found)


def _peaks(rise: NDArray[np.float32]) -> Iterator[tuple[int, float]]:
    margin = 12
    for low in range(0, len(rise), _BLOCK):
        start = max(0, low - margin)
        values = np.asarray(rise[start : low + _BLOCK + margin])
        padded = np.pad(values, (10, 7))
        mean = np.lib.stride_tricks.sliding_window_view(padded, 18).mean(1)
        around = np.lib.stride_tricks.sliding_window_view(np.pad(values, 3), 7).max(1)
        for n in np.flatnonzero((values >= around) & (values > _OVER * mean + _RISE)):
            if low <= start + n < low + _BLOCK:
                yield int(start + n), float(1 - np.exp(-2 * values[n]))


def _refined(attack: NDArray[np.float32], time: float) -> float:
    """Where the level passes a quarter of its climb, near the peak of the rise."""
    end = time + _HOP
    low, high = max(0, int((end - _BEFORE) / _STEP)), int((end + _AFTER) / _STEP)
    level = np.asarray(attack[low:high], np.float64)
    if len(level) < 6:
        return time
    climb = level[3:] - level[:-3]
    steep = int(climb.argmax())
    top = float(level[steep + 1 : steep + 8].max())
    ground = float(np.median(level[max(0, steep - 8) : steep + 1]))
    if top - ground < 3:
        return time
    wanted = ground + 0.5 * (top - ground)
    over = np.flatnonzero(level[steep : steep + 8] >= wanted)
    if not len(over):
        return time
    at = steep + int(over[0])
    return (low + at) * _STEP + _within(level, at) * _STEP


def _within(level: NDArray[np.float64], at: int) -> float:
    """Where in its step the sound began: power before it is that of the step before, after it that of the next."""
    if at < 1 or at + 1 >= len(level):
        return 0.5
    here, before, after = (10 ** (level[n] / 10) for n in (at, at - 1, at + 1))
    if after <= before:
        return 0.5
    return float(np.clip((after - here) / (after - before), 0, 1))
