"""Keys and chords: Roman numerals read in a key, each chord with the scale that goes with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}
TONICS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}

_MAJOR = MODES["major"]
_IN_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_IN_MINOR = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_STEPS = ("I", "II", "III", "IV", "V", "VI", "VII")
_NUMERAL = re.compile(
    r"(?P<shift>[b#]?)(?P<step>VII|VI|IV|V|III|II|I)(?P<fifth>[o+h]?)(?P<more>maj9|maj7|add9|sus4|sus2|7|9|6|5)?"
    r"(?:/(?P<bass>[357])|/(?P<of>[b#]?[IViv]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Key:
    """A key: the pitch class of its tonic (C is 0) and the name of its mode."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """The mode in semitones above the tonic."""
        return MODES[self.mode]

    @property
    def bright(self) -> bool:
        """Whether its third is major."""
        return self.scale[2] == 4

    @property
    def name(self) -> str:
        """The key as musicians write it: Eb major, D minor (dorian)."""
        plain = "major" if self.bright else "minor"
        names = _IN_MAJOR if self.bright else _IN_MINOR
        return f"{names[self.tonic]} {plain}" + ("" if self.mode == plain else f" ({self.mode})")

    def up(self, semitones: int, mode: str = "") -> Key:
        """Another key, so many semitones higher."""
        return Key((self.tonic + semitones) % 12, mode or self.mode)


@dataclass(frozen=True)
class Member:
    """A note of a chord: the step of the key's scale that it is written on (0 to 6), and its pitch class."""

    step: int
    pitch: int


@dataclass(frozen=True)
class Chord:
    """A chord in a key: its members from the root up, and which of them is in the bass (None: root or third, as it leads)."""

    name: str
    key: Key
    members: tuple[Member, ...]
    bass: int | None = None

    @property
    def pitches(self) -> tuple[int, ...]:
        """The pitch classes, root first."""
        return tuple(m.pitch for m in self.members)

    @property
    def steps(self) -> frozenset[int]:
        """The steps of the key's scale that belong to the chord."""
        return frozenset(m.step for m in self.members)

    @property
    def scale(self) -> tuple[int, ...]:
        """Semitones above the tonic of the seven steps, where the chord's own notes take the place of the mode's."""
        return _scale(self)

    @property
    def leading(self) -> int | None:
        """The pitch class of the leading tone, where the chord has one and it wants to resolve."""
        major = len(self.members) > 2 and (self.members[1].pitch - self.members[0].pitch) % 12 == 4
        dominant = self.members[0].step == 4 or ("/" in self.name and self.bass is None)
        return self.members[1].pitch if dominant and major else None

    @property
    def seventh(self) -> int | None:
        """The pitch class of the seventh, where there is one."""
        return self.members[3].pitch if len(self.members) > 3 and _seventh(self) else None

    def pitch(self, place: int) -> int:
        """The MIDI pitch of a place on the key's ladder of steps, seven to the octave; place 35 is the tonic near C4."""
        octave, step = divmod(place, 7)
        return 12 * octave + self.key.tonic + self.scale[step]


def _seventh(chord: Chord) -> bool:
    return (chord.members[3].step - chord.members[0].step) % 7 == 6


@lru_cache(maxsize=4096)
def _scale(chord: Chord) -> tuple[int, ...]:
    scale = list(chord.key.scale)
    for member in chord.members:
        away = (member.pitch - chord.key.tonic - chord.key.scale[member.step] + 6) % 12 - 6
        scale[member.step] += away
    for step in set(range(7)) - chord.steps:
        below = scale[step - 1] - (12 if step == 0 else 0)
        above = scale[(step + 1) % 7] + (12 if step == 6 else 0)
        if not below < scale[step] < above:
            scale[step] = min(
                range(below + 1, above), key=lambda p: abs(p - scale[step]), default=scale[step]
            )
    return tuple(scale)


@lru_cache(maxsize=4096)
def chord(name: str, key: Key, pedal: int | None = None) -> Chord:
    """A chord by its numeral, such as `iv`, `bVII`, `V7`, `Imaj7`, `V/V` or `I/5`, the fifth in its bass.

    Numerals count from the major scale: `bIII` is three semitones up in any mode. `pedal` is a pitch class that is held
    in the bass whatever the chord.
    """
    found = _NUMERAL.fullmatch(name)
    if not found:
        raise ValueError(f"{name!r} is no chord")
    aside = _root(found["of"]) if found["of"] else Member(0, 0)
    here = _root(found["shift"] + found["step"])
    root = Member((here.step + aside.step) % 7, (here.pitch + aside.pitch) % 12)
    members = tuple(
        Member((root.step + step) % 7, (key.tonic + root.pitch + semitones) % 12)
        for step, semitones in _built(found)
    )
    bass = members[{"3": 1, "5": 2, "7": 3}[found["bass"]]].pitch if found["bass"] else None
    return Chord(name, key, members, bass if pedal is None else pedal)


def _root(numeral: str) -> Member:
    bare = numeral.lstrip("b#")
    step = _STEPS.index(bare.upper())
    shift = {"b": -1, "#": 1}.get(numeral[: len(numeral) - len(bare)], 0)
    return Member(step, _MAJOR[step] + shift)


def _built(found: re.Match[str]) -> list[tuple[int, int]]:
    """Steps and semitones of the members above the root."""
    major, more = found["step"].isupper(), found["more"] or ""
    third = {"sus4": (3, 5), "sus2": (1, 2)}.get(more, (2, 4 if major else 3))
    fifth = (4, {"o": 6, "h": 6, "+": 8}.get(found["fifth"], 7))
    if more == "5":
        return [(0, 0), fifth]
    seventh = 11 if more.startswith("maj") else 9 if found["fifth"] == "o" else 10
    upper = {
        "7": [(6, seventh)],
        "maj7": [(6, 11)],
        "9": [(6, seventh), (1, 2)],
        "maj9": [(6, 11), (1, 2)],
        "add9": [(1, 2)],
        "6": [(5, 9)],
    }
    return [(0, 0), third, fifth, *upper.get(more, [])]
