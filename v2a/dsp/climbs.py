"""Where a sound begins to climb: the level every 2 ms tells when, near a rise of the spectrum that tells that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HOP, _STEP = 0.01, 0.002
_BEFORE, _AFTER = 0.06, 0.02
_LEAST, _CLEAR = 3.0, 5.0


class Levels:
    """The level of all and of the highs in dB, at each step of a sound that comes in whole steps."""

    def __init__(self, step: int) -> None:
        """Take how many samples a step has."""
        self._step = step
        self._last = np.zeros(1, np.float32)

    def __call__(self, mono: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the next stretch."""
        before = np.concatenate([self._last, mono[:-1]])
        self._last = mono[-1:]
        both = np.stack([mono, mono - np.float32(0.95) * before]).reshape(2, len(mono) // self._step, -1)
        power = np.einsum("ctn,ctn->tc", both, both) / np.float32(both.shape[2])
        return np.asarray(10 * np.log10(power + np.float32(1e-10)), np.float32)


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a level begins to climb, in seconds, and how many dB it climbs at its steepest."""

    time: float
    height: float


def climb_near(attack: NDArray[np.float32], time: float) -> Climb | None:
    """Where the level of the highs passes half of its climb near a peak of the rise; that of all, if they hardly climb."""
    end = time + _HOP
    low, high = max(0, int((end - _BEFORE) / _STEP)), int((end + _AFTER) / _STEP)
    levels = np.asarray(attack[low:high], np.float64)
    if len(levels) < 6:
        return None
    climb, whole = _climb(levels[:, 1]), _climb(levels[:, 0])
    if climb.height < _CLEAR and whole.height > climb.height:
        climb = whole
    return None if climb.height < _LEAST else Climb((low + climb.time) * _STEP, climb.height)


def _climb(level: NDArray[np.float64]) -> Climb:
    """The steepest climb, its time in steps."""
    steps = level[3:] - level[:-3]
    steep = int(steps.argmax())
    top = float(level[steep + 1 : steep + 8].max())
    ground = float(np.median(level[max(0, steep - 8) : steep + 1]))
    over = np.flatnonzero(level[steep : steep + 8] >= ground + 0.5 * (top - ground))
    if not len(over):
        return Climb(0.0, 0.0)
    at = steep + int(over[0])
    return Climb(at + _within(level, at), top - ground)


def _within(level: NDArray[np.float64], at: int) -> float:
    """Where in its step the sound began: power before it is that of the step before, after it that of the next."""
    if at < 1 or at + 1 >= len(level):
        return 0.5
    here, before, after = (10 ** (level[n] / 10) for n in (at, at - 1, at + 1))
    if after <= before:
        return 0.5
    return float(np.clip((after - here) / (after - before), 0, 1))
