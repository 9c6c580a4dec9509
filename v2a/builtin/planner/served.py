"""What the installed generators can make, and prompts in words that they know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from v2a.builtin.planner.tokens import plain, tokens_of
from v2a.interfaces.generator import GeneratorCard
from v2a.model.spotting import KINDS, Kind


@dataclass(frozen=True)
class Shelf:
    """For each kind: whether a generator takes any words, and the words that the others know."""

    told: bool
    makes: frozenset[Kind]
    open: frozenset[Kind]
    words: Mapping[Kind, tuple[str, ...]]
    phrases: Mapping[Kind, frozenset[tuple[str, ...]]]

    @classmethod
    def of(cls, cards: Iterable[GeneratorCard]) -> Shelf:
        """The shelf of some generators; without any, all kinds and words are taken as possible."""
        listed = tuple(cards)
        words = {
            kind: tuple(dict.fromkeys(w for c in listed if kind in c.kinds for w in c.words))
            for kind in KINDS
        }
        return cls(
            told=bool(listed),
            makes=frozenset(k for c in listed for k in c.kinds) if listed else frozenset(KINDS),
            open=frozenset(k for c in listed if not c.words for k in c.kinds),
            words=words,
            phrases={kind: frozenset(_singular(w) for w in found) for kind, found in words.items()},
        )

    def knows(self, kind: Kind, text: str) -> bool:
        """Whether a generator of this kind knows at least one word of a text."""
        if not self.told or kind in self.open:
            return kind in self.makes
        said, phrases = _singular(text), self.phrases[kind]
        longest = max(map(len, phrases), default=0)
        return any(
            said[at : at + size] in phrases
            for size in range(1, longest + 1)
            for at in range(len(said) + 1 - size)
        )

    def prompt(self, kind: Kind, own: str, say: Sequence[str], head: str) -> str | None:
        """The user's own words, with a plain word that a generator knows added where `head` holds none; or nothing."""
        if not self.told or kind in self.open:
            return own if kind in self.makes else None
        if head and self.knows(kind, head):
            return own
        there = _singular(own)
        known = [word for word in say if self.knows(kind, word)]
        if any(set(_singular(word)) <= set(there) for word in known):
            return own
        return f"{own}, {known[0]}" if known else None

    def with_material(self, kind: Kind, prompt: str, materials: Sequence[str]) -> str:
        """The prompt, with the plain word for its first material (`parquet` is wood), for generators of few words."""
        if not self.told or kind in self.open or not materials:
            return prompt
        plainly = materials[0]
        there = any(word.startswith(_one(plainly)) for word in _singular(prompt))
        return prompt if there else f"{prompt}, {plainly}"


def _singular(text: str) -> tuple[str, ...]:
    """The words of a text by which generators are chosen: singular and plural count alike, other forms do not."""
    words = [t.word for t in tokens_of(plain(text)) if t.kind == "word"]
    return tuple(_one(word) for word in words)


def _one(word: str) -> str:
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
