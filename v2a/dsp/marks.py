"""Points in time with how much each counts: what is seen, or what is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPREAD = 0.012


@dataclass(frozen=True, eq=False)
class Marks:
    """Times in seconds, in order; `weight` from 0 to 1, and the usual error of each time in seconds."""

    times: NDArray[np.float64]
    weight: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(
        cls, times: Sequence[float], weight: Sequence[float] | None = None, spread: float = SPREAD
    ) -> Marks:
        """Marks from plain numbers."""
        order = np.argsort(np.asarray(times, np.float64), kind="stable")
        given = np.ones(len(order)) if weight is None else np.clip(np.asarray(weight, np.float64), 0.0, 1.0)
        return cls(np.asarray(times, np.float64)[order], given[order], np.full(len(order), spread))

    def within(self, start: float, end: float) -> Marks:
        """Those from a time to another."""
        first, last = np.searchsorted(self.times, [start, end])
        part = slice(int(first), int(last))
        return Marks(self.times[part], self.weight[part], self.spread[part])

    def moved(self, seconds: float) -> Marks:
        """The same, later by so many seconds."""
        return Marks(self.times + seconds, self.weight, self.spread)
