"""Clauses in words that the planner does not know: whether they are English, and what to say of them and of their times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause
from v2a.builtin.planner.vocabulary import Language, Vocabulary
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Unplaced

_HANGING = re.compile(r"(.+?)\s+((?:after|before|when|once|until|till)\s+\S.*)")
_SENTENCE = re.compile(r"[.;!?](?=\s|$)|\n")
PACE_OF_NOTHING = "what it is said of is not placed; write it beside music that is"
_ENGLISH = re.compile(r"^[a-z'-]*[aeiouy][a-z'-]*$", re.IGNORECASE)


def is_english(clause: Clause, unknown: Sequence[str], language: Language, *, begun: bool) -> bool:
    """Whether unknown words look like the name of a sound in a brief whose other clauses are `begun` in English."""
    foreign = sum(language.among("foreign", t.word) for t in clause.tokens)
    if foreign >= 2 or not all(_ENGLISH.match(word.strip('"')) for word in unknown if " " not in word):
        return False
    small = len([t for t in clause.tokens if t.kind == "word"]) > len(unknown)
    return (small or bool(clause.whens) or begun) and len(unknown) <= 8


def is_one_sentence(text: str) -> bool:
    """Whether no sentence ends in a text."""
    return _SENTENCE.search(text) is None


def why_unknown(clause: Clause, unknown: Sequence[str], known: Vocabulary) -> str:
    """Why a clause cannot be placed, with the names of sounds that look like it."""
    words = [t.word for t in clause.tokens]
    foreign = sum(known.language.among("foreign", word) for word in words)
    if foreign >= 2 or any(not word.isascii() for word in words):
        return "v2a reads briefs in English"
    nearest = [name for word in unknown[:8] for name in known.nearest(word)]
    said = f"v2a knows no sound called {' '.join(unknown[:4])!r}"
    return f"{said}; the nearest it knows: {', '.join(dict.fromkeys(nearest))}" if nearest else said


def unhung(wish: Wish) -> tuple[Wish, Unplaced | None]:
    """The wish without `when she leaves` or `after the cut`, where nobody can tell when that is, and what to say of that."""
    found = _HANGING.match(wish.prompt)
    if found is None or wish.head not in found[1]:
        return wish, None
    why = f"nothing tells when that is, so {found[1]!r} is placed without it; write a time"
    return replace(wish, prompt=found[1]), Unplaced(found[2], why)
