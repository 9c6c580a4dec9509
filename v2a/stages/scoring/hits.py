"""The hit points of a film: its cuts, scenes and moments, and the user's own marks, each with what it weighs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.model import Hit, MomentKind, Observations, Span, Transition

_CUTS: Mapping[Transition, float] = {"cut": 1.0, "dissolve": 0.4, "fade": 0.4, "wipe": 0.6}
_SCENE = 2.0
_MOMENTS: Mapping[MomentKind, float] = {
    "impact": 3.0,
    "mark": 3.0,
    "contact": 2.0,
    "flash": 2.0,
    "stop": 1.5,
    "start": 1.0,
    "cut": 1.0,
    "turn": 0.7,
}
_LEAST = 0.1


@dataclass(frozen=True)
class Points:
    """All that may be hit in a film, in order of time, and how long a frame of it lasts.

    A plain cut weighs 1, where a scene begins 2; a moment weighs what its kind does, times its strength and its
    confidence. Marks weigh what the user says, ten cuts where he says nothing.
    """

    hits: tuple[Hit, ...]
    frame: Fraction

    @classmethod
    def of(cls, seen: Observations, marks: Sequence[Hit]) -> Points:
        """Those of what was seen, and the user's own."""
        found = [*_cuts(seen), *_scenes(seen), *_moments(seen), *marks]
        heavy = (hit for hit in found if hit.weight >= _LEAST)
        return cls(
            tuple(sorted(heavy, key=lambda h: (h.time, -h.weight, h.kind, h.name))),
            1 / seen.video.frame_rate,
        )

    def within(self, span: Span) -> tuple[Hit, ...]:
        """The hit points in a stretch; of those within one frame the heaviest."""
        first, last = (bisect_left(self.hits, time, key=lambda h: h.time) for time in (span.start, span.end))
        return tuple(_apart(self.hits[first:last], self.frame))


def hits_of(seen: Observations, marks: Sequence[Hit], span: Span) -> tuple[Hit, ...]:
    """The hit points in a stretch of a film, in order of time."""
    return Points.of(seen, marks).within(span)


def local(hits: Iterable[Hit], start: Fraction) -> tuple[Hit, ...]:
    """Hit points in the time of a cue that begins at `start`."""
    return tuple(replace(hit, time=hit.time - start) for hit in hits)


def _cuts(seen: Observations) -> Iterator[Hit]:
    for shot in seen.shots:
        weight = _CUTS.get(shot.transition_in, 0.0) * shot.confidence
        yield Hit(shot.span.start, round(weight, 3), "cut")


def _scenes(seen: Observations) -> Iterator[Hit]:
    for scene in seen.scenes[1:]:
        yield Hit(scene.span.start, round(_SCENE * scene.confidence, 3), "scene")


def _moments(seen: Observations) -> Iterator[Hit]:
    for moment in seen.moments:
        weight = _MOMENTS.get(moment.kind, 1.0) * moment.strength * moment.confidence
        yield Hit(moment.time, round(weight, 3), "moment", moment.kind)


def _apart(hits: Iterable[Hit], frame: Fraction) -> Iterator[Hit]:
    """Of those that lie within one frame the heaviest, and a mark before all else."""
    kept: list[Hit] = []
    for hit in hits:
        if kept and hit.time - kept[-1].time < frame:
            kept[-1] = max(kept[-1], hit, key=lambda h: (h.kind == "mark", h.weight))
        else:
            kept.append(hit)
    yield from kept
