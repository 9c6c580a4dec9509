"""Time in small even steps, and what a beat is worth at each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.limits import Limits
from v2a.model.tempo import Hit

Worth = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Bar lines fall on steps of `step` seconds, beats on parts of them, one part a beat of the bar.

    `beats` and `first` say what a beat and the first beat of a bar are worth: row r, column n is step n and r parts.
    Column `lead` is the start of the cue.
    """

    step: Fraction
    lead: int
    end: int
    beats: Worth
    first: Worth

    @classmethod
    def of(
        cls, hits: Sequence[Hit], length: Fraction, limits: Limits, step: Fraction, longest: int
    ) -> Lattice:
        """The worth of beats in a cue, with room for the longest bar on either side."""
        parts = limits.meter.counted
        end = longest + ceil(length / step)
        columns = end + 2 * longest + 2
        beats, first = np.zeros((2, columns * parts + 1))
        for hit in hits:
            place = (hit.time / step + longest) * parts
            for zone in limits.zones(hit.kind):
                begin = floor(place + zone.early / step * parts) + 1
                until = ceil(place + zone.late / step * parts)
                if until > begin:
                    value = hit.weight * zone.value
                    beats[[begin, until]] += (value, -value)
                    first[[begin, until]] += (value * limits.bonus(hit), -value * limits.bonus(hit))
        return cls(step, longest, end, _columns(beats, parts), _columns(first, parts))


def _columns(changes: NDArray[np.float64], parts: int) -> Worth:
    """The sum of changes so far, a row for each part of a step; sums that cancel out are nought again."""
    sums = np.round(np.cumsum(changes[:-1]), 6)
    return np.ascontiguousarray(sums.reshape(-1, parts).T, np.float32)
