"""Where the beats of a tempo map fall beside the hits they are meant for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from v2a.dsp.hitpoints.limits import Limits
from v2a.model.tempo import Hit, TempoMap

Verdict = Literal["hit", "near", "miss"]
_IMPORTANT = 0.5


@dataclass(frozen=True, slots=True)
class Landing:
    """A hit, the beat that is meant for it, and by how much that is late, in seconds and in frames (early is negative)."""

    hit: Hit
    beat: int
    error: Fraction
    frames: float
    downbeat: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many hits a tempo lands, nearly lands and misses, and how many frames it is off in the mean.

    `important` are the hits of more than half the weight of the heaviest, `other` the rest; both 0 where there are none.
    """

    hits: int
    near: int
    misses: int
    downbeats: int
    important: float
    other: float


def landings(tempo: TempoMap, hits: Iterable[Hit], limits: Limits) -> tuple[Landing, ...]:
    """The beat that each hit meets: one that lands where there is one, or else the nearest."""
    return tuple(_landing(tempo, hit, limits) for hit in hits)


def _landing(tempo: TempoMap, hit: Hit, limits: Limits) -> Landing:
    early, late = limits.early * limits.frame, limits.late * limits.frame
    before = tempo.beat(hit.time).__floor__()
    found = [(n, tempo.time(n) - hit.time) for n in (before, before + 1)]
    beat, error = min(found, key=lambda f: (not early <= f[1] <= late, abs(f[1])))
    verdict: Verdict = "miss"
    if early <= error <= late:
        verdict = "hit"
    elif abs(error) <= limits.near * limits.frame:
        verdict = "near"
    return Landing(hit, beat, error, float(error / limits.frame), tempo.first(beat), verdict)


def score(landed: Iterable[Landing], limits: Limits) -> float:
    """What these landings are worth together, by the weights of their hits."""
    return sum(limits.worth(one.hit, one.error, one.downbeat) for one in landed)


def important(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that matter: those of more than half the weight of the heaviest."""
    heaviest = max((hit.weight for hit in hits), default=0.0)
    return tuple(hit for hit in hits if hit.weight > heaviest * _IMPORTANT)


def tally(landed: Sequence[Landing]) -> Tally:
    """The count that scoring programs report."""
    heavy = set(map(id, important([one.hit for one in landed])))
    counts = {verdict: sum(one.verdict == verdict for one in landed) for verdict in ("hit", "near", "miss")}
    return Tally(
        counts["hit"],
        counts["near"],
        counts["miss"],
        sum(one.downbeat for one in landed if one.verdict == "hit"),
        _mean([abs(one.frames) for one in landed if id(one.hit) in heavy]),
        _mean([abs(one.frames) for one in landed if id(one.hit) not in heavy]),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
