"""The film in order of time, searched quickly: its shots, and the instants on which a sound may land."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import v2a

_DRAW = 0.1
_TOGETHER = Fraction(6, 100)


@dataclass(frozen=True, slots=True)
class Film:
    """Shots and moments; cuts are no moments here, and where the production sound is a guide its onsets are."""

    video: v2a.Video
    reels: tuple[v2a.Reel, ...] = ()
    shots: tuple[v2a.Shot, ...] = ()
    moments: tuple[v2a.Moment, ...] = ()

    @classmethod
    def of(cls, request: v2a.PlanRequest) -> Film:
        """The film of a request."""
        seen = request.observations
        shots = tuple(sorted(seen.shots, key=_start))
        moments = tuple(sorted((m for m in seen.moments if m.kind != "cut"), key=_time))
        if request.original == "guide":
            heard = [_moment(o) for o in seen.onsets if not _near(moments, o.time, _TOGETHER)]
            moments = tuple(sorted((*moments, *heard), key=_time))
        return cls(seen.video, seen.reels, shots, moments)

    def shots_in(self, span: v2a.Span) -> Sequence[v2a.Shot]:
        """The shots that a stretch has a part of."""
        first = max(0, bisect_right(self.shots, span.start, key=_start) - 1)
        found = self.shots[first : bisect_left(self.shots, span.end, key=_start)]
        return [shot for shot in found if shot.span.overlaps(span)]

    def shot_at(self, time: Fraction) -> v2a.Shot | None:
        """The shot on screen at a time."""
        at = bisect_right(self.shots, time, key=_start) - 1
        return self.shots[at] if at >= 0 else None

    def moments_in(self, span: v2a.Span) -> Sequence[v2a.Moment]:
        """The moments inside a stretch."""
        first, last = (bisect_left(self.moments, time, key=_time) for time in (span.start, span.end))
        return self.moments[first:last]

    def moment_near(self, time: Fraction, reach: Fraction, within: v2a.Span) -> v2a.Moment | None:
        """The moment that a sound at about this time most likely belongs to: a near one, and rather a strong one."""
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


def _start(shot: v2a.Shot) -> Fraction:
    return shot.span.start
