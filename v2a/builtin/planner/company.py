"""What is heard with music, or where it is not: `a guitar in scene 2, with wind`, `no music there so that we hear the street`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause
from v2a.builtin.planner.clock import When
from v2a.builtin.planner.musical import is_music
from v2a.builtin.planner.pieces import without
from v2a.builtin.planner.vocabulary import Sound

_WITH = re.compile(r"\bwith\s*$", re.IGNORECASE)
_REACH = 12
_BARED = ("so", "that", "we", "hear")


def in_company(clauses: Sequence[Clause], text: str) -> list[Clause]:
    """The clauses of a text, in which backgrounds that are `with` music of a stretch of the film are heard in that stretch.

    So are those that are heard where the clause before them takes music away. Of backgrounds that have a time of their own, `with wind and birds throughout`, it is that.
    """
    done = list(clauses)
    music: tuple[When, ...] = ()
    at = 0
    while at < len(done):
        bared = _stretches(done[at - 1]) if at and _is_bared(done[at]) else ()
        if bared:
            done[at] = without(done[at], set(range(len(_BARED))))
        shared = bared or music
        opens = bool(bared) or (bool(music) and _is_with(done[at], text))
        end = _end_of_company(done, at) if opens else at
        if all(not clause.whens for clause in done[at:end]):
            done[at:end] = [replace(clause, whens=shared) for clause in done[at:end]]
        if end == at:
            music = _stretch(done[at], music)
        at = max(end, at + 1)
    return done


def _is_with(clause: Clause, text: str) -> bool:
    """Whether `with` stands right before a clause."""
    first = clause.tokens[0].start if clause.tokens else 0
    return bool(clause.join) and _WITH.search(text, max(0, first - _REACH), first) is not None


def _is_bared(clause: Clause) -> bool:
    """Whether a clause says what is heard where the one before it takes something away: `so that we hear the street`."""
    words = tuple(token.word for token in clause.tokens[: len(_BARED)])
    return words == _BARED and len(clause.tokens) > len(_BARED) and bool(clause.join)


def _end_of_company(clauses: Sequence[Clause], at: int) -> int:
    """Where the backgrounds end that begin at a clause."""
    end = at
    while end < len(clauses) and _is_background(clauses[end]) and (end == at or clauses[end].join == "and"):
        end += 1
    return end


def _is_background(clause: Clause) -> bool:
    kinds = {n.meaning.kind for n in clause.sounds if isinstance(n.meaning, Sound)}
    return kinds == {"bg"} and not clause.negated


def _stretch(clause: Clause, before: tuple[When, ...]) -> tuple[When, ...]:
    """The stretches of the film in which a clause wants music; those before it, where it goes on about that music."""
    plays = not clause.negated and any(is_music(n.meaning) for n in clause.named)
    if plays and not clause.whens and clause.join:
        return before
    return _stretches(clause) if plays else ()


def _stretches(clause: Clause) -> tuple[When, ...]:
    """The times of a clause that says stretches of the film only."""
    return clause.whens if all(when.spans and not when.edge for when in clause.whens) else ()
