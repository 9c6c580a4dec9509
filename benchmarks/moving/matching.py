"""How found moments are held against true times: each may answer one time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from v2a.testing.agreement import Mark, matched

BEGINS, ENDS = 0.1, 5.85


@dataclass(frozen=True, slots=True)
class Told:
    """A moment that was told: its time in seconds, how sure it is, and which true time it answers, if any."""

    time: float
    confidence: float
    answers: float | None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were found, false and missed, and by how much the found ones are late, in seconds."""

    found: int = 0
    false: int = 0
    missed: int = 0
    late: tuple[float, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.found + other.found,
            self.false + other.false,
            self.missed + other.missed,
            self.late + other.late,
        )

    @property
    def precision(self) -> float:
        """The share of what was told that is true."""
        return self.found / max(1, self.found + self.false)

    @property
    def recall(self) -> float:
        """The share of what is true that was told."""
        return self.found / max(1, self.found + self.missed)

    @property
    def f1(self) -> float:
        """Precision and recall in one."""
        return 2 * self.found / max(1, 2 * self.found + self.false + self.missed)

    @property
    def bias(self) -> float:
        """The median lateness in milliseconds."""
        return 1000 * float(np.median(self.late)) if self.late else 0.0


def pairs(times: Sequence[float], truth: Sequence[float], slack: float) -> dict[int, int]:
    """Which time answers which true one, no more than `slack` apart, each once."""
    marks = matched([Mark(float(t)) for t in times], [Mark(u) for u in truth], slack)
    return {pair.found: pair.truth for pair in marks}


def told(
    moments: Sequence[tuple[float, float]],
    truth: Sequence[float],
    faint: Sequence[tuple[float, float]],
    slack: float = 0.04,
) -> list[Told]:
    """Moments (time and confidence) with what they answer; those that answer nothing in a faint stretch do not count."""
    moments = [m for m in moments if BEGINS <= m[0] <= ENDS]
    answered = pairs([t for t, _ in moments], truth, slack)
    return [
        Told(
            time,
            sure,
            truth[answered[n]] if n in answered else None,
            n in answered or not any(low <= time <= high for low, high in faint),
        )
        for n, (time, sure) in enumerate(moments)
    ]


def tally(
    moments: Sequence[tuple[float, float]],
    truth: Sequence[float],
    faint: Sequence[tuple[float, float]],
    least: float,
) -> Tally:
    """What comes of the moments that are at least so sure."""
    sure = [t for t in told([m for m in moments if m[1] >= least], truth, faint) if t.counts]
    late = tuple(t.time - t.answers for t in sure if t.answers is not None)
    return Tally(len(late), len(sure) - len(late), len(truth) - len(late), late)
