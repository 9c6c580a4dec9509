"""The tempo map of a cue: one tempo where that does, or else one that gives way gently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from v2a.dsp.hitpoints.landing import Landing, Tally, important, landings, score, tally
from v2a.dsp.hitpoints.laying import Picture, laid, mapped, search
from v2a.dsp.hitpoints.limits import Limits
from v2a.dsp.hitpoints.steady import candidates
from v2a.model.tempo import Hit, TempoMap
from v2a.model.time import to_seconds

_FINE, _COARSE = Fraction(1, 380), Fraction(1, 95)
_LONG, _FINE_IF_LONG = Fraction(120), Fraction(1, 190)
_HEARD, _PIECES = Fraction(360), 6
# So many tempi are tried on a fine lattice, and so many with bars that lean: as many as these seconds of music are.
_AGAIN, _LAST = Fraction(1500), Fraction(540)
_MOST_AGAIN, _MOST_LAST = 8, 3
_LEANS = (0.0, -0.6, 0.6)
_ENOUGH, _NEARLY = 0.98, 0.9


@dataclass(frozen=True, slots=True)
class Fit:
    """A tempo map, the tempo it keeps near, and what it lands."""

    tempo: TempoMap
    base: float
    score: float
    landings: tuple[Landing, ...]
    tally: Tally

    @property
    def steady(self) -> bool:
        """Whether it is one tempo throughout."""
        return len(self.tempo.marks) == 1


def fitted(
    hits: Sequence[Hit],
    length: Fraction,
    limits: Limits,
    base: float | None = None,
    breaths: Sequence[Fraction] = (),
) -> Fit:
    """The map that lands most of what matters, about `base` or the best tempo there is; one tempo where that does.

    At `breaths` the music may hold a beat, give way further and begin again, as far as the limits' `fermata` and
    `rubato` ask.
    """
    if base:
        limits = replace(limits, low=base, high=base)
    if not (breaths and limits.breathes):
        limits, breaths = replace(limits, rubato=0.0, fermata=Fraction(0)), ()
    meant = tuple(hit for hit in hits if 0 <= hit.time <= length)
    even = candidates(meant, length, limits, 1)[0]
    steady = _fit(even.tempo, even.bpm, meant, limits)
    most = sum(limits.worth(hit, limits.early * limits.frame, True) for hit in meant)
    if steady.score >= most * _ENOUGH or not (limits.drift or breaths):
        return steady
    picture = Picture(meant, length, limits, tuple(breaths))
    moving = _best([_moving(picture, bpm) for bpm in _bases(picture)], limits)
    return steady if _does(steady, moving, limits) else moving


def _best(maps: Sequence[Fit], limits: Limits) -> Fit:
    """The map that is worth most; one tempo that nobody asked for has to be worth much more than the others."""
    asked = (fit for fit in maps if not fit.steady or limits.low <= fit.tempo.marks[0].bpm <= limits.high)
    best = max(maps, key=lambda fit: fit.score)
    other = max(asked, key=lambda fit: fit.score, default=best)
    return other if other.score >= best.score * _NEARLY else best


def _does(steady: Fit, moving: Fit, limits: Limits) -> bool:
    """Whether one tempo lands as much of what matters as a map does, and not much less of the rest."""
    heavy = {id(hit) for hit in important([one.hit for one in steady.landings])}
    mine, theirs = (
        score((one for one in fit.landings if id(one.hit) in heavy), limits) for fit in (steady, moving)
    )
    return mine >= theirs * _ENOUGH and steady.score >= moving.score * _NEARLY


def _fit(tempo: TempoMap, base: float, hits: Sequence[Hit], limits: Limits) -> Fit:
    landed = landings(tempo, hits, limits)
    return Fit(tempo, base, score(landed, limits), landed, tally(landed))


def _moving(picture: Picture, bpm: float) -> Fit:
    """The best map about a tempo, which its bars can keep exactly."""
    limits = picture.limits
    bar = limits.meter.counted * 60 / to_seconds(bpm)
    step = bar / ceil(bar / picture.step(_FINE if picture.length <= _LONG else _FINE_IF_LONG, bpm))
    bars = laid(picture, bpm, step, [share * limits.step for share in _LEANS])
    return _fit(mapped(bars, step, limits), bpm, picture.hits, limits)


def _bases(picture: Picture) -> list[float]:
    """The most promising whole tempi: every other tried on a coarse lattice, some and their neighbours on a fine one.

    A long cue is tried in pieces that lie evenly in it.
    """
    limits = picture.limits
    whole = {limits.middle, *(float(bpm) for bpm in range(ceil(limits.low), floor(limits.high) + 1))}
    pieces = _pieces(picture)
    tried = _ranked(pieces, sorted(whole)[::2], picture.step(_COARSE, limits.low))[
        : _few(_AGAIN, picture, _MOST_AGAIN)
    ]
    again = sorted(
        {near for bpm in tried for near in (bpm - 1, bpm, bpm + 1) if limits.low <= near <= limits.high}
    )
    return _ranked(pieces, again, picture.step(_FINE_IF_LONG, limits.low))[: _few(_LAST, picture, _MOST_LAST)]


def _few(seconds: Fraction, picture: Picture, most: int) -> int:
    """How many times a cue goes into so much music, at least once."""
    return max(1, min(most, int(seconds / picture.length))) if picture.length else most


def _ranked(pieces: Sequence[Picture], bases: Sequence[float], step: Fraction) -> list[float]:
    lattices = [(piece, piece.lattice(step)) for piece in pieces]
    worths = {bpm: sum(search(piece, lattice, bpm).worth for piece, lattice in lattices) for bpm in bases}
    return sorted(bases, key=lambda bpm: -worths[bpm])


def _pieces(picture: Picture) -> list[Picture]:
    if picture.length <= _HEARD:
        return [picture]
    long = _HEARD / _PIECES
    return [picture.part((picture.length - long) * n / (_PIECES - 1), long) for n in range(_PIECES)]
