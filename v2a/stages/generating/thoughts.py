"""What a scene's reasoning says of one of its sounds: a generator that makes the rain is not told of the footsteps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from v2a.model import Reasoning
from v2a.stages.generating.choose import stems

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")
_CLAUSE = re.compile(r"\s*;\s+")
_EMPTY = frozenset(
    stems("""a an and as at by for from in into is it its of off on onto or over that the then this to under
    up with within while no not background foley effects music narration sound sounds""")
)


def concerning(reasoning: Reasoning, prompt: str, others: Iterable[str]) -> Reasoning:
    """The reasoning without what is said of other sounds.

    Of when, how and where it keeps every sentence that names this sound or none of the others; of what sounds there are
    only what names this one and adds something to its prompt.
    """
    own = _words(prompt)
    foreign = frozenset().union(*(_words(other) for other in others)) - own

    def kept(text: str) -> str:
        return " ".join(
            s for s in _SENTENCE.split(text.strip()) if _words(s) & own or not _words(s) & foreign
        )

    return replace(
        reasoning,
        sounds=_named(reasoning.sounds, own),
        timing=kept(reasoning.timing),
        character=kept(reasoning.character),
        space=kept(reasoning.space),
    )


def _named(sounds: str, own: frozenset[str]) -> str:
    said = []
    for sentence in _SENTENCE.split(sounds.strip()):
        clauses = [c for c in _CLAUSE.split(sentence) if _words(c) & own and _words(c) - own]
        said += [f"{clause[:1].upper()}{clause[1:].rstrip('.')}." for clause in clauses]
    return " ".join(said)


def _words(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - _EMPTY
