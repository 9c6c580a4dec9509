"""Clauses about a piece of music: which are, which go on about the one before, and how a clause becomes one."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause, Named
from v2a.builtin.planner.musical import MUSIC, is_music, is_whole
from v2a.builtin.planner.tokens import Token, stems_of
from v2a.builtin.planner.vocabulary import KindWord, Material, Mood, Sound, table

NOUN = Token("word", "music", 0, 0)


@functools.cache
def changing() -> Mapping[str, frozenset[str]]:
    """The words by which music changes, comes and goes, by their stems."""
    return {name: frozenset(stems_of(" ".join(words))) for name, words in table("music")["changing"].items()}


def is_piece(clause: Clause) -> bool:
    """Whether a clause wants music or says how that feels."""
    return not clause.negated and any(
        isinstance(n.meaning, Mood) or is_music(n.meaning) for n in clause.named
    )


def tells_of_a_piece(clause: Clause) -> bool:
    """Whether a clause says something of music: a mood, an instrument, a genre; not only that there is some."""
    said = [n.meaning for n in clause.named if isinstance(n.meaning, Mood) or is_music(n.meaning)]
    return not clause.negated and not all(map(is_whole, said))


def is_other(meaning: object) -> bool:
    """Whether a word names something else that sounds."""
    return isinstance(meaning, Sound | KindWord | Material) and not is_music(meaning)


def goes_on(done: Sequence[Clause], at: int) -> bool:
    """Whether a clause goes on about the music of the one before it."""
    details = not done[at].whens and done[at].join in (",", "and", "with")
    return details and is_piece(done[at]) and is_piece(done[at - 1])


def last_piece(done: Sequence[Clause]) -> slice | None:
    """The clauses about the last piece, of which nothing but how it is was said since: `a beat, chilled, out at 0:42`."""
    first = next((n for n in reversed(range(len(done))) if is_piece(done[n])), None)
    if first is None:
        return None
    end = first + 1
    while first and goes_on(done, first):
        first -= 1
    return slice(first, end)


def plainly_music(clause: Clause) -> Clause:
    """The clause as one that wants music and says nothing else of it."""
    return replace(clause, tokens=(NOUN,), named=(Named(MUSIC, (0,)),))


def without(clause: Clause, gone: set[int]) -> Clause:
    """The clause without some of its words."""
    places = {at: n for n, at in enumerate(at for at in range(len(clause.tokens)) if at not in gone)}
    named = tuple(
        replace(n, tokens=tuple(places[t] for t in n.tokens))
        for n in clause.named
        if not set(n.tokens) & gone
    )
    return replace(clause, tokens=tuple(clause.tokens[at] for at in places), named=named)
