"""What a take is ranked by: each criterion with what it can cost, and why. The only place where that is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from v2a.model import Mark


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: which share of its score a take loses that fails it wholly."""

    name: str
    cost: float
    why: str


_ALL = (
    Criterion("silence", 0.9, "a take in which nothing sounds is of no use, however clean it is"),
    Criterion("speech", 0.8, "words that nobody says draw all attention, and no mix can hide them"),
    Criterion("clipping", 0.7, "what is flat at full scale is lost for good, and is heard at any level"),
    Criterion(
        "onsets", 0.6, "a sound beside its moment is seen at once; a frame's worth can still be nudged"
    ),
    Criterion(
        "text", 0.6, "another sound than the one asked for is of little use, but the judge of it often errs"
    ),
    Criterion("music", 0.6, "music in an effect fights with the score; soft tones may be taken for it"),
    Criterion("clicks", 0.5, "a click is heard, but an editor can take it out"),
)
_LOSS = 0.995
CRITERIA: Mapping[str, Criterion] = {criterion.name: criterion for criterion in _ALL}


def score(marks: Iterable[Mark]) -> float:
    """From 0 to 1: what is left when each criterion has taken its cost by how far it is failed.

    Marks of other names, which metrics may give, are shown and take nothing.
    """
    left = 1.0
    for mark in marks:
        if mark.name in CRITERIA:
            left *= 1.0 - CRITERIA[mark.name].cost * (1.0 - min(1.0, max(0.0, mark.value)))
    return round(left, 4)


def scored(score: float | None, marks: Mapping[str, float]) -> str:
    """A take's score in words, with the marks that it lost by: `0.62 (clicks 0.50, onsets 0.80)`."""
    if score is None:
        return ""
    lost = ", ".join(
        f"{name} {value:.2f}" for name, value in marks.items() if name in CRITERIA and value < _LOSS
    )
    return f"{score:.2f} ({lost})" if lost else f"{score:.2f}"
