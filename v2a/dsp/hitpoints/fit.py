"""The tempo map of a cue: one tempo where that does, or else one that gives way gently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from v2a.dsp.hitpoints.landing import Landing, Tally, important, landings, score, tally
from v2a.dsp.hitpoints.laying import Picture, laid, mapped, search
from v2a.dsp.hitpoints.limits import Limits
from v2a.dsp.hitpoints.steady import Candidate, candidates, steady
from v2a.model.tempo import Hit, TempoMap

_FINE, _COARSE = Fraction(1, 380), Fraction(1, 95)
_LONG, _FINE_IF_LONG = Fraction(240), Fraction(1, 190)
_HEARD, _PIECES = Fraction(360), 6
_FINALISTS, _LAST = 6, 2
_LEANS = (0.0, -0.6, 0.6)
_ENOUGH = 0.97


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
    meant = tuple(hit for hit in hits if 0 <= hit.time <= length)
    even = steady(base, meant, length, limits) if base else candidates(meant, length, limits, 1)[0]
    best = sum(limits.worth(hit, limits.early * limits.frame, True) for hit in important(meant))
    if _important(even.landings, limits) >= best * _ENOUGH:
        return _steady(even)
    picture = Picture(meant, length, limits, tuple(breaths))
    given = _given(picture, [base] if base else _bases(picture))
    enough = _important(even.landings, limits) >= _important(given.landings, limits) * _ENOUGH
    return _steady(even) if enough else given


def _steady(even: Candidate) -> Fit:
    return Fit(even.tempo, even.bpm, even.score, even.landings, even.tally)


def _important(landed: Sequence[Landing], limits: Limits) -> float:
    """What is landed of what matters."""
    heavy = {id(hit) for hit in important([one.hit for one in landed])}
    return score((one for one in landed if id(one.hit) in heavy), limits)


def _given(picture: Picture, bases: Sequence[float]) -> Fit:
    """The best map about one of several tempi."""
    limits = picture.limits
    step = picture.steps(_FINE if picture.length <= _LONG else _FINE_IF_LONG)
    leans = [share * limits.step for share in _LEANS]
    fits = []
    for bpm in bases:
        tempo = mapped(laid(picture, bpm, step, leans), step, limits)
        landed = landings(tempo, picture.hits, limits)
        fits.append(Fit(tempo, bpm, score(landed, limits), landed, tally(landed)))
    return max(fits, key=lambda fit: fit.score)


def _bases(picture: Picture) -> list[float]:
    """The most promising whole tempi: all of them tried on a coarse lattice, some again on a fine one.

    A long cue is tried in pieces that lie evenly in it.
    """
    limits = picture.limits
    whole = [float(bpm) for bpm in range(round(limits.low), round(limits.high) + 1)]
    bases = sorted({bpm for bpm in [*whole, limits.middle] if limits.low <= bpm <= limits.high})
    few = _FINALISTS if picture.length <= _LONG else _LAST
    pieces = _pieces(picture)
    promising = _ranked(pieces, bases, picture.steps(_COARSE))[:few]
    return _ranked(pieces, promising, picture.steps(_FINE_IF_LONG))[: _LAST if picture.length <= _LONG else 1]


def _ranked(pieces: Sequence[Picture], bases: Sequence[float], step: Fraction) -> list[float]:
    lattices = [(piece, piece.lattice(step)) for piece in pieces]
    worths = {bpm: sum(search(piece, lattice, bpm).worth for piece, lattice in lattices) for bpm in bases}
    return sorted(bases, key=lambda bpm: -worths[bpm])


def _pieces(picture: Picture) -> list[Picture]:
    if picture.length <= _HEARD:
        return [picture]
    long = _HEARD / _PIECES
    return [picture.part((picture.length - long) * n / (_PIECES - 1), long) for n in range(_PIECES)]
