"""What may be music or not: drones are with a mood, or beside who plays; a bed is, unless it is one of rain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause, Named, is_small, written
from v2a.builtin.planner.musical import MUSIC, among, is_music
from v2a.builtin.planner.tokens import stem
from v2a.builtin.planner.vocabulary import Material, Modifier, Mood, Sound, Vocabulary

_TOGETHER = frozenset({"and", "with", "plus"})
_MOVES = frozenset({"by", "fly", "flies", "flying", "over", "past", "away"})


def of_drones(clauses: Sequence[Clause], known: Vocabulary) -> list[Clause]:
    """The clauses, in which drones and beds that are meant as music are named as music."""
    read = list(clauses)
    for at, clause in enumerate(read):
        if clause.negated or any(is_music(n.meaning) for n in clause.named):
            continue
        bed = _bed_of(clause, known)
        if bed is not None:
            read[at] = _bed_as_music(clause, bed)
        elif _styled(clause) or _among_players(
            clause, read[at - 1] if at else None, read[at + 1 :][:1], known
        ):
            read[at] = _drones_as_music(clause, known)
    return read


def _bed_of(clause: Clause, known: Vocabulary) -> int | None:
    """Where a clause says `bed` of music: with a mood or a genre before it, and nothing else that sounds; not `bed of rain`."""
    at = next((n for n, token in enumerate(clause.tokens) if token.word == "bed"), None)
    if at is None or (at + 1 < len(clause.tokens) and not _ends_there(clause, at, known)):
        return None
    before = [n for n in clause.named if n.first < at]
    styled = [n for n in before if any(among(clause, n, known, name) for name in ("beside", "genre"))]
    others = [n for n in before if n not in styled and not isinstance(n.meaning, Mood | Modifier)]
    covered = {t for n in clause.named for t in n.tokens}
    small = all(
        n in covered or is_small(t.word, known.language) or stem(t.text) in known.beside["beside"]
        for n, t in enumerate(clause.tokens[:at])
    )
    felt = bool(styled) or any(isinstance(n.meaning, Mood) for n in before)
    return at if felt and small and not others else None


def _ends_there(clause: Clause, at: int, known: Vocabulary) -> bool:
    """Whether what is behind a word only says where or when."""
    behind = clause.tokens[at + 1].word
    return behind != "of" and known.language.among("prepositions", behind)


def _bed_as_music(clause: Clause, at: int) -> Clause:
    """The clause with its bed as music, and how that is as no sound of its own."""
    named = [
        Named(Modifier(written([clause.tokens[t] for t in n.tokens])), n.tokens)
        if isinstance(n.meaning, Sound | Material) and n.first < at
        else n
        for n in clause.named
        if n.tokens != (at,)
    ]
    return replace(clause, named=tuple(sorted([*named, Named(MUSIC, (at,))], key=lambda n: n.first)))


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
