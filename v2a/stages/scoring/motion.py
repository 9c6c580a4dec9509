"""How much moves in the picture, twice a second: what music grows and falls with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v2a.model import MOTION_RATE, FeatureTrack, Observations, Span

FEATURE = "motion"
# In picture heights a second: where all that moves lies closer together than this, next to nothing does.
_LITTLE = 0.05
_LOW, _HIGH = 5, 95


@dataclass(frozen=True, slots=True)
class _Film:
    """The movement in a film: its rows, the part of it that counts, and what its clock lacks to the one that is asked."""

    track: FeatureTrack
    part: Span
    shift: Fraction


@dataclass(frozen=True, slots=True)
class Motion:
    """The movement in a film, or in the reels of a programme, on one clock."""

    films: tuple[_Film, ...] = ()

    @classmethod
    def of(cls, seen: Observations, shift: Fraction = Fraction(0)) -> Motion:
        """The movement in one film without its leader; `shift` is what its clock lacks."""
        track = seen.features.get(FEATURE)
        return cls() if track is None else cls((_Film(track, seen.programme, shift),))

    def and_of(self, other: Motion) -> Motion:
        """The movement in both."""
        return Motion(self.films + other.films)

    def over(self, span: Span) -> tuple[float, ...]:
        """The movement in a stretch, from 0 for the stillest to 1 for the liveliest of it; empty where nobody looked.

        Strays, such as what seems to move at a cut, are left out by the middle of each half second, and by the scale,
        which goes from the fifth to the ninety-fifth in a hundred.
        """
        edges = np.arange(int(-(-span.duration * MOTION_RATE // 1)) + 1) / MOTION_RATE + float(span.start)
        speeds = np.full(len(edges) - 1, np.nan)
        for film in self.films:
            own = _speeds(film, edges)
            speeds = np.where(np.isnan(own), speeds, own)
        known = ~np.isnan(speeds)
        if not known.any():
            return ()
        places = np.arange(len(speeds))
        whole = np.interp(places, places[known], speeds[known])
        low, high = np.percentile(whole, [_LOW, _HIGH])
        scaled = np.clip((whole - low) / max(high - low, _LITTLE), 0, 1)
        return tuple(round(float(value), 2) for value in scaled)


def _speeds(film: _Film, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The middle of what moves between each two edges, in picture heights a second; nothing where the film has no rows."""
    clock = film.track.clock()
    rows = np.asarray(film.track.values(), np.float64).reshape(len(clock), -1).mean(axis=1)
    first, last = np.searchsorted(clock, [float(film.part.start), float(film.part.end)])
    times, rows = clock[first:last] + float(film.shift), rows[first:last]
    speeds = np.full(len(edges) - 1, np.nan)
    if len(times) < 2:
        return speeds
    rate = 1 / max(float(np.median(np.diff(times))), 1e-3)
    places = np.searchsorted(times, edges)
    for n, (low, high) in enumerate(pairwise(places)):
        if high > low:
            speeds[n] = np.median(rows[low:high]) * rate
    return speeds
