"""Clauses that name no sound of their own hang on a neighbour: `footsteps, slow and heavy`, `at 12s: a door slam`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from v2a.builtin.planner.clauses import Clause, Named
from v2a.builtin.planner.turns import again
from v2a.builtin.planner.vocabulary import Language

Weight = Literal["full", "loose", "unknown", "empty"]
# The joins of what comes behind that which is before, rather than with it.
FOLLOWING = frozenset({"then", "afterwards", "followed", "later", "next"})


def weight_of(clause: Clause, language: Language) -> Weight:
    """Whether a clause names a sound, only says how or when, holds unknown words only, or nothing."""
    if clause.sounds or clause.kinds or any(turn.sky for turn in clause.turns):
        return "full"
    if clause.unknown(language):
        return "unknown"
    timed = clause.whens or clause.comes or clause.goes
    if len(clause.named) > len(clause.turns) or timed or clause.count or clause.level:
        return "loose"
    return "empty"


def bound(clauses: Sequence[Clause], language: Language) -> tuple[Clause, ...]:
    """The clauses with the loose ones joined to what they speak of; negation carried over lists."""
    done: list[Clause] = []
    waiting: list[Clause] = []
    rest = [c for c in _negated(clauses, language) if weight_of(c, language) != "empty"]
    for at, clause in enumerate(rest):
        behind = rest[at + 1] if at + 1 < len(rest) else None
        repeated = again(clause, done[-1]) if done and weight_of(clause, language) == "loose" else None
        if repeated is not None:
            clause = repeated
        if weight_of(clause, language) == "loose":
            if _looks_ahead(clause, done[-1] if done else None, behind, language):
                waiting.append(clause)
                continue
            if done and not clause.negated and _belongs(clause, done[-1]):
                done[-1] = merged(done[-1], clause)
                continue
        for early in waiting:
            clause = replace(merged(early, clause), join=early.join, negated=clause.negated or early.negated)
        waiting = []
        done.append(clause)
    return (*done, *waiting)


def _belongs(clause: Clause, before: Clause) -> bool:
    return bool(clause.join) or (bool(clause.whens) and not before.whens and not clause.named)


def _looks_ahead(clause: Clause, before: Clause | None, behind: Clause | None, language: Language) -> bool:
    """Whether a loose clause speaks of the next one rather than of the last."""
    if (
        behind is None
        or behind.join == ""
        or clause.negated
        or weight_of(behind, language) in ("loose", "empty")
    ):
        follower_is_loose = behind is not None and behind.join != "" and not clause.negated
        return bool(follower_is_loose and before is None and not clause.materials)
    if clause.join == "" or before is None:
        return not clause.materials or bool(clause.whens)
    if clause.whens and not clause.named:
        return bool(before.whens) and not behind.whens
    return (
        behind.join in ("and", "but")
        and clause.join not in ("and",)
        and not clause.trend
        and not clause.materials
    )


def merged(first: Clause, second: Clause) -> Clause:
    """Two clauses as one, in the place of the first."""
    shift = len(first.tokens)
    moved = tuple(Named(n.meaning, tuple(t + shift for t in n.tokens)) for n in second.named)
    return replace(
        first,
        tokens=first.tokens + second.tokens,
        whens=first.whens + second.whens,
        named=first.named + moved,
        count=first.count or second.count,
        only=first.only or second.only,
        level=first.level + second.level,
        comes=first.comes or second.comes,
        goes=first.goes or second.goes,
    )


def _negated(clauses: Sequence[Clause], language: Language) -> list[Clause]:
    """The clauses, with `no birds, crickets or wind` meaning no to all three."""
    found: list[Clause] = []
    for at, clause in enumerate(clauses):
        before = found[-1] if found else None
        if before is not None and before.negated and not clause.negated and _goes_on(clauses, at, language):
            clause = replace(clause, negated=True)
        found.append(clause)
    return found


def _goes_on(clauses: Sequence[Clause], at: int, language: Language) -> bool:
    clause = clauses[at]
    bare = not clause.whens and not clause.modifiers and not clause.moods
    if clause.join in ("or", "nor"):
        return True
    if clause.join == "and":
        first = clause.tokens[0].word if clause.tokens else ""
        return bare and not language.among("articles", first) and not language.among("fillers", first)
    if clause.join != "," or not bare:
        return False
    for later in clauses[at + 1 :]:
        if later.join in ("or", "nor"):
            return not later.negated
        if later.join != ",":
            return False
    return False
