"""Matching prompts to sounds: each sound has phrases; the one with the most words in the prompt wins."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from v2a_foley.wants import Quality

Gesture = Literal["single", "train", "span"]
Around = Literal["none", "room", "hall", "open"]


@dataclass(frozen=True)
class Known:
    """A sound that is known: its name is that of the function that makes it, `module` where that is.

    `single` sounds once at its sync point, `train` again and again (`pace` a second, give or
    take `jitter` of an interval, in groups of so many), `span` over the whole cue.
    `lead` is how many seconds it sounds before its sync point, where there is room; `level` in dB corrects it, `around` is the space it is made in; an `airy` sound
    has its distance in it already.
    """

    name: str
    module: str
    phrases: tuple[str, ...]
    gesture: Gesture = "single"
    pace: float = 1.0
    jitter: float = 0.035
    group: int = 0
    lead: float = 0.0
    level: float = 0.0
    around: Around = "room"
    airy: bool = False
    start: Quality = field(default_factory=Quality)


@dataclass(frozen=True)
class Match:
    """A known sound that a prompt names, and the word that only came close, if it was that."""

    known: Known
    nearly: str = ""


def words(prompt: str) -> tuple[str, ...]:
    """The words of a prompt, in lower case."""
    return tuple(re.findall(r"[a-z]+", prompt.lower()))


def stem(word: str) -> str:
    """A word without its ending, the same for all its forms."""
    for ending in ("ings", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def vocabulary(sounds: Sequence[Known]) -> tuple[str, ...]:
    """Every phrase that is known."""
    return tuple(dict.fromkeys(phrase for known in sounds for phrase in known.phrases))


def matches(prompt: str, sounds: Sequence[Known]) -> tuple[Match, ...]:
    """The sounds a prompt names, best first; no word of the prompt counts twice. Empty: none, not even nearly."""
    stems = [stem(w) for w in words(prompt)]
    found = _exact(stems, sounds)
    return found or _near(words(prompt), sounds)


def _exact(stems: list[str], sounds: Sequence[Known]) -> tuple[Match, ...]:
    candidates = []
    for order, known in enumerate(sounds):
        for phrase in known.phrases:
            parts = [stem(w) for w in words(phrase)]
            if all(p in stems for p in parts):
                place = min(stems.index(p) for p in parts)
                candidates.append((-len(parts), place, order, parts, known))
    candidates.sort(key=lambda c: c[:3])
    left, found = list(stems), dict[str, Match]()
    for _, _, _, parts, known in candidates:
        if all(p in left for p in parts):
            found.setdefault(known.name, Match(known))
            left = [s for s in left if s not in parts]
    return tuple(found.values())


def _near(said: tuple[str, ...], sounds: Sequence[Known]) -> tuple[Match, ...]:
    single = {
        w: known for known in reversed(sounds) for p in known.phrases for w in words(p) if len(words(p)) == 1
    }
    for word in said:
        if len(word) < 4:
            continue
        close = difflib.get_close_matches(word, list(single), n=1, cutoff=0.78)
        if close:
            return (Match(single[close[0]], f"{word} → {close[0]}"),)
    return ()


def suggestions(prompt: str, sounds: Sequence[Known], count: int = 6) -> tuple[str, ...]:
    """Some known sounds, the nearest to the prompt first."""
    first = [known.phrases[0] for known in sounds]
    close = [c for w in words(prompt) for c in difflib.get_close_matches(w, first, n=2, cutoff=0.4)]
    step = max(1, len(first) // count)
    return tuple(dict.fromkeys([*close, *first[::step]]))[:count]
