"""How far moments bear each other out: steps, blows and bounces come in even beats, chance does not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

_SHORTEST, _LONGEST = 0.25, 1.3
_UNEVEN = 0.12
_LOWEST, _HIGHEST = -4.0, 2.0
_BEATS = (-2, -1, 1, 2)
_MISSED = 1


def support(times: Sequence[float], odds: Sequence[float]) -> list[float]:
    """For each of some times in order: how likely others are in the evenest beat that it can belong to.

    It is 0 where there are none, and 1 where those before and after are as good as sure; one beat of four may be
    missed, as at a beginning. `odds` are logarithms.
    """
    return [
        max((_beaten(times, odds, n, gap) for gap in _gaps(times, n)), default=0.0) for n in range(len(times))
    ]


def _gaps(times: Sequence[float], n: int) -> Iterator[float]:
    """The beats a time can have with one of those around it."""
    low, high = bisect_left(times, times[n] - _LONGEST), bisect_right(times, times[n] + _LONGEST)
    return (gap for m in range(low, high) if (gap := abs(times[m] - times[n])) >= _SHORTEST)


def _beaten(times: Sequence[float], odds: Sequence[float], n: int, gap: float) -> float:
    found = []
    for beat in _BEATS:
        at, slack = times[n] + beat * gap, _UNEVEN * gap
        near = range(bisect_left(times, at - slack), bisect_right(times, at + slack))
        best = max((odds[m] for m in near if m != n), default=_LOWEST)
        found.append((min(max(best, _LOWEST), _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST))
    return sum(sorted(found)[_MISSED:]) / (len(_BEATS) - _MISSED)
