"""The film as the planner sees it: its clock, its scenes and shots, its moments in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.darkness import dark
from v2a.interfaces.planner import PlanRequest
from v2a.model.observations import Moment, MomentKind, Observations, Scene, Shot
from v2a.model.time import Span
from v2a.model.timecode import Timecode


@dataclass(frozen=True)
class Film:
    """What the planner works on; `scope` is the part of the film that is to be spotted, `dark` is where nothing is seen.

    `clock` and `scene_clock` are the same times as `times` and `scene_starts`, as floats, which are quick to search.
    """

    duration: Fraction
    frame: Fraction
    timecode: Timecode | None
    scope: Span
    shots: tuple[Shot, ...]
    scenes: tuple[Scene, ...]
    moments: tuple[Moment, ...]
    times: tuple[Fraction, ...]
    scene_starts: tuple[Fraction, ...]
    clock: tuple[float, ...]
    scene_clock: tuple[float, ...]
    dark: tuple[Span, ...] = ()

    @classmethod
    def of(cls, request: PlanRequest) -> Film:
        """The film of a request; one without scenes is one scene."""
        seen = request.observations
        video = seen.video
        whole = video.span
        scope = (request.span.intersection(whole) if request.span else whole) or Span(
            whole.start, whole.start
        )
        moments = tuple(sorted(_moments(request), key=lambda m: (m.time, m.kind, -m.strength, m.x)))
        moments = tuple(m for m in moments if scope.contains(m.time))
        scenes = _covering(seen, video.duration)
        return cls(
            duration=video.duration,
            frame=1 / video.frame_rate,
            timecode=video.start_timecode,
            scope=scope,
            shots=tuple(sorted(seen.shots, key=lambda s: s.span)),
            scenes=scenes,
            moments=moments,
            times=tuple(m.time for m in moments),
            scene_starts=tuple(s.span.start for s in scenes),
            clock=tuple(float(m.time) for m in moments),
            scene_clock=tuple(float(s.span.start) for s in scenes),
            dark=dark(seen),
        )

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """The times of the cuts in seconds; where the film begins is none."""
        return tuple(s.span.start for s in self.shots if s.transition_in != "start" and s.span.start > 0)

    def scene_at(self, time: Fraction) -> int:
        """The position of the scene at a time."""
        return max(0, bisect_right(self.scene_clock, float(time)) - 1)

    def shot_at(self, time: Fraction) -> Shot | None:
        """The shot on screen at a time."""
        at = bisect_right(self.shots, time, key=lambda s: s.span.start) - 1
        return self.shots[at] if at >= 0 else None

    def shot_starting(self, time: Fraction) -> Shot | None:
        """The shot that begins at a time."""
        at = bisect_left(self.shots, time, key=lambda s: s.span.start)
        return self.shots[at] if at < len(self.shots) and self.shots[at].span.start == time else None

    def within(self, span: Span) -> range:
        """The positions of the moments inside a span."""
        return range(bisect_left(self.clock, float(span.start)), bisect_left(self.clock, float(span.end)))

    def clamped(self, span: Span) -> Span | None:
        """The part of a span that is to be spotted, or nothing."""
        return span.intersection(self.scope)


def _moments(request: PlanRequest) -> Sequence[Moment]:
    """The moments of the picture; where the production sound is a guide, its onsets too."""
    seen = (*request.observations.moments, *_cut_moments(request))
    if request.original != "guide":
        return seen
    times = sorted(m.time for m in seen)
    close = Fraction(60, 1000)
    heard = []
    for onset in request.observations.onsets:
        at = bisect_left(times, onset.time - close)
        if at < len(times) and times[at] <= onset.time + close:
            continue
        strength = min(1.0, max(0.0, onset.strength))
        kind: MomentKind = "impact" if strength >= 0.5 else "contact"
        heard.append(Moment(onset.time, kind, strength, confidence=0.5 + strength / 2))
    return (*seen, *heard)


def _cut_moments(request: PlanRequest) -> list[Moment]:
    """A moment on every cut that observers name as a shot's start only."""
    named = {m.time for m in request.observations.moments if m.kind == "cut"}
    cuts = [s for s in request.observations.shots if s.transition_in != "start" and s.span.start > 0]
    return [Moment(s.span.start, "cut", 0.7, s.confidence) for s in cuts if s.span.start not in named]


def _covering(seen: Observations, duration: Fraction) -> tuple[Scene, ...]:
    """Scenes without gaps from the film's start to its end."""
    scenes = sorted((s for s in seen.scenes if s.span.start < duration), key=lambda s: s.span)
    if not scenes:
        return (Scene(Span(Fraction(0), duration), tuple(range(len(seen.shots))), confidence=0.0),)
    starts = [Fraction(0), *(max(Fraction(0), s.span.start) for s in scenes[1:])]
    ends = [*starts[1:], duration]
    return tuple(
        replace(scene, span=Span(start, end))
        for scene, start, end in zip(scenes, starts, ends)
        if start < end
    )
