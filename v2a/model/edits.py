"""Music as a music editor cuts it to a picture: passages of a take, and what is said of the cut."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from v2a.model.tempo import TempoMap
from v2a.model.time import Anchor, Span

Ending = Literal["own", "bar", "fade"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a take that is heard without a cut: `source` in the take's own seconds, `target` in those that are heard.

    Time runs evenly from each of its `anchors` to the next. It comes in under the passage before it `crossfade` seconds
    before its target begins, and is alone from there on.
    """

    source: Span
    target: Span
    anchors: tuple[Anchor, ...] = ()
    crossfade: Fraction = Fraction(0)

    @property
    def points(self) -> tuple[Anchor, ...]:
        """All anchors, both ends included."""
        first, last = Anchor(self.source.start, self.target.start), Anchor(self.source.end, self.target.end)
        return (first, *self.anchors, last)

    @property
    def stretches(self) -> tuple[float, ...]:
        """How much longer each stretch between two anchors becomes, as a factor."""
        return tuple(float((b.target - a.target) / (b.source - a.source)) for a, b in pairwise(self.points))

    def heard(self, time: Fraction) -> Fraction:
        """When a time of the take within this passage is heard."""
        for before, after in pairwise(self.points):
            if time <= after.source:
                share = (time - before.source) / (after.source - before.source)
                return before.target + share * (after.target - before.target)
        return self.target.end + time - self.source.end


@dataclass(frozen=True, slots=True)
class MusicEdit:
    """How music was cut and stretched to its cue.

    `tempo` is its own, in beats a minute, and missing where it has no plain beat. `bars` are the bars of the music that are
    cut to, counted from 1. It ends with its own `ending`, on a bar, or by a fade, and dies away over `fade` seconds where
    that is set. Of the `hits` that mattered a beat comes with `met`, and with `landed` the first beat of a bar. Its beats fall
    on those of the map that it `follows`, in the cue's time, which is missing where it has none.
    """

    passages: tuple[Passage, ...]
    tempo: float | None = None
    bars: tuple[int, ...] = ()
    ending: Ending = "fade"
    fade: Fraction = Fraction(0)
    hits: int = 0
    met: int = 0
    landed: int = 0
    follows: TempoMap | None = None

    def __post_init__(self) -> None:
        if not self.passages:
            raise ValueError("music that is cut has at least one passage")
        for before, after in pairwise(self.passages):
            if before.target.end != after.target.start:
                raise ValueError("the passages of music follow each other without a gap")

    @property
    def span(self) -> Span:
        """From when to when music is heard, in seconds."""
        return Span(self.passages[0].target.start, self.passages[-1].target.end)
