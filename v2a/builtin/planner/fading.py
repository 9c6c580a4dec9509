"""How music fades: `fade in over the first 5 seconds`, `a fade out at 1:20`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.clauses import Clause
from v2a.builtin.planner.clock import joined
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.musical import is_music
from v2a.builtin.planner.pieces import without
from v2a.builtin.planner.vocabulary import Sound, Trend, Turn
from v2a.model.time import Span

FADES = frozenset({"fade", "fades", "fading"})


def only_fades(clause: Clause) -> bool:
    """Whether a clause says when music fades, and nothing else."""
    fades = bool(clause.whens and clause.join) and any(t.word in FADES for t in clause.tokens)
    return fades and not clause.negated and all(isinstance(n.meaning, Turn | Trend) for n in clause.named)


def faded(clause: Clause, film: Film) -> Clause:
    """`fade in over the first 5 seconds`: how long music takes to come or to go, rather than when it plays."""
    said = {t.word for t in clause.tokens}
    when = joined(clause.whens, film)
    fades = bool(said & FADES) and not any(
        isinstance(n.meaning, Sound) and not is_music(n.meaning) for n in clause.named
    )
    if not fades or clause.negated or when.problem or when.points or not (when.spans or when.length):
        return clause
    span = when.spans[0] if len(when.spans) == 1 else Span(Fraction(0), Fraction(0))
    length = when.length or span.duration
    opens, closes = span.start == 0 and span.end < film.duration, span.end == film.duration and span.start > 0
    if "in" in said and (opens or not when.spans):
        left = without(clause, {at for at, t in enumerate(clause.tokens) if t.word in {"in", *FADES}})
        return _plain(replace(left, whens=(), comes=length))
    if "out" in said and (closes or not when.spans):
        left = without(clause, {at for at, t in enumerate(clause.tokens) if t.word in {"out", *FADES}})
        return _plain(replace(left, whens=(), goes=length))
    return clause


def _plain(clause: Clause) -> Clause:
    return replace(clause, named=tuple(n for n in clause.named if not isinstance(n.meaning, Trend | Turn)))
