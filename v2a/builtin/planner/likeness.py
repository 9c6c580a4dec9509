"""What something is to feel like: `it should feel like a heartbeat` describes the music, and nobody is to hear a heart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from v2a.builtin.planner.clauses import Clause, Named, written
from v2a.builtin.planner.musical import MUSIC, is_music
from v2a.builtin.planner.pieces import is_other, without
from v2a.builtin.planner.vocabulary import Modifier, Mood

_FEELS = frozenset({"feel", "feels"})


def likened(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses, in which what something feels like is no sound of its own; with no other sound, the music is like that."""
    done: list[Clause] = []
    for clause in clauses:
        at = _feels_like(clause)
        done.append(clause if at is None else _as_described(clause, at, done[-1] if done else None))
    return tuple(done)


def _feels_like(clause: Clause) -> int | None:
    """Where `like` stands of `feel like`, in a clause that wants something."""
    words = [token.word for token in clause.tokens]
    at = next(
        (n + 1 for n, (one, other) in enumerate(pairwise(words)) if one in _FEELS and other == "like"), None
    )
    return None if clause.negated or at is None or at + 1 == len(words) else at


def _as_described(clause: Clause, like: int, before: Clause | None) -> Clause:
    named = [_said_how(clause, n) if n.first > like and is_other(n.meaning) else n for n in clause.named]
    clause = replace(clause, named=tuple(named))
    others = any(is_other(n.meaning) for n in named)
    hangs = before is not None and bool(clause.join) and any(is_other(n.meaning) for n in before.named)
    felt = any(isinstance(n.meaning, Mood) and n.first > like for n in named)
    if others or hangs or felt or any(is_music(n.meaning) for n in named):
        return clause
    clause = without(clause, set(range(like)))
    return replace(clause, named=(*clause.named, Named(MUSIC, (0,))))


def _said_how(clause: Clause, named: Named) -> Named:
    return Named(Modifier(written([clause.tokens[at] for at in named.tokens])), named.tokens)
