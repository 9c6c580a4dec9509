"""Time on the video's clock: rational seconds, spans, and the one place where seconds become samples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


def to_seconds(value: float | int | str | Fraction) -> Fraction:
    """Seconds as a fraction; a float is read by its shortest decimal form, so 0.1 is 1/10."""
    if isinstance(value, float):
        return Fraction(repr(value))
    return Fraction(value)


def nearest(value: Fraction) -> int:
    """The nearest whole number, halves up."""
    return int((value + Fraction(1, 2)).__floor__())


@dataclass(frozen=True, slots=True)
class SampleSpan:
    """A half-open range of samples."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many samples it holds."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A time in a sound, and the time at which it is heard where the sound is stretched; both in seconds from its start."""

    source: Fraction
    target: Fraction


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time `[start, end)` in seconds on the video's clock."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", to_seconds(self.start))
        object.__setattr__(self, "end", to_seconds(self.end))
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({float(self.end)}) before it starts ({float(self.start)})")

    @property
    def duration(self) -> Fraction:
        """Its length in seconds."""
        return self.end - self.start

    @property
    def centre(self) -> Fraction:
        """The time half-way through."""
        return (self.start + self.end) / 2

    def samples(self, rate: int) -> SampleSpan:
        """The samples it covers; each end is rounded by itself, so spans that meet in time meet in samples."""
        return SampleSpan(nearest(self.start * rate), nearest(self.end * rate))

    def contains(self, time: Fraction) -> bool:
        """Whether the time lies inside."""
        return self.start <= time < self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share more than an edge."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Span) -> Span | None:
        """What both share, or nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def shifted(self, by: Fraction) -> Span:
        """The same stretch, later by so many seconds."""
        return Span(self.start + by, self.end + by)

    def widened(self, by: Fraction) -> Span:
        """Longer by so many seconds at both ends."""
        return Span(self.start - by, self.end + by)
