"""The bars that a map may be laid of about a tempo: how long they last, and how their beats lean.

A bar leans where its beats grow shorter or longer by the same little share one after the other: the bar lines stay
where they are, and beats inside come a few milliseconds early or late, as they do under any player.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.limits import Limits

Counts = NDArray[np.int64]
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NEARLY = 1e-9
_MOST_CHANGES = 10


@dataclass(frozen=True, eq=False)
class Shapes:
    """Lengths of bars in steps of time; `leans` are the shares by which neighbouring beats of a bar may differ.

    `wanted` is the length at the tempo itself, in parts of a step if need be.
    """

    beats: int
    lengths: Counts
    leans: tuple[float, ...]
    wanted: float
    drift: float
    change: float

    @classmethod
    def about(cls, bpm: float, step: float, limits: Limits, leans: Sequence[float] = (0.0,)) -> Shapes:
        """The bars about a tempo, on steps of so many seconds, also those that are asked for where music breathes."""
        wanted = 60 * limits.meter.counted / bpm / step
        reach = max(limits.drift, limits.rubato)
        shortest = int(np.ceil(wanted / (1 + reach) - _NEARLY))
        longest = int(np.floor(wanted / (1 - reach) + _NEARLY))
        if longest < shortest:
            shortest = longest = max(1, round(wanted))
        lengths = np.arange(shortest, longest + 1)
        return cls(limits.meter.counted, lengths, tuple(leans), wanted, limits.drift, limits.step)

    @property
    def shortest(self) -> int:
        """Steps of the shortest bar."""
        return int(self.lengths[0])

    @property
    def longest(self) -> int:
        """Steps of the longest bar."""
        return int(self.lengths[-1])

    @property
    def furthest(self) -> int:
        """How many steps longer or shorter than its neighbour a bar may be."""
        return min(int(self.change * self.shortest + _NEARLY), len(self.lengths) - 1)

    @cached_property
    def tempi(self) -> Values:
        """How much faster than the tempo itself each length is, as a share."""
        return np.asarray(self.wanted / self.lengths - 1)

    def gaps(self, lean: float) -> Counts:
        """How many parts of a step the beats of each length last, leaning so: a row a length."""
        lines = range(self.beats + 1)
        places = [[place(int(length), lean, beat, self.beats) for beat in lines] for length in self.lengths]
        gaps: Counts = np.diff(np.array(places, np.int64), axis=1).astype(np.int64)
        return gaps

    def inside(self, lean: float) -> Flags:
        """Which lengths keep every beat near the tempo and near the next, leaning so; one that is alone does."""
        gaps = self.gaps(lean)
        near = (np.abs(self.wanted / gaps - 1) <= self.drift + _NEARLY).all(axis=1)
        ratios = gaps[:, 1:] / gaps[:, :-1]
        even = (np.maximum(ratios, 1 / ratios) <= 1 + self.change + _NEARLY).all(axis=1)
        return np.asarray(near & even if lean else near | (len(gaps) == 1))

    def follows(self, before: float, after: float) -> list[int]:
        """By how many steps a bar of one lean may be longer than any of another that it follows; some of very many."""
        last, first = self.gaps(before)[:, -1], self.gaps(after)[:, 0]
        allowed = 1 + self.change + _NEARLY
        kept = []
        stride = ceil(max(1, self.furthest) / _MOST_CHANGES)
        for more in range(-(self.furthest // stride) * stride, self.furthest + 1, stride):
            rows = slice(max(0, -more), len(last) - max(0, more))
            ratios = first[max(0, more) :][: len(last[rows])] / last[rows]
            if len(ratios) and max(ratios.max(), 1 / ratios.min()) <= allowed:
                kept.append(more)
        return kept


def place(length: int, lean: float, beat: int, beats: int) -> int:
    """Where a beat of a bar falls, in parts of a step: as many parts as the bar has beats."""
    return beat * length + round(lean * length * beat * (beats - beat) / 2)
