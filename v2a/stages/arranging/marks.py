"""Which hit points of a cue matter to the music."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

_STRONG = 0.5


class Weighed(Protocol):
    """A hit point, or what is known of one: how much it weighs and what it is."""

    @property
    def weight(self) -> float:
        """How much it matters."""

    @property
    def kind(self) -> str:
        """What it is; `mark` where the user set it."""


Point = TypeVar("Point", bound=Weighed)


def strong(points: Sequence[Point]) -> tuple[Point, ...]:
    """The user's own marks, else those points that weigh at least half of the heaviest, in order."""
    heaviest = max((p.weight for p in points), default=0.0)
    marks = tuple(p for p in points if p.kind == "mark")
    return marks or tuple(p for p in points if p.weight >= _STRONG * heaviest)
