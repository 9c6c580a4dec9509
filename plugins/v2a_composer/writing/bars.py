"""The bars of a cue: the tempo map's beats counted into bars, from the first sound to the last chord."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.plans import Plan

_STUB = 0.12
# Of a short cue no more than this is left to the last chord, which is thought to ring for a bar.
_RINGS = 0.25


@dataclass(frozen=True)
class Bar:
    """A bar: where it starts and how many beats it has; the first and the last of a cue may be cut short by it."""

    number: int
    start: float
    beats: float
    seconds: float

    @property
    def end(self) -> float:
        """The beat behind it."""
        return self.start + self.beats


@dataclass(frozen=True)
class Grid:
    """All bars up to the last chord, which is heard at `final`; `head` is the beat at which the cue begins.

    `lead` says that the first bar is cut short by the cue's start. `groups` are the metre's, in beats.
    """

    tempo: v2a.TempoMap
    groups: tuple[int, ...]
    bars: tuple[Bar, ...]
    head: float
    final: float
    final_time: float
    lead: bool

    @cached_property
    def strong(self) -> tuple[int, ...]:
        """The beats within a bar on which a group begins."""
        return (0, *accumulate(self.groups[:-1]))

    @cached_property
    def starts(self) -> tuple[float, ...]:
        """The beat of every bar's start."""
        return tuple(bar.start for bar in self.bars)

    def seconds(self, beat: float) -> float:
        """When a beat is heard."""
        return float(self.times(np.array([beat]))[0])

    def times(self, beats: NDArray[np.float64]) -> NDArray[np.float64]:
        """When many beats are heard: what the tempo map says, worked out once for all its marks."""
        n = np.maximum(np.searchsorted(self._marks[0], beats, "right") - 1, 0)
        starts, times, slopes = self._marks
        return np.asarray(times[n] + (beats - starts[n]) * slopes[n])

    @cached_property
    def _marks(self) -> NDArray[np.float64]:
        """Of every mark of the tempo map its beat, its time and the seconds of a beat behind it."""
        marks = self.tempo.marks
        starts, times = np.array([(float(m.beat), float(m.time)) for m in marks]).T
        return np.array([starts, times, np.append(np.diff(times) / np.diff(starts), 60 / marks[-1].bpm)])

    def bar_of(self, beat: float) -> int:
        """The number of the bar that a beat lies in."""
        return max(0, bisect_right(self.starts, beat + 1e-9) - 1)

    def nearest_bar(self, time: float) -> int:
        """The number of the bar that starts nearest to a time."""
        at = self._bar_times
        n = int(np.searchsorted(at, time))
        near = [k for k in (n - 1, n) if 0 <= k < len(at)]
        return min(near, key=lambda k: abs(at[k] - time)) if near else 0

    @cached_property
    def _bar_times(self) -> NDArray[np.float64]:
        return self.times(np.array(self.starts))


def grouped(meter: v2a.Meter) -> tuple[int, ...]:
    """How the beats of a bar fall into groups: four as two and two, six eighths as three and three, seven as two, two, three."""
    n = meter.beats
    if n <= 3:
        return (n,)
    if n % 3 == 0 and (meter.unit >= 8 or n == 6):
        return (3,) * (n // 3)
    if n % 2 == 0:
        return (3, 3, 2) if n == 8 and meter.unit >= 8 else (2,) * (n // 2)
    return (3, 2) if n == 5 else (*(2,) * ((n - 3) // 2), 3)


def counted(plan: Plan) -> Grid:
    """The bars of a plan. One that is hardly there at the cue's start is left out."""
    tempo, size = in_notes(plan.tempo), plan.tempo.meter.beats
    head = float(tempo.beat(Fraction(0)))
    final, final_time = _last(plan, tempo, head)
    first = int((head - tempo.downbeat + 1e-6) // size)
    starts = np.arange(tempo.downbeat + first * size, final - 1e-6, size, dtype=np.float64)
    times = tempo.seconds(np.append(starts, final))
    lead = len(starts) > 0 and times[0] < -1e-6
    skip = 1 if lead and times[1] < _STUB else 0
    bars = tuple(
        Bar(n, float(start), float(min(size, final - start)), float(times[n + skip + 1] - times[n + skip]))
        for n, start in enumerate(starts[skip:])
    )
    return Grid(tempo, grouped(tempo.meter), bars, head, final, final_time, bool(lead and not skip))


def in_notes(tempo: v2a.TempoMap) -> v2a.TempoMap:
    """A map whose beats are the notes of its meter: in 6/8 the eighths, three to each beat that one counts."""
    by = tempo.meter.pulse
    marks = (v2a.TempoMark(m.time, m.bpm * by, m.beat * by) for m in tempo.marks)
    return tempo if by == 1 else v2a.TempoMap(tuple(marks), tempo.meter, tempo.downbeat * by)


def _last(plan: Plan, tempo: v2a.TempoMap, head: float) -> tuple[float, float]:
    """The beat and time of the last chord: a downbeat where there is one that leaves it room to ring, best on a hit."""
    size = tempo.meter.beats
    bar = size * 60 / tempo.bpm(Fraction(plan.length).limit_denominator(1000))
    ideal = min(float(np.clip(1.1 * bar, 2.0, 5.0)), _RINGS * plan.length)
    if plan.length < 1.2:
        return _hit_within(plan, tempo, head)
    span = v2a.Span(
        Fraction(max(0.0, plan.length - 2.0 * ideal)).limit_denominator(10**6),
        Fraction(plan.length - 0.5 * ideal).limit_denominator(10**6),
    )
    hits = [float(h.time) for h in plan.hits if h.weight > 1]
    strong = {0, *accumulate(grouped(tempo.meter))}
    best = (float("inf"), head, 0.0)
    for number in tempo.numbers(span):
        time = float(tempo.time(number))
        place = (number - tempo.downbeat) % size
        cost = abs(plan.length - time - ideal) / ideal + (
            0.0 if place == 0 else 0.6 if place in strong else 1.1
        )
        cost -= 1.5 if any(-0.002 <= time - h <= 0.085 for h in hits) else 0.0
        best = min(best, (cost, float(number), time))
    if best[0] == float("inf"):
        time = plan.length - ideal
        return float(tempo.beat(Fraction(time).limit_denominator(10**6))), time
    return best[1], best[2]


def _hit_within(plan: Plan, tempo: v2a.TempoMap, head: float) -> tuple[float, float]:
    """The one chord of a cue of a second: on the hit in its first half, else at once."""
    hit = max(
        (h for h in plan.hits if float(h.time) < 0.5 * plan.length), key=lambda h: h.weight, default=None
    )
    return (head, 0.0) if hit is None else (float(tempo.beat(hit.time)), float(hit.time))
