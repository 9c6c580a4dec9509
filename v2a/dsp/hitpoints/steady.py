"""The constant tempi that land most, over every tempo and every place of the first beat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.circle import Arcs, best, bound
from v2a.dsp.hitpoints.landing import Landing, Tally, landings, score, tally
from v2a.dsp.hitpoints.limits import Limits
from v2a.model.tempo import Hit, TempoMap, TempoMark
from v2a.model.time import to_seconds

Values = NDArray[np.float64]

# Between two tempi of the grid no beat moves by more than this share of a frame; each is then parted further.
_CELL, _PARTS = 0.5, 8
_MOST_CELLS, _MOST_HITS, _WORK = 30_000, 1_500, 15_000_000
_AT_ONCE, _IN_ALL = 400_000, 6_000_000
_GOLDEN = (5**0.5 - 1) / 2
_APART, _FURTHEST = 0.5, 5.0
_DECIMALS = 7
_ALIKE, _SAME = 0.999999, 1e-6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A constant tempo: when its first beat falls, which of its beats begins the first bar, and what it lands."""

    bpm: float
    offset: Fraction
    downbeat: int
    score: float
    tempo: TempoMap
    landings: tuple[Landing, ...]
    tally: Tally


def candidates(hits: Sequence[Hit], length: Fraction, limits: Limits, most: int = 8) -> tuple[Candidate, ...]:
    """The constant tempi that land the most by weight, best first, none of them a neighbour of a better one."""
    meant = tuple(hit for hit in hits if 0 <= hit.time <= length)
    arcs = Arcs.of(_spread(meant), limits)
    if not len(arcs):
        return (_candidate(limits.middle, Fraction(0), meant, limits),)
    search = _Search(arcs, length, limits)
    found = (search.round(bpm) for bpm in search.peaks(most))
    told = sorted(
        (_candidate(bpm, offset, meant, limits) for bpm, offset in found),
        key=lambda one: (-round(one.score, 6), abs(one.bpm - limits.middle)),
    )
    return tuple(_apart(told, search.apart))


def _apart(told: Sequence[Candidate], apart: float) -> Iterator[Candidate]:
    """Those that are not, when all is rounded, next to a better one."""
    kept: list[float] = []
    for one in told:
        if all(abs(one.bpm - other) > apart for other in kept):
            kept.append(one.bpm)
            yield one


def _spread(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The heaviest of very many hits, and of equals such as lie evenly among them."""
    if len(hits) <= _MOST_HITS:
        return hits
    order = sorted(range(len(hits)), key=lambda n: (-hits[n].weight, n * _GOLDEN % 1))
    return [hits[n] for n in sorted(order[:_MOST_HITS])]


class _Search:
    """Every tempo in reach: first what each stretch of tempi lands at most, then, from the most promising on, exactly.

    It ends when no stretch that is left can do better than what was found.
    """

    def __init__(self, arcs: Arcs, length: Fraction, limits: Limits) -> None:
        self._arcs, self._limits = arcs, limits
        self._beats, self._frame, self._length = limits.meter.counted, float(limits.frame), float(length)
        half = max(self._length / 2, 1.0)
        ratio = float(np.log(limits.high / limits.low))
        most = min(_MOST_CELLS, max(1, _WORK // len(arcs)))
        number = int(np.clip(np.ceil(ratio * half / (2 * _CELL * self._frame)), 1, most))
        self._reach = ratio / number / 2
        self._cells = limits.low * np.exp(self._reach * (2 * np.arange(number) + 1))
        self.apart = min(_FURTHEST, max(_APART, 60 / max(self._length, 1e-3)))
        self._centred = self._about(self._length / 2)

    def _about(self, middle: float) -> Arcs:
        return Arcs(self._arcs.begin - middle, self._arcs.end - middle, self._arcs.worth, self._arcs.extra)

    def peaks(self, most: int) -> list[float]:
        """The best tempi, none so near a better one that their beats stay together over the cue."""
        bounds = self._bounds()
        order = np.argsort(-bounds, kind="stable")
        size = max(1, _AT_ONCE // (_PARTS * 2 * len(self._arcs) * (self._beats + 1)))
        rounds = max(1, _IN_ALL // _AT_ONCE)
        tempi, worths = np.empty(0), np.empty(0)
        taken: list[int] = []
        for begin in range(0, min(len(order), size * rounds), size):
            if len(taken) == most and bounds[order[begin]] <= worths[taken[-1]] + _SAME:
                break
            parted = self._parted(self._cells[order[begin : begin + size]])
            tempi = np.concatenate([tempi, parted])
            worths = np.concatenate([worths, best(parted, self._arcs, self._beats, self._frame).worth])
            taken = self._distinct(tempi, worths, most)
        return [self._firmest(float(tempi[n]), tempi[worths >= worths[n] - _SAME]) for n in taken]

    def _firmest(self, bpm: float, tempi: Values) -> float:
        """Of tempi about one that land as much, that whose beats the hits lie around most closely."""
        near = tempi[np.abs(tempi - bpm) < self.apart]
        turns = np.exp(2j * np.pi * self._centred.begin[None] * near[:, None] / 60)
        return float(near[np.argmax(np.abs(turns @ self._centred.worth))])

    def _bounds(self) -> Values:
        share = max(1, _AT_ONCE // (len(self._arcs) + 400))
        slack = self._length / 2 * self._reach * 1.05
        parts = [self._cells[n : n + share] for n in range(0, len(self._cells), share)]
        return np.concatenate([bound(p, self._centred, self._beats, self._frame, slack) for p in parts])

    def _parted(self, cells: Values) -> Values:
        inner = self._reach * (2 * np.arange(_PARTS) + 1 - _PARTS) / _PARTS
        return np.asarray(
            np.clip((cells[:, None] * np.exp(inner)).ravel(), self._limits.low, self._limits.high)
        )

    def _distinct(self, tempi: Values, worths: Values, most: int) -> list[int]:
        taken: list[int] = []
        for n in np.lexsort((np.abs(tempi - self._limits.middle), -np.round(worths, 6))):
            if all(abs(tempi[n] - tempi[other]) > self.apart for other in taken):
                taken.append(int(n))
                if len(taken) == most:
                    break
        return taken

    def round(self, bpm: float) -> tuple[float, Fraction]:
        """The roundest number that lands as much as a tempo does, and where its bars begin."""
        tempi = np.array([round(bpm, decimals) for decimals in range(_DECIMALS)] + [bpm])
        tempi = tempi[(tempi >= self._limits.low) & (tempi <= self._limits.high)]
        found = best(tempi, self._arcs, self._beats, self._frame)
        n = int(np.argmax(found.worth >= found.worth[-1] * _ALIKE))
        return float(tempi[n]), _exact(found.offset[n])


def _exact(offset: float) -> Fraction:
    """A place in seconds, to the microsecond."""
    return Fraction(round(float(offset) * 1_000_000), 1_000_000)


def _candidate(bpm: float, bar: Fraction, hits: Sequence[Hit], limits: Limits) -> Candidate:
    """A tempo with a bar that begins at this time: its first beat is the first in the cue."""
    beat = 60 / to_seconds(bpm)
    phase, offset = divmod(bar, beat)
    downbeat = int(phase) % limits.meter.counted
    tempo = TempoMap((TempoMark(offset, bpm),), limits.meter, downbeat)
    landed = landings(tempo, hits, limits)
    return Candidate(bpm, offset, downbeat, score(landed, limits), tempo, landed, tally(landed))
