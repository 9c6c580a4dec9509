"""The words the planner knows, read from the tables in `words/` when they are first needed."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any, Literal

from v2a.builtin.planner.tokens import stems_of
from v2a.model.observations import MomentKind
from v2a.model.spotting import Kind
from v2a.model.time import to_seconds

# Words that a change goes slowly.
SLOWLY = frozenset({"slow", "slowly", "gradual", "gradually", "little", "gently", "steadily"})


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that a brief may name: its kind, the plain words for it, and the moments it fits; times in seconds.

    A `gesture` consists of many sounds, for `run` seconds where nothing says how long; a `sustained` sound fills the
    span it is asked for; `cadence` is the time from one to the next where several are asked for.
    What happens `often` and is named in the plural is on every moment that suits it, where no time is given.
    """

    name: str
    kind: Kind
    say: tuple[str, ...]
    on: tuple[MomentKind, ...] = ()
    gesture: bool = False
    lead: Fraction = Fraction(1, 5)
    tail: Fraction = Fraction(1)
    cadence: Fraction = Fraction(1, 2)
    gain: float = 0.0
    run: Fraction = Fraction(0)
    sustained: bool = False
    often: bool = False


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood of music, its character in words, and what to ask for where nothing else is said."""

    name: str
    character: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What something is made of, or what one walks on."""

    name: str


@dataclass(frozen=True, slots=True)
class Modifier:
    """How a sound is: a trim in dB, a place from -1 to 1, a pace as a factor."""

    character: str
    gain: float = 0.0
    pan: float | None = None
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Trend:
    """A sound that grows or goes."""

    direction: Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A background that comes, goes or becomes another one, or the sky's turn to night or day; for music a `trend`."""

    way: Literal["comes", "goes", "becomes", "night", "day"]
    trend: Literal["", "up", "down"] = ""

    @property
    def sky(self) -> bool:
        """Whether it is the sky that turns."""
        return self.way in ("night", "day")


@dataclass(frozen=True, slots=True)
class KindWord:
    """A word for a whole kind of sound, or for all of them."""

    kind: Kind | Literal["all"]


Meaning = Sound | Mood | Material | Modifier | Trend | Turn | KindWord


def trend_of(meaning: Meaning) -> str:
    """Where a word says that a sound goes: up, down, or nowhere."""
    if isinstance(meaning, Trend):
        return meaning.direction
    return meaning.trend if isinstance(meaning, Turn) else ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Stems that together mean something, in any order."""

    stems: tuple[str, ...]
    meaning: Meaning


@dataclass(frozen=True)
class Language:
    """The small words of a brief."""

    lists: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    counts: Mapping[str, int]
    ordinals: Mapping[str, int]

    def among(self, name: str, word: str) -> bool:
        """Whether a word in lower case is in a list."""
        return word in self.lists[name]


@dataclass(frozen=True)
class Vocabulary:
    """All phrases by each of their stems, and all names for suggestions; `beside` are stems that music may have."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    names: tuple[str, ...]
    moods: Mapping[str, Mood]
    sounds: Mapping[str, Sound]
    language: Language
    beside: Mapping[str, frozenset[str]]

    def nearest(self, word: str, among: Iterable[str] = (), cutoff: float = 0.7) -> tuple[str, ...]:
        """Up to three known words that look like this one."""
        known = list(among) or self.names
        return tuple(difflib.get_close_matches(word[:40].lower(), known, n=3, cutoff=cutoff))


def table(name: str) -> dict[str, Any]:
    """One of the tables in `words/`."""
    text = (resources.files("v2a.builtin.planner") / "words" / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def vocabulary() -> Vocabulary:
    """The words the planner knows."""
    sounds, music, language = table("sounds")["sound"], table("music"), table("language")
    pairs: list[tuple[str, Meaning]] = []
    for row in [*sounds, *({**row, "kind": "mx"} for row in music["instrument"])]:
        pairs += [(word, _sound(row)) for word in row["words"]]
    moods = {row["name"]: Mood(row["name"], row["character"], row["prompt"]) for row in music["mood"]}
    for row in music["mood"]:
        pairs += [(word, moods[row["name"]]) for word in row["words"]]
    for name, words in table("materials")["materials"].items():
        pairs += [(word, Material(name)) for word in words]
    pairs += _modifiers()
    for kind, words in language["kinds"].items():
        pairs += [(word, KindWord(kind)) for word in words]
    known = {row["name"]: _sound(row) for row in sounds}
    names = tuple(sorted({word for word, meaning in pairs if isinstance(meaning, Sound | Mood)}))
    beside = {name: frozenset(stems_of(" ".join(words))) for name, words in music["beside"].items()}
    return Vocabulary(_indexed(pairs), names, moods, known, _language(language), beside)


def _sound(row: Mapping[str, Any]) -> Sound:
    return Sound(
        name=row["name"],
        kind=row["kind"],
        say=tuple(row.get("say", [row["name"]])),
        on=tuple(row.get("on", [])),
        gesture=row.get("gesture", False),
        lead=to_seconds(row.get("lead", 0.2)),
        tail=to_seconds(row.get("tail", 1.0)),
        cadence=to_seconds(row.get("cadence", 0.5)),
        gain=row.get("gain", 0.0),
        run=to_seconds(row.get("run", 0)),
        sustained=row.get("sustained", False),
        often=row.get("often", False),
    )


def _modifiers() -> list[tuple[str, Meaning]]:
    rows = table("modifiers")
    pairs: list[tuple[str, Meaning]] = []
    for row in rows["modifier"]:
        meaning = Modifier(row["character"], row.get("gain", 0.0), row.get("pan"), row.get("pace", 1.0))
        pairs += [(word, meaning) for word in row["words"]]
    for row in rows["trend"]:
        pairs += [(word, Trend(row["direction"])) for word in row["words"]]
    for row in rows["turn"]:
        pairs += [(word, Turn(row["way"], row.get("trend", ""))) for word in row["words"]]
    return pairs


def _indexed(pairs: Iterable[tuple[str, Meaning]]) -> dict[str, tuple[Phrase, ...]]:
    seen: dict[tuple[str, ...], Phrase] = {}
    for word, meaning in pairs:
        stems = stems_of(word)
        seen.setdefault(tuple(sorted(stems)), Phrase(stems, meaning))
    index: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in seen.values():
        for part in dict.fromkeys(phrase.stems):
            index[part].append(phrase)
    return {part: tuple(sorted(found, key=lambda p: -len(p.stems))) for part, found in index.items()}


def _language(rows: Mapping[str, Any]) -> Language:
    lists = {name: frozenset(words) for name, words in rows.items() if isinstance(words, list)}
    lists["foreign"] = frozenset(rows["foreign"]["words"])
    return Language(lists, rows["numbers"], rows["counts"], rows["ordinals"])
