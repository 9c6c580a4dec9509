"""Where the beats of a tempo map fall beside the hits they are meant for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Literal

import numpy as np

from v2a.dsp.hitpoints.limits import Limits, Zone
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


def landings(tempo: TempoMap, hits: Sequence[Hit], limits: Limits) -> tuple[Landing, ...]:
    """The beat that each hit meets: one that lands where there is one, or else the nearest."""
    times = _Times(tempo)
    zone = Zone(limits.early * limits.frame, limits.late * limits.frame, 1.0)
    return tuple(_landing(times, near, hit, zone, limits) for hit, near in zip(hits, _near(tempo, hits)))


class _Times(dict[int, Fraction]):
    """When beats are heard, each worked out once."""

    def __init__(self, tempo: TempoMap) -> None:
        super().__init__()
        self.tempo = tempo

    def __missing__(self, beat: int) -> Fraction:
        time = self[beat] = self.tempo.time(beat)
        return time


def _near(tempo: TempoMap, hits: Sequence[Hit]) -> list[int]:
    """About which beat is heard at each hit, give or take one."""
    marks = tempo.marks
    times, beats = (np.array(column, np.float64) for column in zip(*((m.time, m.beat) for m in marks)))
    tempi = np.append(np.diff(beats) / np.diff(times), marks[-1].bpm / 60)
    at = np.array([float(hit.time) for hit in hits])
    n = np.maximum(np.searchsorted(times, at, "right") - 1, 0)
    return [int(beat) for beat in np.floor(beats[n] + (at - times[n]) * tempi[n])]


def _landing(times: _Times, near: int, hit: Hit, zone: Zone, limits: Limits) -> Landing:
    """The better of the beats on either side of a hit."""
    after = next(n for n in count(near - 1) if times[n] >= hit.time)
    late, early = times[after] - hit.time, hit.time - times[after - 1]
    lands, landed = late <= zone.late, -early >= zone.early
    first = late <= early if lands == landed else lands
    beat, error = (after, late) if first else (after - 1, -early)
    verdict: Verdict = "miss"
    if zone.early <= error <= zone.late:
        verdict = "hit"
    elif min(late, early) <= limits.near * limits.frame:
        verdict = "near"
    return Landing(hit, beat, error, float(error / limits.frame), times.tempo.first(beat), verdict)


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
