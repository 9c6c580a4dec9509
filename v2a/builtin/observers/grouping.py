"""Shots grouped into scenes: two shots in one place, soon after each other, keep all that lies between in one scene.

A scene ends where no such pair reaches over the cut (Yeung and Yeo's scene transition graph, over a bounded
look-ahead, so that the time it takes grows with the number of shots and no faster).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.model import Shot

_LOOK = 8
_WITHIN = 60.0
_SLOW = 0.8
_FAR = 0.09


@dataclass(frozen=True, slots=True)
class Likeness:
    """How the likeness of two shots in one kind of feature becomes a chance that they show one place."""

    middle: float
    slope: float

    def chance(self, alike: float, between: int = 0) -> float:
        """From 0 to 1, one half at the middle; the more shots lie between the two, the more alike they must be."""
        return float(1 / (1 + np.exp(-self.slope * (alike - self.middle - _FAR * between))))


@dataclass(frozen=True, slots=True)
class Kind:
    """The rows of one kind of feature for every shot (a few each, vectors of length 1), and what likeness means."""

    rows: Sequence[NDArray[np.float32]]
    likeness: Likeness
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """Shots from `first` to `last` in one place, and how sure it is that the place changes before the first."""

    first: int
    last: int
    confidence: float


def runs(shots: Sequence[Shot], kinds: Sequence[Kind]) -> Iterator[Run]:
    """The scenes of a film as runs of shots."""
    held = _held(shots, kinds)
    first = 0
    for cut in range(1, len(shots) + 1):
        if cut == len(shots) or held[cut] < 0.5:
            yield Run(first, cut - 1, 1.0 if first == 0 else round(1 - held[first], 3))
            first = cut


def _held(shots: Sequence[Shot], kinds: Sequence[Kind]) -> list[float]:
    """For the cut before each shot, the best chance that a shot before and a shot after show one place.

    A shot too short to have rows stays with the one before it.
    """
    held = [0.0] * (len(shots) + 1)
    for n in range(len(shots)):
        for m in range(n + 1, min(n + _LOOK + 1, len(shots))):
            if float(shots[m].span.start - shots[n].span.end) > _WITHIN:
                break
            slow = m == n + 1 and shots[m].transition_in in ("fade", "dissolve")
            chance = _chance(kinds, n, m)
            if chance is None:
                chance = 0.5 if m == n + 1 else 0.0
            chance *= _SLOW if slow else 1.0
            for cut in range(n + 1, m + 1):
                held[cut] = max(held[cut], chance)
    return held


def _chance(kinds: Sequence[Kind], one: int, other: int) -> float | None:
    """The kinds' chances together, each weighted, on the scale of log odds; nothing where no kind has rows of both."""
    odds, weight = 0.0, 0.0
    for kind in kinds:
        a, b = kind.rows[one], kind.rows[other]
        if len(a) and len(b):
            chance = min(0.999, max(0.001, kind.likeness.chance(float((a @ b.T).max()), other - one - 1)))
            odds += kind.weight * float(np.log(chance / (1 - chance)))
            weight += kind.weight
    return float(1 / (1 + np.exp(-odds / weight))) if weight else None


def few(rows: NDArray[Any], clock: NDArray[np.float64], shots: Sequence[Shot]) -> list[NDArray[np.float32]]:
    """Up to three rows of every shot, a sixth of the way in from its ends, each of length 1; rows that are no use are left out.

    A shot that falls between two rows has none.
    """
    starts = np.searchsorted(clock, [float(s.span.start) - 1e-6 for s in shots])
    ends = np.searchsorted(clock, [float(s.span.end) - 1e-6 for s in shots])
    return [_three(rows, int(low), int(high)) for low, high in zip(starts, np.minimum(ends, len(rows)))]


def _three(rows: NDArray[Any], low: int, high: int) -> NDArray[np.float32]:
    inset = (high - 1 - low) // 6
    at = sorted({low + inset, (low + high - 1) // 2, high - 1 - inset}) if high > low else []
    picked = np.array([rows[n] for n in at], np.float32).reshape(len(at), rows[0].size if at else 0)
    size = np.linalg.norm(picked, axis=1)
    good = np.isfinite(size) & (size > 1e-6)
    return np.asarray(picked[good] / size[good, np.newaxis], np.float32)
