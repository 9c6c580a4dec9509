"""The tempo map of a cue: one tempo where that does, or else one that gives way gently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from v2a.dsp.hitpoints.bars import Lengths, Search
from v2a.dsp.hitpoints.landing import Landing, Tally, important, landings, score, tally
from v2a.dsp.hitpoints.lattice import Lattice
from v2a.dsp.hitpoints.limits import Limits
from v2a.dsp.hitpoints.steady import Candidate, candidates, steady
from v2a.model.tempo import Hit, TempoMap

_FINE, _COARSE = Fraction(1, 190), Fraction(1, 95)
_FINALISTS = 5
_ENOUGH = 0.03


@dataclass(frozen=True, slots=True)
class Fit:
    """A tempo map, the tempo it keeps near, what it lands, and whether it never changes."""

    tempo: TempoMap
    base: float
    score: float
    landings: tuple[Landing, ...]
    tally: Tally

    @property
    def steady(self) -> bool:
        """Whether it is one tempo throughout."""
        return len(self.tempo.marks) == 1


def fitted(hits: Sequence[Hit], length: Fraction, limits: Limits, base: float | None = None) -> Fit:
    """The map that lands most of what matters, about `base` or the best tempo there is; one tempo where that does."""
    meant = tuple(hit for hit in hits if 0 <= hit.time <= length)
    even = steady(base, meant, length, limits) if base else candidates(meant, length, limits, 1)[0]
    if _does(even, meant, None, limits):
        return _of(even)
    mapped = _mapped(meant, length, limits, base)
    return _of(even) if _does(even, meant, mapped, limits) else mapped


def _of(even: Candidate) -> Fit:
    return Fit(even.tempo, even.bpm, even.score, even.landings, even.tally)


def _does(even: Candidate, hits: Sequence[Hit], mapped: Fit | None, limits: Limits) -> bool:
    """Whether one tempo lands what matters: all that can be, or all but as much as the map does."""
    heavy = {id(hit) for hit in important(hits)}
    mine = score((one for one in even.landings if id(one.hit) in heavy), limits)
    if mapped is None:
        most = sum(limits.worth(hit, limits.early * limits.frame, True) for hit in hits if id(hit) in heavy)
    else:
        most = score((one for one in mapped.landings if id(one.hit) in heavy), limits)
    return mine >= most * (1 - _ENOUGH)


def _mapped(hits: Sequence[Hit], length: Fraction, limits: Limits, base: float | None) -> Fit:
    """The best map over all bases: each tried on a coarse lattice, the most promising on a fine one."""
    bases = [base] if base else _bases(limits)
    if len(bases) > 1:
        coarse = _lattice(hits, length, limits, _COARSE)
        bases.sort(key=lambda bpm: -Search(coarse, _lengths(bpm, coarse.step, limits)).worth)
    fine = _lattice(hits, length, limits, _FINE)
    searches = [(Search(fine, _lengths(bpm, fine.step, limits)), bpm) for bpm in bases[:_FINALISTS]]
    search, bpm = max(searches, key=lambda one: one[0].worth)
    tempo = _tempo(search.run().lines, fine.step, limits)
    landed = landings(tempo, hits, limits)
    return Fit(tempo, bpm, score(landed, limits), landed, tally(landed))


def _bases(limits: Limits) -> list[float]:
    """Whole tempi, and the middle."""
    whole = [float(bpm) for bpm in range(round(limits.low), round(limits.high) + 1)]
    return sorted({bpm for bpm in [*whole, limits.middle] if limits.low <= bpm <= limits.high})


def _lattice(hits: Sequence[Hit], length: Fraction, limits: Limits, about: Fraction) -> Lattice:
    step = limits.frame / max(2, round(limits.frame / about))
    slowest = Fraction(60 * limits.meter.beats) / Fraction(limits.low) / step
    return Lattice.of(hits, length, limits, step, int(slowest * Fraction(2)) + 2)


def _lengths(bpm: float, step: Fraction, limits: Limits) -> Lengths:
    return Lengths.of(60 * limits.meter.beats / bpm / float(step), limits.drift, limits.step)


def _tempo(lines: Sequence[int], step: Fraction, limits: Limits) -> TempoMap:
    """Bar lines as a tempo map, with a mark where the tempo changes; beat 0 is the first bar line of the cue."""
    beats = limits.meter.beats
    kept = [n for n in range(len(lines)) if n < 1 or n + 1 == len(lines) or _turns(lines, n)]
    skipped = sum(line < 0 for line in lines)
    points = [(Fraction((n - skipped) * beats), lines[n] * step) for n in kept]
    return TempoMap.through(points, limits.meter)


def _turns(lines: Sequence[int], n: int) -> bool:
    (a, b), (_, c) = pairwise(lines[n - 1 : n + 2])
    return b - a != c - b
