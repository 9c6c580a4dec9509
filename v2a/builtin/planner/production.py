"""What the production sound already has, and so needs not be made again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from v2a.builtin.planner.spans import merged, minus
from v2a.interfaces.planner import PlanRequest
from v2a.model.observations import Observations
from v2a.model.time import Span

NEAR = 0.06 + 1e-9
_AUDIBLE = -60.0


@dataclass(frozen=True)
class Production:
    """Onsets in order (seconds), and stretches with a steady atmosphere, music, speech, or any sound at all.

    Empty where it is not to be respected.
    """

    onsets: tuple[float, ...] = ()
    atmosphere: tuple[Span, ...] = ()
    music: tuple[Span, ...] = ()
    speech: tuple[Span, ...] = ()
    audible: tuple[Span, ...] = ()

    @classmethod
    def of(cls, request: PlanRequest) -> Production:
        """The production sound that is kept and not to be sweetened."""
        if request.original != "keep" or request.sweeten:
            return cls()
        heard = request.observations
        return cls(
            onsets=tuple(sorted(float(o.time) for o in heard.onsets)),
            atmosphere=merged(
                (a.span for a in heard.atmosphere if a.confidence >= 0.5 and a.level > _AUDIBLE), Fraction(1)
            ),
            music=merged((m.span for m in heard.music if m.confidence >= 0.5), Fraction(1)),
            speech=merged((s.span for s in heard.speech if s.confidence >= 0.5), Fraction(1, 2)),
            audible=_audible(heard),
        )

    def speaks_at(self, time: Fraction) -> bool:
        """Whether someone speaks."""
        return _inside(self.speech, time)

    def heard_at(self, time: Fraction) -> bool:
        """Whether what happens here would be heard: it is not silent, and no music covers it."""
        return _inside(self.audible, time) and not _inside(self.music, time)

    def sounds_at(self, time: Fraction) -> bool:
        """Whether it has an onset within 60 ms."""
        here = float(time)
        at = bisect_left(self.onsets, here - NEAR)
        return at < len(self.onsets) and self.onsets[at] <= here + NEAR


def _audible(heard: Observations) -> tuple[Span, ...]:
    """Where the production sound is neither silent nor lost; nowhere where nobody listened."""
    if not heard.video.sound or "loudness" not in heard.features:
        return ()
    missing = (each.span for each in heard.lost if each.what == "no sound")
    return tuple(minus(heard.video.span, merged((*heard.silence, *missing)), Fraction(1, 2)))


def _inside(spans: Sequence[Span], time: Fraction) -> bool:
    at = bisect_right(spans, time, key=lambda s: s.start)
    return at > 0 and spans[at - 1].contains(time)
