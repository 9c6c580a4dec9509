"""Where a recording has nothing but the tone of its place: its low level, held, by minimum statistics (Martin, 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.dropouts import STEPS, WINDOW, Levels

_SMOOTH = 7
_LOW = 0.05
_BELOW, _ABOVE = 5.0, 4.0
_SINGLE = 7.0
_BRIGHTER = 5.0
_NOTHING = -95.0
_SHORTEST = 0.1


@dataclass(frozen=True, slots=True)
class Pauses:
    """Stretches of pauses, in steps of a course from the first to the one after the last, and their level in dB."""

    runs: Sequence[tuple[int, int]]
    level: float

    @property
    def seconds(self) -> float:
        """How long they are together."""
        return sum(_length(run) for run in self.runs)

    def nearest(self, place: tuple[int, int], seconds: float) -> Pauses:
        """Those next to a place, until there is so much of them, in order of time."""
        kept: list[tuple[int, int]] = []
        for run in sorted(self.runs, key=lambda run: max(place[0] - run[1], run[0] - place[1], 0)):
            have = sum(_length(each) for each in kept)
            if have >= seconds:
                break
            kept.append(_shortened(run, place, seconds - have))
        return Pauses(sorted(kept), self.level)


def pauses(levels: Levels, brightness: Levels, free: NDArray[np.bool_]) -> Pauses:
    """The pauses among the steps that are `free`: of speech, of beginnings, of whatever is no tone; as bright as most."""
    level = levels.astype(np.float32)
    power = 10 ** (level / 10)
    smooth = 10 * np.log10(np.convolve(power, np.ones(_SMOOTH) / _SMOOTH, "same") + 1e-20)
    there = free & (level > _NOTHING)
    if not there.any():
        return Pauses((), -np.inf)
    low = float(np.quantile(smooth[there], _LOW))
    low = float(np.median(smooth[there & (np.abs(smooth - low) < _ABOVE)]))
    held = there & (smooth > low - _BELOW) & (smooth < low + _ABOVE)
    held &= (level < low + _SINGLE) & (level > low - 2 * _SINGLE)
    bright = brightness.astype(np.float32)
    if held.any():
        held &= np.abs(bright - np.median(bright[held])) < _BRIGHTER
    edges = np.diff(np.concatenate([[False], held, [False]]).astype(np.int8))
    runs = zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist())
    kept = [run for run in runs if _length(run) >= _SHORTEST]
    steps = np.concatenate([np.arange(*run) for run in kept]) if kept else np.zeros(0, np.int64)
    return Pauses(kept, float(10 * np.log10(power[steps].mean())) if len(steps) else -np.inf)


def _length(run: tuple[int, int]) -> float:
    return (run[1] - run[0] + WINDOW - 1) / STEPS


def _shortened(run: tuple[int, int], place: tuple[int, int], seconds: float) -> tuple[int, int]:
    """The end of a stretch that is next to a place, at least as long as a pause."""
    steps = max(round(max(seconds, 2 * _SHORTEST) * STEPS) - WINDOW + 1, 1)
    first, last = run
    return (max(first, last - steps), last) if last <= place[0] else (first, min(last, first + steps))
