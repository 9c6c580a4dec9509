"""Runs of bars as passages of a take: when each beat is heard, where one passage takes over from another, what lands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.bending import bent
from v2a.dsp.cuts import Cut, Measure, Run
from v2a.dsp.songs import Song
from v2a.model import Anchor, Hit, MusicEdit, Passage, Span, nearest

OPENING = 0.05
_RATE = 48_000
_LEAD, _UNDER = 0.015, 0.12
_HELD, _HEAVIEST, _FIRST = 0.4, 8.0, 4.0
_EARLY, _FRAMES = 0.01, 2
RUNG = Fraction(1, 50)
_WHOLE, _CLOSE = 0.02, 0.05
_FADED = 1.5

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Splicer:
    """Turns runs of bars into passages."""

    song: Song
    measure: Measure
    most: float
    frame: float

    def edit(self, found: Cut, hits: Sequence[float]) -> MusicEdit:
        """The passages of a cut, with crossfades before the beats at which they begin."""
        courses = self._courses(found)
        passages = [self._passage(n, courses) for n in range(len(courses))]
        kept = [p for p in passages if p.target.duration > 0]
        beats, downbeats = self._heard(found)
        ending, over = found.ending, courses[-1].heard(self.song.ends) - self.measure.length
        if ending == "own" and over > self.song.faint + _WHOLE:
            ending = "bar"
        return MusicEdit(
            tuple(kept),
            self.song.tempo,
            tuple(run.first + 1 for run in found.runs[1:]),
            ending,
            self._fade(courses[-1], over) if ending == "own" else Fraction(0),
            len(hits),
            sum(_lands(beats - hit, self.frame) for hit in hits),
            sum(_lands(downbeats - hit, self.frame) for hit in hits),
        )

    def _fade(self, course: _Course, over: float) -> Fraction:
        """How long the song's own ending is faded that is heard beyond its cue for some seconds, which are faint."""
        if over <= _WHOLE:
            return RUNG
        struck = course.heard(self.song.ends if self.song.ending is None else self.song.ending)
        return grid(min(_FADED, (self.measure.length - struck) / 2))

    def strike(self, found: Cut) -> Fraction:
        """When the last beat is struck that rings out, in the song's own time."""
        at = self.song.beats[self.song.firsts[found.runs[-1].last - 1]]
        own = self.song.ending if found.ending == "own" else None
        return grid(at if own is None else max(at, own))

    def landed(self, found: Cut, hits: Sequence[Hit]) -> float:
        """The share of what hits weigh that beats land on; the first beat of a bar counts for half as much more."""
        beats, downbeats = self._heard(found)
        total = sum(hit.weight for hit in hits)
        return sum(
            hit.weight / total * share
            for hit in hits
            for heard, share in ((beats, 1.0), (downbeats, 0.5))
            if _lands(heard - float(hit.time), self.frame)
        )

    def apart(self, found: Cut) -> float:
        """How far the beats that are heard lie from those of the measure, but for a twentieth of them."""
        late = [
            np.abs(course.target - self.measure.times[run.beat : run.beat + len(course.target)])
            for run, course in zip(found.runs, self._courses(found))
        ]
        return float(np.quantile(np.concatenate(late), 0.95))

    def _heard(self, found: Cut) -> tuple[Curve, Curve]:
        """When beats are heard, and when the first beats of bars."""
        courses = self._courses(found)
        downbeats = [self._downbeats(run, course) for run, course in zip(found.runs, courses)]
        return np.concatenate([course.target for course in courses]), np.concatenate(downbeats)

    def _courses(self, found: Cut) -> list[_Course]:
        nexts = [run.beat for run in found.runs[1:]]
        return [self._course(run, until) for run, until in zip(found.runs, [*nexts, len(self.measure.times)])]

    def _course(self, run: Run, until: int) -> _Course:
        """When the beats of a run are heard up to a beat of the measure, the one behind it included."""
        song, measure = self.song, self.measure
        first = song.firsts[run.first]
        behind = song.firsts[run.last] if run.last < len(song.firsts) else first + 10**6
        count = min(
            behind - first, len(song.beats) - 1 - first, until - run.beat, len(measure.times) - 1 - run.beat
        )
        source = np.array(song.beats[first : first + count + 1])
        wanted = measure.times[run.beat : run.beat + count + 1]
        weights = 1 + np.minimum(_HEAVIEST, _HELD * measure.hits[run.beat : run.beat + count + 1])
        weights[[0, -1]] *= _FIRST
        return _Course(source, bent(source, wanted, weights, self.most))

    def _passage(self, number: int, courses: Sequence[_Course]) -> Passage:
        """One run as a passage: from where it comes in to where the next does."""
        course = courses[number]
        start = self._entry(course) if number == 0 else float(course.target[0]) - _LEAD
        if number + 1 < len(courses):
            end = float(courses[number + 1].target[0]) - _LEAD
        else:
            end = min(self.measure.length, course.heard(self.song.ends))
        start, end = (max(0.0, t) for t in (start, max(start, end)))
        source = Span(grid(max(0.0, course.played(start))), grid(min(self.song.seconds, course.played(end))))
        target = Span(grid(start), grid(end))
        inside = (course.source > float(source.start) + _CLOSE) & (course.source < float(source.end) - _CLOSE)
        anchors = tuple(
            Anchor(grid(float(s)), grid(float(t)))
            for s, t in zip(course.source[inside], course.target[inside])
        )
        room = 0.0 if number == 0 else float(course.target[0] - courses[number - 1].target[0]) / 2
        return Passage(source, target, anchors, grid(max(0.0, min(_UNDER, float(source.start), room))))

    def _entry(self, course: _Course) -> float:
        """When music begins: with what comes before its first bar, as far as there is any."""
        before = float(course.source[0]) - max(0.0, self.song.opens - OPENING)
        return max(0.0, float(course.target[0]) - max(0.0, before))

    def _downbeats(self, run: Run, course: _Course) -> Curve:
        """When the first beats of a run's bars are heard."""
        firsts = np.array(self.song.firsts[run.first : run.last]) - self.song.firsts[run.first]
        return np.asarray(course.target[firsts[firsts < len(course.target)]])


@dataclass(frozen=True, eq=False)
class _Course:
    """Beats in seconds of the music, and when they are heard; beyond them time runs as it did."""

    source: Curve
    target: Curve

    def heard(self, time: float) -> float:
        """When a time of the music is heard."""
        return _run(time, self.source, self.target)

    def played(self, time: float) -> float:
        """What time of the music is heard then."""
        return _run(time, self.target, self.source)


def _run(time: float, given: Curve, other: Curve) -> float:
    inside = float(np.interp(time, given, other))
    return inside + min(0.0, time - float(given[0])) + max(0.0, time - float(given[-1]))


def _lands(late: Curve, frame: float) -> bool:
    return bool(((late >= -_EARLY) & (late <= _FRAMES * frame + _EARLY)).any())


def grid(time: float) -> Fraction:
    """A time on the grid of the mix, in seconds."""
    return Fraction(nearest(Fraction(time) * _RATE), _RATE)
