"""What may be music or not: drones are with a mood, or beside who plays; a bed is, unless it is one of rain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause, Named
from v2a.builtin.planner.musical import MUSIC, among, is_music
from v2a.builtin.planner.vocabulary import Modifier, Mood, Sound, Vocabulary

_TOGETHER = frozenset({"and", "with", "plus"})
_MOVES = frozenset({"by", "fly", "flies", "flying", "over", "past", "away"})


def of_drones(clauses: Sequence[Clause], known: Vocabulary) -> list[Clause]:
    """The clauses, in which drones and beds that are meant as music are named as music."""
    read = list(clauses)
    for at, clause in enumerate(read):
        if clause.negated or any(is_music(n.meaning) for n in clause.named):
            continue
        if _styled(clause) or _among_players(clause, read[at - 1] if at else None, read[at + 1 :][:1], known):
            read[at] = _drones_as_music(clause, known)
    return read


def _styled(clause: Clause) -> bool:
    return bool(clause.moods) or any(t.word == "ambient" for t in clause.tokens)


def _among_players(
    clause: Clause, before: Clause | None, behind: Sequence[Clause], known: Vocabulary
) -> bool:
    """Whether a clause of nothing but a drone has its mood right behind it, or plays together with an instrument."""
    if clause.unknown(known.language) or any(t.word in _MOVES for t in clause.tokens):
        return False
    after = behind[0] if behind else None
    if after is not None and after.join == "," and _is_mood(after, known):
        return True
    after_players = clause.join in _TOGETHER and before is not None and _plays(before)
    return after_players or (after is not None and after.join in _TOGETHER and _plays(after))


def _is_mood(clause: Clause, known: Vocabulary) -> bool:
    """Whether a clause only says how music feels."""
    felt = all(isinstance(n.meaning, Mood | Modifier) for n in clause.named)
    return bool(clause.moods) and felt and not clause.negated and not clause.unknown(known.language)


def _plays(clause: Clause) -> bool:
    return not clause.negated and any(
        isinstance(n.meaning, Sound) and is_music(n.meaning) for n in clause.named
    )


def _drones_as_music(clause: Clause, known: Vocabulary) -> Clause:
    """The clause with its drones as music, unless they are of something: `the drone of an engine`."""
    named = tuple(
        Named(MUSIC, n.tokens)
        if isinstance(n.meaning, Sound)
        and among(clause, n, known, "styled")
        and not _is_of(clause, n.tokens[-1])
        else n
        for n in clause.named
    )
    return replace(clause, named=named)


def _is_of(clause: Clause, at: int) -> bool:
    return [t.word for t in clause.tokens[at + 1 : at + 2]] in (["of"], ["from"])
