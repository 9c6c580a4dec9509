"""What the production sound already has, so that it is not doubled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import v2a

_NEAR = Fraction(6, 100)
_SURE = 0.5
_AUDIBLE = -60.0


@dataclass(frozen=True, slots=True)
class Production:
    """Onsets in order, and stretches with a steady atmosphere or music; empty where it need not be `respected`."""

    onsets: tuple[Fraction, ...] = ()
    atmosphere: tuple[v2a.Span, ...] = ()
    music: tuple[v2a.Span, ...] = ()
    respected: bool = False

    @classmethod
    def of(cls, request: v2a.PlanRequest) -> Production:
        """The production sound that is kept and not to be sweetened."""
        seen = request.observations
        if request.original != "keep" or request.sweeten or not seen.video.sound:
            return cls()
        atmosphere = (a.span for a in seen.atmosphere if a.confidence >= _SURE and a.level > _AUDIBLE)
        return cls(
            tuple(sorted(o.time for o in seen.onsets)),
            tuple(sorted(atmosphere)),
            tuple(sorted(m.span for m in seen.music if m.confidence >= _SURE)),
            True,
        )

    def has(self, kind: v2a.Kind, span: v2a.Span, sync: Fraction | None) -> bool:
        """Whether it has what a cue would add: a sound on the same instant, an atmosphere or music for most of it."""
        if kind in ("fo", "fx"):
            return sync is not None and self._sounds_at(sync)
        covering = {"bg": self.atmosphere, "mx": self.music}.get(kind, ())
        return 2 * _shared(covering, span) > span.duration

    def _sounds_at(self, time: Fraction) -> bool:
        at = bisect_left(self.onsets, time - _NEAR)
        return at < len(self.onsets) and self.onsets[at] <= time + _NEAR


def _shared(spans: Iterable[v2a.Span], span: v2a.Span) -> Fraction:
    """How much of a stretch some others cover, which may overlap."""
    done, covered = span.start, Fraction(0)
    for each in spans:
        start, end = max(each.start, done), min(each.end, span.end)
        if start < end:
            covered, done = covered + end - start, end
    return covered
