"""The gaps of a production sound, and for each the pauses of its own place that its tone can be grown from."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.dropouts import FALL, STEPS, WINDOW, Dropout, Levels, dropouts
from v2a.dsp.pauses import Pauses, pauses
from v2a.model import Observations, Scene, Span, nearest

REACH = Fraction(120)
ENOUGH, _RICH, _POOL = 0.25, 1.5, 12.0
_MARGIN, _TICKED = 16, 8
_BORDER = 20
_EDGE = Fraction(1, 4)
_EMPTY = -80.0
_UNVOICED = 0.15
_AWAY = (Fraction(1, 20), Fraction(1, 4))
_LIKE = 4.0
_SLACK = 2.0
_BESIDE = 8.0


@dataclass(frozen=True)
class Gap:
    """Steps of the course from the first to the one after the last that are gone, and the pauses of their place.

    `joined` tells that the next gap begins where this one ends, in another place.
    """

    first: int
    stop: int
    pauses: Pauses | None
    joined: bool = False


@dataclass(frozen=True)
class Heard:
    """The course of the production sound from step `origin` of the film on, and what was observed in the film."""

    levels: Levels
    brightness: Levels
    ticks: NDArray[np.bool_]
    origin: int
    seen: Observations
    holes: tuple[Dropout, ...] = field(init=False)
    _free: NDArray[np.bool_] = field(init=False)
    _between: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holes", tuple(dropouts(self.levels)))
        between = self._without_sounds()
        free = between.copy()
        for speech in self.seen.speech:
            free[self.steps(speech.span)] = False
        object.__setattr__(self, "_free", free)
        object.__setattr__(self, "_between", between & self._unvoiced())

    def steps(self, span: Span) -> slice:
        """The steps whose 20 ms touch a span of the film."""
        first = nearest(span.start * STEPS) - self.origin - WINDOW + 1
        return slice(max(0, first), max(0, nearest(span.end * STEPS) - self.origin))

    def time(self, step: int) -> Fraction:
        """The time in the film at which a step begins."""
        return Fraction(step + self.origin, STEPS)

    def gaps(self) -> Iterator[Gap]:
        """All gaps in order, those without pauses among them; what is no deeper than pauses are is none."""
        for hole in self.holes:
            parts = list(self._parts(hole))
            found = [g for g in parts if self._deep(g, hole, parts)]
            for gap, following in itertools.zip_longest(found, found[1:]):
                joined = following is not None and following.first == gap.stop
                yield replace(gap, joined=joined and None not in (gap.pauses, following.pauses))

    def _deep(self, gap: Gap, hole: Dropout, parts: Sequence[Gap]) -> bool:
        """Whether a gap is far below the tone, and the sound around it is not: what fades away is none."""
        inside = float(self.levels[gap.first : max(gap.first, gap.stop - WINDOW) + 1].max())
        if gap.pauses is None:
            return inside <= _EMPTY
        beside = [hole.before if gap is parts[0] else None, hole.after if gap is parts[-1] else None]
        near = all(each is None or each >= gap.pauses.level - _BESIDE for each in beside)
        return near and inside <= gap.pauses.level - FALL + _SLACK

    def _parts(self, hole: Dropout) -> Iterator[Gap]:
        """A hole, parted at cuts where the tone comes from another place."""
        held = self._held(hole)
        if held is None:
            return
        edges = [held.first, *self._cuts(held), held.stop]
        parts: list[tuple[int, int, Span | None]] = []
        for first, stop in itertools.pairwise(edges):
            place = self._place(first, stop)
            if parts and parts[-1][2] == place:
                parts[-1] = (parts[-1][0], stop, place)
            else:
                parts.append((first, stop, place))
        for first, stop, place in parts:
            yield Gap(first, stop, None if place is None else self._tone(place, first, stop))

    def _held(self, hole: Dropout) -> Gap | None:
        """The hole in steps; where the sound has not begun, or comes no more, only what is in the shot in which it does."""
        whole = Gap(hole.first, hole.last + WINDOW, None)
        if hole.before is not None and hole.after is not None:
            return whole
        time = self.time(whole.first if hole.after is None else whole.stop)
        shot = self.seen.shot_at(time)
        if shot is None:
            return None
        inside = self.seen.shots[shot].span
        first = max(whole.first, nearest(inside.start * STEPS) - self.origin)
        stop = min(whole.stop, nearest(inside.end * STEPS) - self.origin)
        return Gap(first, stop, None) if stop - first >= _EDGE * STEPS else None

    def _cuts(self, gap: Gap) -> list[int]:
        """The steps at which shots or scenes begin, well inside of a gap."""
        spans = (*(shot.span for shot in self.seen.shots), *(scene.span for scene in self.seen.scenes))
        steps = sorted({nearest(span.start * STEPS) - self.origin for span in spans})
        return steps[bisect_left(steps, gap.first + _BORDER) : bisect_right(steps, gap.stop - _BORDER)]

    def _place(self, first: int, stop: int) -> Span | None:
        """Where the tone for some steps is: in their shot if it has plenty, else in their scene, else around it."""
        middle = self.time((first + stop) // 2)
        shot, scene = self.seen.shot_at(middle), self.seen.scene_at(middle)
        if shot is not None and self._found(self.seen.shots[shot].span, first, stop).seconds >= _RICH:
            return self.seen.shots[shot].span
        whole = self.seen.video.span if scene is None else self.seen.scenes[scene].span
        if self._found(whole, first, stop).seconds >= ENOUGH:
            return whole
        return None if scene is None else self._around(scene, first, stop)

    def _around(self, scene: int, first: int, stop: int) -> Span | None:
        """The scenes on both sides of one that has no sound at all, where their tone is one and the same."""
        scenes = self.seen.scenes
        inside = self.steps(scenes[scene].span)
        heard = self.levels[inside.start + WINDOW : inside.stop - WINDOW] > _EMPTY
        if not 0 < scene < len(scenes) - 1 or heard.any():
            return None
        before, after = scenes[scene - 1], scenes[scene + 1]
        levels = [self._found(each.span, first, stop) for each in (before, after)]
        alike = _same_place(before, scenes[scene], after) and abs(levels[0].level - levels[1].level) <= _LIKE
        enough = all(each.seconds >= ENOUGH for each in levels)
        return Span(before.span.start, after.span.end) if alike and enough else None

    def _tone(self, place: Span, first: int, stop: int) -> Pauses:
        return self._found(place, first, stop).nearest((first, stop), _POOL)

    def _found(self, place: Span, first: int, stop: int) -> Pauses:
        """The pauses of a place that are within reach of some steps; between words where nobody ever stops talking."""
        inside = self.steps(place)
        reach = int(REACH * STEPS)
        low, high = max(inside.start, first - reach), min(inside.stop, stop + reach, len(self.levels))
        for free in (self._free, self._between):
            found = pauses(self.levels[low:high], self.brightness[low:high], free[low:high])
            if found.seconds >= ENOUGH:
                break
        return replace(found, runs=[(a + low, b + low) for a, b in found.runs])

    def _without_sounds(self) -> NDArray[np.bool_]:
        """The steps without music, ticks and the beginning of any sound, and away from holes."""
        seen, free = self.seen, np.ones(len(self.levels), np.bool_)
        for tick in np.flatnonzero(self.ticks).tolist():
            free[max(0, tick - _TICKED) : tick + _TICKED] = False
        for hole in self.holes:
            free[max(0, hole.first - _MARGIN) : hole.last + _MARGIN] = False
        before, after = _AWAY
        times = (*(o.time for o in seen.onsets), *(m.time for m in seen.moments))
        begun = (Span(time - before, time + after) for time in times)
        for span in (*begun, *(m.span for m in seen.music), *(each.span for each in seen.lost)):
            free[self.steps(span)] = False
        return free

    def _unvoiced(self) -> NDArray[np.bool_]:
        """The steps in which the voice detector, where it was asked, hears nobody."""
        voice = self.seen.features.get("voice")
        if voice is None or voice.rate is None:
            return np.zeros(len(self.levels), np.bool_)
        rows = voice.values()
        at = (np.arange(len(self.levels)) + self.origin + WINDOW / 2) / STEPS * float(voice.rate)
        return np.asarray(rows[np.minimum(at.astype(np.int64), len(rows) - 1)] < _UNVOICED)


def _same_place(*scenes: Scene) -> bool:
    return len({scene.interior for scene in scenes if scene.interior is not None}) < 2


def seconds_of(gaps: Sequence[Gap]) -> float:
    """How long the pauses of some gaps are together, each counted once."""
    steps = {run for gap in gaps if gap.pauses is not None for run in gap.pauses.runs}
    covered, end, total = sorted(steps), -1, 0
    for first, stop in covered:
        total += max(0, stop + WINDOW - 1 - max(first, end))
        end = max(end, stop + WINDOW - 1)
    return total / STEPS
