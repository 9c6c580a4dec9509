"""What the production sound already has, and so needs not be made again."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

from v2a.builtin.planner.spans import merged
from v2a.interfaces.planner import PlanRequest
from v2a.model.time import Span

NEAR = 0.06 + 1e-9
_AUDIBLE = -60.0


@dataclass(frozen=True)
class Production:
    """Onsets in order (seconds), and stretches with a steady atmosphere or music; empty where it is not to be respected."""

    onsets: tuple[float, ...] = ()
    atmosphere: tuple[Span, ...] = ()
    music: tuple[Span, ...] = ()

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
        )

    def sounds_at(self, time: Fraction) -> bool:
        """Whether it has an onset within 60 ms."""
        here = float(time)
        at = bisect_left(self.onsets, here - NEAR)
        return at < len(self.onsets) and self.onsets[at] <= here + NEAR
