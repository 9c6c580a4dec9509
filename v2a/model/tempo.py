"""What music is fitted to: hit points, and the map that says which beat is heard when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from v2a.model.time import Span, to_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HitKind = Literal["mark", "cut", "scene", "moment"]
MOTION_RATE = 2


@dataclass(frozen=True, slots=True)
class Meter:
    """How many notes a bar has, and of which value, as it is written: 3/4, 6/8."""

    beats: int = 4
    unit: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 32 or self.unit not in (1, 2, 4, 8, 16, 32):
            raise ValueError(f"{self.beats}/{self.unit} is not a meter: write one such as 4/4, 3/4 or 6/8")

    @classmethod
    def parse(cls, text: str) -> Meter:
        """A meter as it is written."""
        beats, slash, unit = text.partition("/")
        if not slash or not (beats.strip().isdecimal() and unit.strip().isdecimal()):
            raise ValueError(f"{text!r} is not a meter: write one such as 4/4, 3/4 or 6/8")
        return cls(int(beats), int(unit))

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"

    @property
    def pulse(self) -> int:
        """How many of its notes make the beat that one counts: three eighths in 6/8, 9/8 and 12/8, one note elsewhere."""
        return 3 if self.unit >= 8 and self.beats > 3 and self.beats % 3 == 0 else 1

    @property
    def counted(self) -> int:
        """How many beats of a bar one counts: four in 4/4, two in 6/8."""
        return self.beats // self.pulse


@dataclass(frozen=True, slots=True)
class Hit:
    """A point in the picture that wants a beat: how much it wants it, from 0 up, what it is, and what it is called.

    A mark is the user's own; 1 is the weight of a plain cut.
    """

    time: Fraction
    weight: float = 1.0
    kind: HitKind = "mark"
    name: str = ""


@dataclass(frozen=True, slots=True)
class TempoMark:
    """From this time on so many beats a minute; `beat` is the number of the beat that falls here."""

    time: Fraction
    bpm: float
    beat: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Which beat is heard when: between two marks the tempo is even, before the first and behind the last it goes on.

    A beat is what one counts in the meter, in 6/8 a dotted quarter; that of number `downbeat` begins a bar.
    """

    marks: tuple[TempoMark, ...]
    meter: Meter = Meter()
    downbeat: int = 0

    def __post_init__(self) -> None:
        if not self.marks:
            raise ValueError("a tempo map has at least one mark")
        for mark, following in pairwise(self.marks):
            if following.time <= mark.time or following.beat <= mark.beat:
                raise ValueError("the marks of a tempo map are in order of time and of beats")

    @classmethod
    def even(cls, bpm: float, offset: Fraction = Fraction(0), meter: Meter | None = None) -> TempoMap:
        """One tempo throughout, with a downbeat at `offset`."""
        return cls((TempoMark(offset, bpm),), meter or Meter())

    @classmethod
    def through(
        cls, points: Sequence[tuple[Fraction, Fraction]], meter: Meter | None = None, downbeat: int = 0
    ) -> TempoMap:
        """The map that has each of these beats at its time, two at least: pairs of a beat and a time, in order."""
        if len(points) < 2:
            raise ValueError("a tempo map goes through two points at least")
        tempi = [float(60 * (b[0] - a[0]) / (b[1] - a[1])) for a, b in pairwise(points)]
        marks = [TempoMark(time, bpm, beat) for (beat, time), bpm in zip(points, [*tempi, tempi[-1]])]
        return cls(tuple(marks), meter or Meter(), downbeat)

    def time(self, beat: Fraction | int) -> Fraction:
        """When a beat is heard."""
        n = max(0, bisect_right(self.marks, beat, key=lambda m: m.beat) - 1)
        mark = self.marks[n]
        return mark.time + (beat - mark.beat) * self._slope(n)

    def beat(self, time: Fraction) -> Fraction:
        """Which beat, or part of one, is heard at a time."""
        n = max(0, bisect_right(self.marks, time, key=lambda m: m.time) - 1)
        mark = self.marks[n]
        return mark.beat + (time - mark.time) / self._slope(n)

    def bpm(self, time: Fraction) -> float:
        """The tempo at a time."""
        return self.marks[max(0, bisect_right(self.marks, time, key=lambda m: m.time) - 1)].bpm

    def beats(self, span: Span) -> tuple[Fraction, ...]:
        """The times of the beats within a span."""
        return tuple(self.time(n) for n in self.numbers(span))

    def downbeats(self, span: Span) -> tuple[Fraction, ...]:
        """The times of the first beats of bars within a span."""
        return tuple(self.time(n) for n in self.numbers(span) if self.first(n))

    def numbers(self, span: Span) -> range:
        """The numbers of the beats within a span."""
        return range(-((-self.beat(span.start)) // 1), -((-self.beat(span.end)) // 1))

    def first(self, beat: int) -> bool:
        """Whether a beat is the first of its bar."""
        return (beat - self.downbeat) % self.meter.counted == 0

    def seconds(self, beats: NDArray[np.float64]) -> NDArray[np.float64]:
        """The times of many beats at once."""
        import numpy as np

        given = np.asarray(beats, np.float64)
        starts = np.array([float(m.beat) for m in self.marks])
        n = np.maximum(np.searchsorted(starts, given, "right") - 1, 0)
        times = np.array([float(m.time) for m in self.marks])
        slopes = np.array([float(self._slope(k)) for k in range(len(self.marks))])
        return np.asarray(times[n] + (given - starts[n]) * slopes[n])

    def shifted(self, by: Fraction) -> TempoMap:
        """The same map on another clock."""
        marks = tuple(TempoMark(m.time + by, m.bpm, m.beat) for m in self.marks)
        return TempoMap(marks, self.meter, self.downbeat)

    def _slope(self, n: int) -> Fraction:
        """Seconds a beat behind a mark; the next mark counts, so that nothing is lost to a rounded tempo."""
        if n + 1 < len(self.marks):
            here, there = self.marks[n], self.marks[n + 1]
            return (there.time - here.time) / (there.beat - here.beat)
        return 60 / to_seconds(self.marks[n].bpm)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a piece of music is fitted to, in the cue's own time.

    `sections` are the scenes it goes through. `motion` says how much moves in the picture, from 0 to 1, twice a second
    (`MOTION_RATE`), and is empty where nobody looked. `number` is the cue's on the music sheet, such as 1M2.
    """

    tempo: TempoMap
    hits: tuple[Hit, ...] = ()
    sections: tuple[Span, ...] = ()
    motion: tuple[float, ...] = ()
    number: str = ""
