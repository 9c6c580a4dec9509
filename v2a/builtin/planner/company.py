"""What is heard with music that has its time: `a guitar in scene 2, with wind and birds`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause
from v2a.builtin.planner.clock import When
from v2a.builtin.planner.musical import is_music
from v2a.builtin.planner.vocabulary import Sound

_WITH = re.compile(r"\bwith\s*$", re.IGNORECASE)
_REACH = 12


def in_company(clauses: Sequence[Clause], text: str) -> list[Clause]:
    """The clauses of a text, in which backgrounds that are `with` music of a stretch of the film are heard in that stretch.

    Of backgrounds that have a time of their own, `with wind and birds throughout`, it is that.
    """
    done = list(clauses)
    music: tuple[When, ...] = ()
    at = 0
    while at < len(done):
        end = _end_of_company(done, at, text) if music else at
        if all(not clause.whens for clause in done[at:end]):
            done[at:end] = [replace(clause, whens=music) for clause in done[at:end]]
        if end == at:
            music = _stretch(done[at], music)
        at = max(end, at + 1)
    return done


def _end_of_company(clauses: Sequence[Clause], at: int, text: str) -> int:
    """Where the backgrounds end that a clause opens with `with`; there itself, where it does not."""
    first = clauses[at].tokens[0].start if clauses[at].tokens else 0
    if not clauses[at].join or not _WITH.search(text, max(0, first - _REACH), first):
        return at
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
    timed = plays and all(when.spans and not when.edge for when in clause.whens)
    return clause.whens if timed else ()
