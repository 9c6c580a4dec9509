"""The best run of bars through a cue: every bar line on every step of time, at every tempo in reach.

A bar that begins at step t and lasts d steps is worth what its beats are worth; before it came one whose length differs
by what the limits allow. So the best that can end at t with a bar of length d is found from earlier steps alone
(dynamic programming), and the whole is as good as bars of whole steps can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.lattice import Lattice, Worth

# In plain cuts: a bar that changes by all it may, a bar at the edge of what the tempo may be.
_CHANGE, _EDGE = 0.01, 0.0005
_NEVER = np.float32(-1e9)
_NEARLY = 1e-9


@dataclass(frozen=True, eq=False)
class Lengths:
    """The lengths in steps that a bar may have about a tempo, and how many steps further the next one may be."""

    steps: NDArray[np.int64]
    wanted: float
    change: int

    @classmethod
    def of(cls, bar: float, drift: float, step: float) -> Lengths:
        """The lengths about a bar of so many steps: the tempo within `drift` of it, and changing by `step` at most."""
        shortest = int(np.ceil(bar / (1 + drift) - _NEARLY))
        longest = int(np.floor(bar / (1 - drift) + _NEARLY))
        if longest < shortest:
            shortest = longest = max(1, round(bar))
        return cls(np.arange(shortest, longest + 1), bar, int(step * shortest + _NEARLY))

    @property
    def shortest(self) -> int:
        """Steps of the shortest bar."""
        return int(self.steps[0])

    @property
    def longest(self) -> int:
        """Steps of the longest bar."""
        return int(self.steps[-1])

    @property
    def dislike(self) -> Worth:
        """What each length costs for being off the tempo that is wanted."""
        off = np.abs(self.steps - self.wanted) / max(1.0, self.longest - self.wanted)
        return np.asarray(_EDGE * off, np.float32)


@dataclass(frozen=True, eq=False)
class Run:
    """Bar lines in order, in steps from the start of the cue, and what they are worth."""

    worth: float
    lines: tuple[int, ...]


class Search:
    """The best that ends at each step (a column) with a bar of each length (a row)."""

    def __init__(self, lattice: Lattice, lengths: Lengths) -> None:
        self._lattice, self._lengths = lattice, lengths
        self._price = np.float32(_CHANGE / max(1, lengths.change))
        self._best = self._filled(self._worths())

    def _worths(self) -> Worth:
        """What a bar of each length is worth that begins at each step."""
        beats, first, end = self._lattice.beats, self._lattice.first, self._lattice.end
        parts = len(beats)
        worths = np.empty((len(self._lengths.steps), end), np.float32)
        opening = beats[0, :end] + first[0, :end]
        for row, steps, dislike in zip(worths, self._lengths.steps, self._lengths.dislike):
            np.subtract(opening, dislike, out=row)
            for beat in range(1, parts):
                whole, part = divmod(beat * int(steps), parts)
                row += beats[part, whole : whole + end]
        return worths

    def _filled(self, worths: Worth) -> Worth:
        """Bars are laid in stretches as long as the shortest: what leads into one is known before it."""
        lead, end, lengths = self._lattice.lead, self._lattice.end, self._lengths
        best = np.full((len(lengths.steps), end + lengths.longest), _NEVER, np.float32)
        best[:, : lead + 1] = 0.0
        for begin in range(lead - lengths.longest + 1, end, lengths.shortest):
            until = min(begin + lengths.shortest, end)
            reached = self._reached(best[:, begin:until]) + worths[:, begin:until]
            for row, into, steps in zip(best, reached, lengths.steps):
                here = row[begin + steps : until + steps]
                np.maximum(here, into, out=here)
        return best

    def _reached(self, best: Worth) -> Worth:
        """The best that a bar of each length can follow, less what the change costs."""
        for _ in range(self._lengths.change):
            wider = best.copy()
            np.maximum(wider[1:], best[:-1] - self._price, out=wider[1:])
            np.maximum(wider[:-1], best[1:] - self._price, out=wider[:-1])
            best = wider
        return best

    @property
    def worth(self) -> float:
        """What the best run is worth."""
        return float(self._last.max())

    @property
    def _last(self) -> Worth:
        return self._best[:, self._lattice.end :]

    def run(self) -> Run:
        """The best run of bars, from the one that sounds when the cue begins to the one that sounds when it ends."""
        row, column = np.unravel_index(int(np.argmax(self._last)), self._last.shape)
        at, length = int(column) + self._lattice.end, int(row)
        lines = [at]
        while at > self._lattice.lead:
            at -= int(self._lengths.steps[length])
            lines.append(at)
            low = max(0, length - self._lengths.change)
            before = self._best[low : length + self._lengths.change + 1, at]
            far = np.abs(np.arange(low, low + len(before)) - length)
            length = low + int(np.argmax(before - self._price * far))
        return Run(self.worth, tuple(n - self._lattice.lead for n in reversed(lines)))


def bar_steps(bpm: float, beats: int, step: Fraction) -> float:
    """How many steps of time a bar lasts."""
    return 60 * beats / bpm / float(step)
