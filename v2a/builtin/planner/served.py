"""What the installed generators can make, and prompts in words that they know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from v2a.builtin.planner.tokens import stems_of
from v2a.interfaces.generator import GeneratorCard
from v2a.model.spotting import KINDS, Kind


@dataclass(frozen=True)
class Shelf:
    """For each kind: whether a generator takes any words, and the words that the others know."""

    told: bool
    makes: frozenset[Kind]
    open: frozenset[Kind]
    words: Mapping[Kind, tuple[str, ...]]
    stems: Mapping[Kind, frozenset[str]]

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
            stems={kind: frozenset(s for w in found for s in stems_of(w)) for kind, found in words.items()},
        )

    def knows(self, kind: Kind, text: str) -> bool:
        """Whether a generator of this kind knows at least one word of a text."""
        if not self.told or kind in self.open:
            return kind in self.makes
        return any(s in self.stems[kind] for s in stems_of(text))

    def prompt(self, kind: Kind, own: str, say: Sequence[str], head: str) -> str | None:
        """The user's own words, with a plain word that a generator knows added where `head` holds none; or nothing."""
        if not self.told or kind in self.open:
            return own if kind in self.makes else None
        if head and self.knows(kind, head):
            return own
        plain = next((word for word in say if self.knows(kind, word)), None)
        return None if plain is None else f"{own}, {plain}"

    def with_material(self, kind: Kind, prompt: str, materials: Sequence[str]) -> str:
        """The prompt, with the plain word for its material where a generator knows that and not the user's."""
        if not self.told or kind in self.open:
            return prompt
        there = set(stems_of(prompt))
        missing = [m for m in materials if not there & set(stems_of(m)) and self.knows(kind, m)]
        return ", ".join([prompt, *missing[:1]])
