"""Players who join those that play: `piano, the strings join at 0:33`, `add drums at 0:24`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

from v2a.builtin.planner.clauses import Clause, is_small
from v2a.builtin.planner.clock import When, joined
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.hanging import FOLLOWING, merged
from v2a.builtin.planner.musical import is_music, is_whole
from v2a.builtin.planner.pieces import changing, is_other, last_piece, tells_of_a_piece, without
from v2a.builtin.planner.tokens import Token, stem
from v2a.builtin.planner.vocabulary import Language
from v2a.model.time import Span

_AND = Token("word", "and", 0, 0)


def with_joining(clause: Clause, done: Sequence[Clause], film: Film, language: Language) -> Clause:
    """A clause in which players join the music before it, as that music with them in it."""
    joins = {at for at, token in enumerate(clause.tokens) if stem(token.text) in changing()["joins"]}
    last = last_piece(done)
    if not joins and last is not None and _plays_on(reduce(merged, done[last]), clause, film):
        joins = _enters(clause)
        clause = _apart(clause, joins)
    if (
        not joins
        or last is None
        or not _names_players(clause)
        or not (clause.whens or clause.join in FOLLOWING)
    ):
        return clause
    before = reduce(merged, done[last])
    players = _bare(without(clause, joins), language)
    together = merged(replace(before, tokens=(*before.tokens, _AND)), players)
    whens = _until_its_end(clause, before, film)
    return replace(together, whens=whens, join="then", leading=False, comes=Fraction(0), goes=before.goes)


def _enters(clause: Clause) -> set[int]:
    """The words by which players come in who are named before: `the strings come in`, and not `come in with strings`."""
    words = [stem(token.text) for token in clause.tokens]
    named = [n.first for n in clause.named if is_music(n.meaning) and not is_whole(n.meaning)]
    for at, word in enumerate(words):
        said = 1 if word in changing()["enters"] else 2 if word in changing()["comes"] else 0
        comes_in = said == 1 or (said == 2 and words[at + 1 : at + 2] == ["in"])
        if said and comes_in and named and min(named) < at and len(words) <= at + said:
            return set(range(at, at + said))
    return set()


def _apart(clause: Clause, verbs: set[int]) -> Clause:
    """The clause in which a verb names nothing: drums that `kick in` are no kick drum, and nobody is kicked."""
    kept = [replace(n, tokens=tuple(t for t in n.tokens if t not in verbs)) for n in clause.named]
    return replace(clause, named=tuple(n for n in kept if n.tokens))


def _plays_on(before: Clause, clause: Clause, film: Film) -> bool:
    """Whether the music before a clause still plays when that begins."""
    when, own = joined(clause.whens, film), joined(before.whens, film)
    starts = [*when.points, *(span.start for span in when.spans)]
    lasts = own.length is None and all(span.end > min(starts, default=film.duration) for span in own.spans)
    return bool(starts) and not own.problem and lasts and min(own.points, default=Fraction(0)) < min(starts)


def _names_players(clause: Clause) -> bool:
    plays = any(is_music(n.meaning) for n in clause.named) and tells_of_a_piece(clause)
    return plays and not any(is_other(n.meaning) for n in clause.named)


def _bare(clause: Clause, language: Language) -> Clause:
    """The clause without the small words at its ends."""
    said = [at for at, token in enumerate(clause.tokens) if not is_small(token.word, language)]
    return without(clause, {at for at in range(len(clause.tokens)) if not said[0] <= at <= said[-1]})


def _until_its_end(clause: Clause, before: Clause, film: Film) -> tuple[When, ...]:
    """The times of a clause that says when somebody joins: from then on until the music before it ends."""
    when = joined(clause.whens, film)
    ends = [span.end for span in joined(before.whens, film).spans]
    if len(when.points) != 1 or when.spans or not ends or max(ends) <= when.points[0]:
        return clause.whens
    return (When(spans=(Span(when.points[0], max(ends)),), text=when.text),)
