"""What a model is asked about at once: a scene, or a part of a long one between two cuts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import v2a

_SHORTEST = Fraction(1, 25)


@dataclass(frozen=True, slots=True)
class Ask:
    """A stretch of one scene: the scene's number and place, and which of how many parts of it this is."""

    scene: int
    place: v2a.Scene
    span: v2a.Span
    part: int = 0
    parts: int = 1

    @property
    def name(self) -> str:
        """What a user calls it; scenes are counted from 1."""
        part = f", part {self.part + 1} of {self.parts}" if self.parts > 1 else ""
        return f"scene {self.scene + 1}{part}"

    def local(self, time: Fraction) -> float:
        """A time of the film in seconds from where this stretch begins."""
        return round(float(time - self.span.start), 2)


def scenes_of(seen: v2a.Observations) -> tuple[v2a.Scene, ...]:
    """Scenes without gaps from the film's start to its end; a film without scenes is one."""
    film = seen.video.span
    found = sorted((s for s in seen.scenes if s.span.start < film.end), key=lambda s: s.span)
    if not found:
        return (v2a.Scene(film, tuple(range(len(seen.shots))), confidence=0.0),)
    starts = [film.start, *(max(film.start, s.span.start) for s in found[1:])]
    ends = [*starts[1:], film.end]
    return tuple(
        replace(scene, span=v2a.Span(start, end))
        for scene, start, end in zip(found, starts, ends, strict=True)
        if start < end
    )


def asks_of(request: v2a.PlanRequest, longest: Fraction) -> tuple[Ask, ...]:
    """All that is asked, in order of time: the scenes in the part to be spotted, none longer than `longest` seconds."""
    seen = request.observations
    scope = request.span.intersection(seen.video.span) if request.span else seen.video.span
    asks: list[Ask] = []
    for number, scene in enumerate(scenes_of(seen)):
        inside = scene.span.intersection(scope) if scope else None
        if inside is None or inside.duration < _SHORTEST:
            continue
        parts = _parts(inside, [s.span.start for s in seen.shots], longest)
        asks += [Ask(number, scene, part, n, len(parts)) for n, part in enumerate(parts)]
    return tuple(asks)


def _parts(span: v2a.Span, cuts: Sequence[Fraction], longest: Fraction) -> list[v2a.Span]:
    """A stretch in even parts that end at the cuts nearest to where they would, if one is near."""
    count = -(-span.duration // longest)
    even = span.duration / count
    edges = [span.start]
    for n in range(1, count):
        wanted = span.start + n * even
        near = [cut for cut in cuts if abs(cut - wanted) <= even / 4]
        edges.append(min(near, key=lambda cut: (abs(cut - wanted), cut), default=wanted))
    return [v2a.Span(*pair) for pair in itertools.pairwise((*edges, span.end))]
