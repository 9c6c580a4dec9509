"""A tempo map as a MIDI file can say it: whole ticks, and whole microseconds a quarter note.

A quarter note of whole microseconds is up to half of one off, which would be 4 ms in an hour; so each stretch makes good
what the ones before it left over, and no stretch is long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from v2a.errors import DocumentError
from v2a.model import Meter, TempoMap, nearest, to_seconds

_QUARTER = 960
_FINEST = 15_360
_MOST = 10_000_000
_LONGEST = 256
_SLOWEST = 0xFFFFFF
_SECOND = 1_000_000
_TICK = Fraction(3, 2000)
_UNHEARD = Fraction(1, 2000)


@dataclass(frozen=True, slots=True)
class Tempo:
    """From this tick on a quarter note lasts so many microseconds; `passed` says when that is, in parts of a microsecond
    as many as a quarter note has ticks."""

    tick: int
    micros: int
    passed: int


@dataclass(frozen=True, slots=True)
class Metered:
    """From this tick on, which begins a bar, the bars are of this meter."""

    tick: int
    meter: Meter


@dataclass(frozen=True, slots=True)
class Ruler:
    """The bars, beats and ticks of a file: its first tick is at `start`, in seconds of the cue, and `end` is the cue's.

    `clicks` are the ticks of the beats before the cue.
    """

    resolution: int
    start: Fraction
    tempi: tuple[Tempo, ...]
    meters: tuple[Metered, ...]
    clicks: tuple[int, ...]
    end: int

    def tick(self, time: float | Fraction) -> int:
        """The tick that is played nearest to a time of the cue; the first one for what lies before the file."""
        wanted = float((to_seconds(time) - self.start) * _SECOND * self.resolution)
        last = self.tempi[max(0, bisect_right(self.tempi, wanted, key=lambda t: t.passed) - 1)]
        return max(0, last.tick + round((wanted - last.passed) / last.micros))

    def seconds(self, tick: int) -> Fraction:
        """When a tick is played, in seconds of the cue."""
        last = self.tempi[max(0, bisect_right(self.tempi, tick, key=lambda t: t.tick) - 1)]
        passed = last.passed + (tick - last.tick) * last.micros
        return self.start + Fraction(passed, _SECOND * self.resolution)


@dataclass(frozen=True, slots=True)
class _Course:
    """Where the quarter notes of a file lie: `lead` of them run up to the beat `first`, behind them is the map."""

    tempo: TempoMap
    start: Fraction
    lead: Fraction
    first: Fraction

    @property
    def quarters(self) -> Fraction:
        """How many quarter notes a beat has."""
        return Fraction(4 * self.tempo.meter.pulse, self.tempo.meter.unit)

    def position(self, beat: Fraction) -> Fraction:
        """Where a beat lies, in quarter notes from the start."""
        return self.lead + (beat - self.first) * self.quarters

    def end(self, length: Fraction) -> Fraction:
        """Where a cue of so many seconds ends, in quarter notes from the start."""
        beat, upbeat = self.tempo.beat(length), _heard(self.tempo, self.first)
        return self.position(beat) if beat >= self.first else self.lead * length / upbeat

    def time(self, position: Fraction) -> Fraction:
        """When a place in the file is heard, in seconds of the cue."""
        if position < self.lead:
            return self.start + position / self.lead * (_heard(self.tempo, self.first) - self.start)
        beat, here = self.first + (position - self.lead) / self.quarters, self.tempo.beat(Fraction(0))
        if beat < here:
            return self.start * (here - beat) / (here - self.first)
        return self.tempo.time(beat)


def counted_in(
    tempo: TempoMap, length: Fraction, bars: int, settled: Callable[[Fraction], Fraction] = Fraction
) -> Ruler:
    """The ruler of a file that counts in with so many whole bars at the tempo with which the cue begins.

    Behind them comes the bar in which the cue begins: where that is not on a downbeat, its first beats are counted too.
    `settled` says where a file may begin that would begin at a time of the cue; the count is as much slower or faster.
    """
    here = tempo.beat(Fraction(0))
    per_bar = tempo.meter.counted
    first = Fraction((here - tempo.downbeat) // per_bar * per_bar + tempo.downbeat - bars * per_bar)
    course = _Course(tempo, settled(_heard(tempo, first)), Fraction(0), first)
    clicks = [course.position(Fraction(n)) for n in range(int(first), -(-here // 1))]
    return _ruled(course, length, ((Fraction(0), tempo.meter),), clicks)


def at_once(tempo: TempoMap, length: Fraction) -> Ruler:
    """The ruler of a file that begins where the cue does.

    What comes before the first whole beat is a bar of 32nds, and beats before the first downbeat are a bar of their own.
    """
    here, meter = tempo.beat(Fraction(0)), tempo.meter
    first = Fraction(-(-here // 1))
    lead, meters = Fraction(0), []
    if tempo.time(first) > _UNHEARD:
        thirty_seconds = max(1, nearest((first - here) * meter.pulse * 32 / meter.unit))
        lead = Fraction(thirty_seconds, 8)
        bar = lead / 4
        meters.append((Fraction(0), Meter(bar.numerator, bar.denominator)))
    course = _Course(tempo, Fraction(0), lead, first)
    upbeats = int(tempo.downbeat - first) % meter.counted
    if upbeats:
        meters.append((lead, Meter(upbeats * meter.pulse, meter.unit)))
    meters.append((course.position(first + upbeats), meter))
    return _ruled(course, length, tuple(meters), [])


def _heard(tempo: TempoMap, beat: Fraction) -> Fraction:
    """When a beat is heard; before the cue its first tempo holds, whatever the map says of that time."""
    here = tempo.beat(Fraction(0))
    if beat >= here:
        return tempo.time(beat)
    following = next((mark for mark in tempo.marks if mark.time > 0), None)
    if following is None:
        slope = 60 / to_seconds(tempo.bpm(Fraction(0)))
    else:
        slope = following.time / (following.beat - here)
    return (beat - here) * slope


def _ruled(
    course: _Course, length: Fraction, meters: tuple[tuple[Fraction, Meter], ...], clicks: list[Fraction]
) -> Ruler:
    end = course.end(length)
    marks = [m for m in course.tempo.marks if 0 < m.time < length and m.beat > course.first]
    begin = max(course.lead, course.position(course.tempo.beat(Fraction(0))))
    knots = _short({Fraction(0), course.lead, begin, *(course.position(m.beat) for m in marks), end})
    resolution = _resolution(knots, course.time)
    return Ruler(
        resolution,
        course.start,
        _tempi(knots, course.time, course.start, resolution),
        tuple(Metered(nearest(position * resolution), meter) for position, meter in meters if position < end),
        tuple(nearest(position * resolution) for position in clicks),
        nearest(end * resolution),
    )


def _short(knots: set[Fraction]) -> list[Fraction]:
    """The knots in order, with others between those that lie far apart, and one behind the last."""
    ordered = sorted(knots)
    ordered.append(ordered[-1] + 1)
    close = [ordered[0]]
    for before, after in pairwise(ordered):
        pieces = int(-((before - after) // _LONGEST))
        close += [before + nearest((after - before) * n / pieces) for n in range(1, pieces)]
        close.append(after)
    return close


def _resolution(knots: list[Fraction], time: Callable[[Fraction], Fraction]) -> int:
    """Ticks a quarter note: more than usual where a quarter note is so long that half a tick would be heard, fewer where a
    file would have more ticks than some programs read."""
    slowest = max((time(b) - time(a)) / (b - a) for a, b in pairwise(knots))
    resolution = _QUARTER
    while slowest / resolution > _TICK and resolution < _FINEST:
        resolution *= 2
    while knots[-1] * resolution > _MOST and 2 * slowest / resolution <= _TICK:
        resolution //= 2
    return resolution


def _tempi(
    knots: list[Fraction], time: Callable[[Fraction], Fraction], start: Fraction, resolution: int
) -> tuple[Tempo, ...]:
    """The tempi between the knots, each of which ends as near as it can to when it should."""
    ticks = sorted({nearest(knot * resolution) for knot in knots})
    tempi: list[Tempo] = []
    passed = 0
    for tick, following in pairwise(ticks):
        wanted = (time(Fraction(following, resolution)) - start) * _SECOND * resolution
        micros = max(1, nearest((wanted - passed) / (following - tick)))
        if micros > _SLOWEST:
            raise DocumentError(
                f"a quarter note of {micros / _SECOND:.1f} seconds is longer than a MIDI file can say",
                remedy="Choose a faster tempo, or a meter of shorter notes.",
            )
        if not tempi or tempi[-1].micros != micros:
            tempi.append(Tempo(tick, micros, passed))
        passed += (following - tick) * micros
    return tuple(tempi)
