"""Onsets: peaks of the spectrum's rise, set to where the level begins to climb."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.climbs import climb_near
from v2a.model import Onset

_HOP = 0.01
_STEP = 0.002
_BLOCK = 60_000
_ROUND = 100
_EVERY = 10
_ANY, _ONE, _NEAR = (1.5, 0.05), (3.0, 0.12), 1.5
_APART = 0.04
_OPENING = 0.03
_FALLS = 6.0


def onsets(rise: NDArray[np.float32], attack: NDArray[np.float32], duration: Fraction) -> tuple[Onset, ...]:
    """All onsets in order, from the rise in each register and the levels of all and of the highs; strength runs from 0 to 1.

    A film whose sound is there from its first sample on does not begin with an onset, unless that dies away.
    """
    found: list[Onset] = []
    for frame, strength in _peaks(rise):
        at = Fraction(round(_refined(attack, frame * _HOP) * 10_000), 10_000)
        if at >= duration or (found and at - found[-1].time < _APART):
            continue
        if at >= _OPENING or _dies(attack):
            found.append(Onset(max(Fraction(0), at), strength))
    return tuple(found)


def _peaks(rise: NDArray[np.float32]) -> Iterator[tuple[int, float]]:
    """Frames where the rise is highest within 30 ms, in a long film a few minutes at a time."""
    for low in range(0, len(rise), _BLOCK):
        start = max(0, low - _ROUND)
        registers = np.asarray(rise[start : low + _BLOCK + _ROUND], np.float32)
        values = registers.mean(1)
        around = np.lib.stride_tricks.sliding_window_view(np.pad(values, 3), 7).max(1)
        for n in np.flatnonzero((values >= around) & _stands_out(registers, values)):
            if low <= start + n < low + _BLOCK:
                yield int(start + n), float(1 - np.exp(-2 * values[n]))


def _stands_out(registers: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the rise is well above what is usual within half a second, as a whole or in one register."""
    whole = values > _ANY[0] * _usual(values[:, np.newaxis])[:, 0] + _ANY[1]
    one = (registers > _ONE[0] * _usual(registers) + _ONE[1]).any(1)
    near = np.lib.stride_tricks.sliding_window_view(np.pad(values, (10, 7)), 18).mean(1)
    return np.asarray((whole | one) & (values > _NEAR * near))


def _usual(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What four fifths of the rows around stay below, taken every 100 ms."""
    padded = np.pad(values, ((_ROUND // 2, _ROUND // 2), (0, 0)), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _ROUND, axis=0)[::_EVERY]
    at = _ROUND * 4 // 5
    return np.partition(windows, at, axis=-1)[..., at].repeat(_EVERY, axis=0)[: len(values)]


def _dies(attack: NDArray[np.float32]) -> bool:
    """Whether the sound that the film opens with is a stroke: louder at once than a little later."""
    opening, later = attack[: round(_OPENING / _STEP)], attack[round(0.1 / _STEP) : round(0.3 / _STEP)]
    return bool(len(later)) and float(np.max(opening[:, 0])) > float(np.median(later[:, 0])) + _FALLS


def _refined(attack: NDArray[np.float32], time: float) -> float:
    climb = climb_near(attack, time)
    return time if climb is None else climb.time
