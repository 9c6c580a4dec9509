"""The instants on which a sound may land: moments of the picture, and where the production sound is a guide its onsets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import v2a

_DRAW = 0.1
_TOGETHER = Fraction(6, 100)


@dataclass(frozen=True, slots=True)
class Instants:
    """Moments in order of time, cuts left out."""

    moments: tuple[v2a.Moment, ...] = ()

    @classmethod
    def of(cls, request: v2a.PlanRequest) -> Instants:
        """All instants of a film."""
        seen = tuple(sorted((m for m in request.observations.moments if m.kind != "cut"), key=_time))
        if request.original != "guide":
            return cls(seen)
        heard = (
            _moment(onset) for onset in request.observations.onsets if not _near(seen, onset.time, _TOGETHER)
        )
        return cls(tuple(sorted((*seen, *heard), key=_time)))

    def within(self, span: v2a.Span) -> Sequence[v2a.Moment]:
        """Those inside a stretch."""
        first, last = (bisect_left(self.moments, time, key=_time) for time in (span.start, span.end))
        return self.moments[first:last]

    def nearest(self, time: Fraction, reach: Fraction, within: v2a.Span) -> v2a.Moment | None:
        """The one that a sound at about this time most likely belongs to: a near one, and rather a strong one."""
        near = [moment for moment in _near(self.moments, time, reach) if within.contains(moment.time)]
        return min(near, key=lambda m: (abs(float(m.time - time)) - _DRAW * m.strength, m.time), default=None)


def _near(moments: Sequence[v2a.Moment], time: Fraction, reach: Fraction) -> Sequence[v2a.Moment]:
    first = bisect_left(moments, time - reach, key=_time)
    return moments[first : bisect_right(moments, time + reach, key=_time)]


def _moment(onset: v2a.Onset) -> v2a.Moment:
    strength = max(0.0, min(1.0, onset.strength))
    return v2a.Moment(onset.time, "impact", strength, 0.5 + strength / 2)


def _time(moment: v2a.Moment) -> Fraction:
    return moment.time
