"""Music cut to its cue: which bars of it are played when, stretched so that its beats fall on those of the tempo map.

The map is the cue's own where the music's tempo lies near enough; else one is searched at the music's tempo, so that the hit
points decide. Music without a plain beat is never stretched to one: it goes over into itself where that is heard least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.bending import bent
from v2a.dsp.cuts import Cut, Measure, Run, cut
from v2a.dsp.form import form
from v2a.dsp.seams import Seam, seam
from v2a.dsp.songs import Song, counted
from v2a.interfaces import Store
from v2a.model import Anchor, Cue, Hit, MusicEdit, Passage, Span, Take, TempoMap, Timing, nearest
from v2a.stages.arranging.fitting import place_to_end
from v2a.stages.arranging.marks import strong
from v2a.stages.arranging.ringing import rung
from v2a.stages.arranging.songs import song_of
from v2a.stages.scoring.timing import Timings, searched

_RATE = 48_000
_SHORTEST = 4.0
_PLAIN = 0.3
_BASE, _DRIFT, _STEP = 0.02, 0.02, 0.01
_LEAD, _UNDER, _AMBIENT = 0.015, 0.12, 1.0
_OPENING = 0.05
_HELD, _HEAVIEST, _FIRST = 0.4, 8.0, 4.0
_EARLY, _FRAMES = 0.01, 2
_RUNG, _WHOLE = Fraction(1, 50), 0.02
_CLOSE = 0.05
_OVER, _APART = 0.5, 0.015

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Editor:
    """Cuts music to cues: what it is timed to, how far it may be stretched, as a part of it, how far before its cue's end it
    may end for want of a better place, and where it is remembered.
    """

    timings: Timings
    most: float
    reach: Fraction = Fraction(3, 2)
    store: Store | None = None

    def edit(self, cue: Cue, take: Take) -> MusicEdit | None:
        """How a take of music is cut to its cue; nothing where it is too short for that, or as long as the cue already."""
        length = float(cue.span.duration)
        if length < _SHORTEST or take.sound.duration < _SHORTEST:
            return None
        song = song_of(take, self.store)
        if not song.beaten or song.sure < _PLAIN:
            return self._beatless(song, take, cue)
        timing = self.timings.of(cue)
        other = counted(song, _pace(timing.tempo, cue))
        song = other if self._follows(other, cue, timing) else song
        ways = [timing.tempo] if self._follows(song, cue, timing) else [self._own(song, cue, timing)]
        set_on = [self._set(song, take, timing.hits, tempo, length) for tempo in ways]
        if ways[0] == timing.tempo and set_on[0][0] > _APART:
            set_on.append(self._set(song, take, timing.hits, self._own(song, cue, timing), length))
        return min(set_on, key=lambda one: one[0])[1]

    def _set(
        self, song: Song, take: Take, hits: Sequence[Hit], tempo: TempoMap, length: float
    ) -> tuple[float, MusicEdit | None]:
        """A song set on the beats of a map, and how far from them it stays, but for a twentieth."""
        measure = _measure(tempo, hits, song, length)
        found = cut(song, form(song.sounds), measure)
        if found is None:
            return np.inf, None
        splicer = _Splicer(song, measure, self.most, self._frame)
        made = splicer.edit(found, [float(h.time) for h in strong(hits)])
        if made.ending == "bar":
            made = rung(made, take, splicer.strike(found))
        return splicer.apart(found), replace(made, follows=tempo)

    def _beatless(self, song: Song, take: Take, cue: Cue) -> MusicEdit | None:
        """Music without a plain beat: left and entered again where that is heard least, else ended where it may end."""
        length = float(cue.span.duration)
        found = seam(song, length)
        if found is not None:
            return _gone_over(song, found, length)
        begin = _grid(max(0.0, song.opens - _OPENING))
        if song.ends - float(begin) <= length + _OVER:
            return None
        end = begin + cue.span.duration
        if not cue.fade_out and "span" not in cue.pinned:
            end = place_to_end(take, end, min(self.reach, cue.span.duration / 4))
        stop = _grid(float(end - begin))
        return MusicEdit((Passage(Span(begin, begin + stop), Span(Fraction(0), stop)),))

    def _follows(self, song: Song, cue: Cue, timing: Timing) -> bool:
        """Whether the tempo of music comes near enough to the cue's map to be set on it."""
        own = float(song.tempo or 0.0)
        tempi = [m.bpm for m in timing.tempo.marks if m.time < cue.span.duration]
        return all(abs(bpm / own - 1) <= self.most for bpm in [_pace(timing.tempo, cue), *tempi])

    def _own(self, song: Song, cue: Cue, timing: Timing) -> TempoMap:
        """A map at the music's own tempo, which lands what it can of the hit points."""
        own = float(song.tempo or 0.0)
        seen = self.timings.seen
        asked = replace(
            cue, tempo=f"{own / (1 + _BASE):.2f}:{own * (1 + _BASE):.2f}", meter=f"{song.meter}/4"
        )
        limits = self.timings.options.limits_of(asked, None if seen is None else seen.video)
        limits = replace(limits, drift=min(limits.drift, _DRIFT), step=min(limits.step, _STEP))
        return searched(timing.hits, cue.span.duration, limits, self.store)

    @property
    def _frame(self) -> float:
        """How long a frame lasts."""
        seen = self.timings.seen
        return 1 / 24 if seen is None else float(1 / seen.video.frame_rate)


def _pace(tempo: TempoMap, cue: Cue) -> float:
    """The tempo of a map over a cue, in beats a minute."""
    return float(60 * (tempo.beat(cue.span.duration) - tempo.beat(Fraction(0))) / cue.span.duration)


def _measure(tempo: TempoMap, hits: Sequence[Hit], song: Song, length: float) -> Measure:
    """The beats of a map from the start of a cue to a few bars behind its end, and the hit points on them."""
    first = int(-(-tempo.beat(-Fraction(1, 1000)) // 1))
    last = int(tempo.beat(Fraction(nearest(Fraction(length) * _RATE), _RATE))) + 4 * song.meter + 2
    numbers = np.arange(first, last + 1)
    times = np.maximum(tempo.seconds(numbers.astype(np.float64)), 0.0)
    firsts = np.ones(len(numbers), bool)
    if tempo.meter.beats % song.meter == 0 or song.meter % tempo.meter.beats == 0:
        firsts = np.array([tempo.first(int(n)) for n in numbers])
    weights = np.zeros(len(numbers))
    for hit in hits:
        beat = int(np.abs(times - float(hit.time)).argmin())
        if abs(times[beat] - float(hit.time)) < _UNDER:
            weights[beat] += hit.weight
    return Measure(times, firsts, weights, length)


@dataclass(frozen=True)
class _Splicer:
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
        downbeats = np.concatenate([self._downbeats(run, course) for run, course in zip(found.runs, courses)])
        ending = found.ending
        if ending == "own" and courses[-1].heard(self.song.ends) > self.measure.length + _WHOLE:
            ending = "bar"
        return MusicEdit(
            tuple(kept),
            self.song.tempo,
            tuple(run.first + 1 for run in found.runs[1:]),
            ending,
            _RUNG if ending == "own" else Fraction(0),
            len(hits),
            sum(_lands(downbeats - hit, self.frame) for hit in hits),
        )

    def strike(self, found: Cut) -> Fraction:
        """When the last beat is struck that rings out, in the song's own time."""
        at = self.song.beats[self.song.firsts[found.runs[-1].last - 1]]
        own = self.song.ending if found.ending == "own" else None
        return _grid(at if own is None else max(at, own))

    def apart(self, found: Cut) -> float:
        """How far the beats that are heard lie from those of the measure, but for a twentieth of them."""
        late = [
            np.abs(course.target - self.measure.times[run.beat : run.beat + len(course.target)])
            for run, course in zip(found.runs, self._courses(found))
        ]
        return float(np.quantile(np.concatenate(late), 0.95))

    def _courses(self, found: Cut) -> list[_Course]:
        return [self._course(run) for run in found.runs]

    def _course(self, run: Run) -> _Course:
        """When the beats of a run are heard, the one behind it included."""
        song, measure = self.song, self.measure
        first = song.firsts[run.first]
        behind = song.firsts[run.last] if run.last < len(song.firsts) else first + 10**6
        count = min(behind - first, len(song.beats) - 1 - first, len(measure.times) - 1 - run.beat)
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
        source = Span(
            _grid(max(0.0, course.played(start))), _grid(min(self.song.seconds, course.played(end)))
        )
        target = Span(_grid(start), _grid(end))
        inside = (course.source > float(source.start) + _CLOSE) & (course.source < float(source.end) - _CLOSE)
        anchors = tuple(
            Anchor(_grid(float(s)), _grid(float(t)))
            for s, t in zip(course.source[inside], course.target[inside])
        )
        room = 0.0 if number == 0 else float(course.target[0] - courses[number - 1].target[0]) / 2
        return Passage(source, target, anchors, _grid(max(0.0, min(_UNDER, float(source.start), room))))

    def _entry(self, course: _Course) -> float:
        """When music begins: with what comes before its first bar, as far as there is any."""
        before = float(course.source[0]) - max(0.0, self.song.opens - _OPENING)
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


def _gone_over(song: Song, found: Seam, length: float) -> MusicEdit:
    """Music that goes over into itself at a seam."""
    begin = max(0.0, song.opens - _OPENING)
    passages: list[Passage] = []
    at = 0.0
    for start, end in _stretches(found, begin, song.ends):
        stop = min(length, at + end - start)
        under = min(_AMBIENT, start) if passages else 0.0
        passages.append(Passage(_span(start, start + stop - at), _span(at, stop), (), _grid(under)))
        at = stop
    own = song.ending is not None
    return MusicEdit(tuple(passages), ending="own" if own else "fade", fade=_RUNG if own else Fraction(0))


def _stretches(found: Seam, begin: float, ends: float) -> list[tuple[float, float]]:
    middle = [(found.into, found.out)] * (found.times - 1)
    return [(begin, found.out), *middle, (found.into, ends)]


def _span(start: float, end: float) -> Span:
    return Span(_grid(start), _grid(end))


def _grid(time: float) -> Fraction:
    return Fraction(nearest(Fraction(time) * _RATE), _RATE)
