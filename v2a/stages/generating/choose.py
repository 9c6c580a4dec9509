"""Which generators can make a cue, and in which order they are asked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from v2a.interfaces import GeneratorCard
from v2a.model import Cue, Kind

_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile("[aeiouy]")
_ALIKE = 0.6


def order(
    cue: Cue, cards: Sequence[GeneratorCard], prefer: Mapping[str, str], *, near: bool = False
) -> tuple[str, ...]:
    """The names of those that can make the cue: the cue's own, the preferred one, then by rank and words.

    Where the cue has a reference to come `near`, those that take one go before all but the cue's own.
    """
    able = [card for card in cards if card.name == cue.generator or not reason_against(card, cue)]
    preferred = prefer.get(cue.kind)
    return tuple(
        card.name
        for card in sorted(
            able,
            key=lambda card: (
                card.name != cue.generator,
                near and not takes_reference(card),
                card.name != preferred,
                -card.rank,
                -matches(card.words, cue.prompt),
                card.name,
            ),
        )
    )


def takes_reference(card: GeneratorCard) -> bool:
    """Whether a generator can come near a sound that it is given."""
    return "reference" in card.accepts


def reason_against(card: GeneratorCard, cue: Cue) -> str:
    """Why a generator cannot make a cue, or nothing where it can."""
    if cue.kind not in card.kinds:
        return f"makes {', '.join(card.kinds)} and not {cue.kind}"
    if card.lacks:
        return card.lacks
    if card.words and not matches(card.words, cue.prompt):
        return f"does not know {cue.prompt!r}"
    return too_long(card, cue)


def too_long(card: GeneratorCard, cue: Cue) -> str:
    """Why a cue's length is out of reach, or nothing."""
    if card.windowing == "whole" and card.window is not None and cue.span.duration > card.window:
        return f"makes at most {float(card.window):g} seconds and the cue has {float(cue.span.duration):g}"
    return ""


def kind_of(prompt: str, cards: Sequence[GeneratorCard]) -> Kind:
    """The kind of sound that words mean: that of the generator that knows most of them, else of the first in rank."""
    best = min(
        (c for c in cards if not c.words or matches(c.words, prompt)),
        key=lambda card: (-matches(card.words, prompt), -card.rank, "fx" not in card.kinds, card.name),
        default=None,
    )
    if best is None:
        return cards[0].kinds[0] if len(cards) == 1 else "fx"
    return "fx" if "fx" in best.kinds and not best.words else best.kinds[0]


def known_near(prompt: str, cards: Sequence[GeneratorCard], kind: Kind, count: int = 5) -> str:
    """What the generators of a kind know, in words: what looks like the prompt and how much, else some of it."""
    words = list(dict.fromkeys(w for card in cards if kind in card.kinds for w in card.words))
    said = prompt.casefold().strip()
    close = [w for w in difflib.get_close_matches(said, words, n=count, cutoff=_ALIKE) if w]
    if close:
        alike = [f"{w!r} ({difflib.SequenceMatcher(None, said, w).ratio():.0%} alike)" for w in close[:3]]
        return f"The nearest known: {', '.join(alike)}."
    some = words[:: max(1, len(words) // count)][:count]
    return f"There are, among {len(words)}: {', '.join(some)}." if some else ""


def matches(words: Sequence[str], prompt: str) -> int:
    """How many of a generator's words a prompt has; singular and plural count alike."""
    said = stems(prompt)
    return sum(_holds(said, stems(word)) for word in words)


def stems(text: str) -> list[str]:
    """The words of a text without the endings of plurals and verbs."""
    return [_stem(word) for word in _WORD.findall(text.casefold())]


def _stem(word: str) -> str:
    """The word without the ending of a plural or of a verb: doors, breaks, breaking and running are known."""
    for ending in ("ches", "shes", "sses", "xes"):
        if word.endswith(ending):
            return word[:-2]
    bare = word.removesuffix("ing")
    if len(bare) >= 3 and bare != word and _VOWEL.search(bare):
        return bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "sl" else bare
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _holds(said: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return size > 0 and any(list(said[n : n + size]) == list(wanted) for n in range(len(said) - size + 1))
