"""Holes in a recording: where it falls far and at once, stays down, and is there again at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float16]

STEPS = 200  # a second
WINDOW = 4  # steps
FALL = 20.0
_FLOOR = 1e-13
_TICK = 25.0
_HELD = 3
_SHORTEST = 3
_SLIVER = 10
_RAMPS = (0, 2, 4, 8)
_LEEWAY = 2.0
_PIECE = 1 << 16


class Course:
    """The level of a sound in dB, of 20 ms every 5 ms, without its offset, and where it ticks; all else is forgotten."""

    def __init__(self, rate: int, channels: int = 2) -> None:
        self._hop = rate // STEPS
        self._waiting = np.zeros((channels, 1), np.float32)
        self._sums = np.zeros((3, channels, 0))
        self._found: list[Levels] = []
        self._ticks: list[NDArray[np.bool_]] = []
        self._bright: list[Levels] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Take a block, channels × samples."""
        sound = np.concatenate([self._waiting, block], axis=1).astype(np.float64)
        count = (sound.shape[1] - 1) // self._hop
        if not count:
            self._waiting = sound.astype(np.float32)
            return
        self._waiting = sound[:, count * self._hop :].astype(np.float32)
        sound = sound[:, : count * self._hop + 1]
        steps, moves = (
            each.reshape(len(sound), count, self._hop) for each in (sound[:, 1:], np.diff(sound, axis=1) ** 2)
        )
        sums = np.concatenate([self._sums, [steps.sum(2), (steps**2).sum(2), moves.sum(2)]], axis=2)
        kept = sums.shape[2] - count
        self._sums = sums[:, :, max(0, sums.shape[2] - WINDOW + 1) :]
        if sums.shape[2] >= WINDOW:
            windows = np.lib.stride_tricks.sliding_window_view(sums, WINDOW, axis=2).sum(3)
            mean, power, moving = windows / (WINDOW * self._hop)
            self._found.append((10 * np.log10((power - mean**2).clip(0).mean(0) + _FLOOR)).astype(np.float16))
            self._bright.append((10 * np.log10(moving.mean(0) + _FLOOR)).astype(np.float16))
            peaks = moves.max(2)[:, WINDOW - 1 - kept :]
            self._ticks.append((peaks > _TICK * moving + _FLOOR).any(0))

    def levels(self) -> Levels:
        """One number for each 5 ms: number n is of the 20 ms that begin there."""
        return np.concatenate(self._found) if self._found else np.zeros(0, np.float16)

    def brightness(self) -> Levels:
        """The level of what moves from one sample to the next, in dB, in the same 20 ms: mostly that of the highs."""
        return np.concatenate(self._bright) if self._bright else np.zeros(0, np.float16)

    def ticks(self) -> NDArray[np.bool_]:
        """For each of the levels, whether something in the last 5 ms of its 20 stands out of them as no noise does."""
        return np.concatenate(self._ticks) if self._ticks else np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Dropout:
    """Steps `first` to `last` of a course in which the sound is gone, and its level in dB before and after.

    At the head of a recording there is nothing before, at its tail nothing after.
    """

    first: int
    last: int
    before: float | None
    after: float | None

    @property
    def above(self) -> float:
        """The lower one of the levels around it."""
        return min(level for level in (self.before, self.after) if level is not None)


def dropouts(levels: Levels) -> Iterator[Dropout]:
    """Where a sound is 20 dB and more below what is before and after it, and comes and goes within 40 ms."""
    falls, before = _falls(levels)
    rises, after = _falls(levels[::-1])
    rises, after = (len(levels) - 1 - rises)[::-1], after[::-1]
    if len(rises) and (not len(falls) or rises[0] < falls[0]):
        yield from _gone(levels, Dropout(0, int(rises[0]), None, float(after[0])))
    for n, fall in enumerate(falls.tolist()):
        following = falls[n + 1] if n + 1 < len(falls) else len(levels)
        at = int(np.searchsorted(rises, fall))
        if at < len(rises) and rises[at] < following:
            yield from _gone(levels, Dropout(fall, int(rises[at]), float(before[n]), float(after[at])))
        elif n + 1 == len(falls) and at == len(rises):
            yield from _gone(levels, Dropout(fall, len(levels) - 1, float(before[n]), None))


def _gone(levels: Levels, found: Dropout) -> Iterator[Dropout]:
    """The dropout without what is left of the sound at its ends, if there is nothing else in it."""
    low = np.flatnonzero(levels[found.first : found.last + 1] <= found.above - FALL + _LEEWAY)
    length = found.last + 1 - found.first
    if len(low) < _SHORTEST or low[-1] - low[0] + 1 > len(low):
        return
    if low[0] <= _SLIVER and low[-1] >= length - 1 - _SLIVER:
        yield replace(found, first=found.first + int(low[0]), last=found.first + int(low[-1]))


def _falls(levels: Levels) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The steps at which the level has fallen, in order, and the level before each."""
    places, heights = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    lead = WINDOW + max(_RAMPS) + WINDOW
    for start in range(0, len(levels), _PIECE):
        first = max(0, start - lead)
        part = levels[first : start + _PIECE + _HELD].astype(np.float32)
        fallen, before = _fallen(part)
        found = np.flatnonzero(fallen[1:] & ~fallen[:-1]) + 1
        found = found[(found >= start - first) & (found < start - first + _PIECE)]
        places.append(found + first)
        heights.append(before[found])
    return np.concatenate(places), np.concatenate(heights)


def _fallen(levels: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Of each step, whether it and those that follow are far below the 35 ms before, and the level of those."""
    count = len(levels)
    before, after = np.full(count, -np.inf, np.float32), np.full(count, np.inf, np.float32)
    for ramp in _RAMPS:
        offset = WINDOW + ramp
        if count >= offset + WINDOW:
            lowest = np.lib.stride_tricks.sliding_window_view(levels[: count - offset], WINDOW).min(1)
            before[offset + WINDOW - 1 :] = np.maximum(before[offset + WINDOW - 1 :], lowest)
    if count >= _HELD:
        after[: count - _HELD + 1] = np.lib.stride_tricks.sliding_window_view(levels, _HELD).max(1)
    return after <= before - FALL + _LEEWAY, before
