"""How found transitions are held against the true ones.

Every detector tells one frame for each transition: the first of the new shot. It finds a true one where that frame
lies between the transition's start and end, or at most `slack` frames before or after; each true transition is found
once, and what is left over is false. The rule is the same for cuts, whose start is their end, and for all detectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reels.render import Transition


@dataclass(frozen=True, slots=True)
class Score:
    """How many were found, were false, and were missed."""

    found: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.found + other.found, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was told that is true."""
        return self.found / max(1, self.found + self.false)

    @property
    def recall(self) -> float:
        """The share of what is true that was told."""
        return self.found / max(1, self.found + self.missed)

    @property
    def f1(self) -> float:
        """Both in one; 1 where there is nothing to find and nothing was told."""
        told = 2 * self.found + self.false + self.missed
        return 2 * self.found / told if told else 1.0


def score(truth: Sequence[Transition], told: Sequence[int], slack: int = 2) -> Score:
    """Match frames to transitions, each at most once, in order of time."""
    waiting = sorted(truth, key=lambda t: (t.end, t.start))
    found = 0
    for frame in sorted(told):
        fitting = next((t for t in waiting if t.start - slack <= frame <= t.end + slack), None)
        if fitting is not None:
            waiting.remove(fitting)
            found += 1
    return Score(found, len(told) - found, len(waiting))
