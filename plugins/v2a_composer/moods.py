"""What a mood means in music: mode, tempo, density, register and instruments; and how words are read for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
LYDIAN = (0, 2, 4, 6, 7, 9, 11)
PHRYGIAN = (0, 1, 3, 5, 7, 8, 10)


@dataclass(frozen=True)
class Mood:
    """A way of composing: `paths` are progressions in scale degrees, `density` notes a beat, `lift` the register."""

    name: str
    scale: tuple[int, ...]
    slow: float
    fast: float
    density: float
    lift: int
    force: float
    paths: tuple[tuple[int, ...], ...]
    parts: tuple[str, ...]


_BRIGHT = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (3, 0, 4, 0), (0, 2, 3, 4), (5, 3, 0, 4))
_DARK = ((0, 5, 3, 4), (0, 3, 6, 2), (0, 6, 5, 4), (0, 2, 5, 3), (5, 3, 0, 4), (0, 3, 0, 4))
_STILL = ((0, 1, 0, 5), (0, 5, 0, 3), (0, 1, 5, 0), (0, 0, 5, 1))

MOODS: Mapping[str, Mood] = {
    m.name: m
    for m in (
        Mood("neutral", DORIAN, 78, 98, 0.7, 0, 0.55, _DARK + _BRIGHT[:2], ("piano", "pad")),
        Mood("warm", MAJOR, 68, 88, 0.8, 0, 0.55, _BRIGHT, ("piano", "strings", "bass")),
        Mood("sad", MINOR, 56, 72, 0.5, 0, 0.45, _DARK, ("piano", "strings")),
        Mood("hopeful", MAJOR, 84, 108, 1.0, 5, 0.65, _BRIGHT, ("piano", "strings", "bass", "bells")),
        Mood("playful", LYDIAN, 104, 132, 1.4, 7, 0.6, _BRIGHT, ("guitar", "bells", "bass", "shaker")),
        Mood("tense", PHRYGIAN, 76, 100, 0.6, -7, 0.6, _STILL, ("strings", "pulse", "bass", "pad")),
        Mood("epic", MINOR, 84, 112, 1.1, -3, 0.85, _DARK, ("strings", "bass", "drum", "bells")),
        Mood("calm", MAJOR, 54, 70, 0.4, 0, 0.4, _BRIGHT, ("pad", "piano")),
        Mood("mysterious", LYDIAN, 60, 80, 0.5, 2, 0.45, _STILL, ("pad", "bells", "strings")),
    )
}

_WORDS: Mapping[str, tuple[str, ...]] = {
    "warm": ("warm", "tender", "gentle", "loving", "romantic", "cosy", "nostalgic", "intimate", "folk"),
    "sad": ("sad", "melancholy", "melancholic", "mournful", "lonely", "grief", "sorrow", "bittersweet", "tragic"),
    "hopeful": ("hopeful", "uplifting", "inspiring", "bright", "optimistic", "triumphant", "corporate", "happy", "joyful"),
    "playful": ("playful", "fun", "funny", "comic", "quirky", "cheerful", "light-hearted", "bouncy", "cartoon", "upbeat"),
    "tense": ("tense", "tension", "suspense", "suspenseful", "scary", "horror", "ominous", "dark", "thriller", "uneasy",
              "dread", "threatening"),
    "epic": ("epic", "heroic", "trailer", "big", "grand", "cinematic", "dramatic", "action", "powerful", "battle"),
    "calm": ("calm", "peaceful", "relaxed", "relaxing", "ambient", "serene", "meditative", "soft", "quiet", "dreamy"),
    "mysterious": ("mysterious", "mystery", "magical", "wonder", "strange", "eerie", "space", "curious", "ethereal"),
    "neutral": ("neutral", "documentary", "background", "underscore", "score", "music", "theme", "soundtrack"),
}  # fmt: skip
_PARTS: Mapping[str, str] = {
    "piano": "piano", "keys": "piano", "strings": "strings", "string": "strings", "violin": "strings",
    "cello": "strings", "orchestra": "strings", "orchestral": "strings", "pad": "pad", "pads": "pad",
    "synth": "pad", "drone": "pad", "guitar": "guitar", "harp": "guitar", "plucked": "guitar", "ukulele": "guitar",
    "bells": "bells", "bell": "bells", "celesta": "bells", "glockenspiel": "bells", "marimba": "bells",
    "bass": "bass", "drum": "drum", "drums": "drum", "percussion": "drum", "shaker": "shaker", "pulse": "pulse",
}  # fmt: skip
_PACE = {"slow": 0.82, "fast": 1.22, "driving": 1.2, "quick": 1.2, "slowly": 0.82, "energetic": 1.2}

WORDS = tuple(dict.fromkeys([*MOODS, *(w for words in _WORDS.values() for w in words), *_PARTS, *_PACE]))


def mood_of(prompt: str, wanted: str = "") -> Mood:
    """The mood that a prompt asks for, with its instruments and pace; `wanted` names the mood where it is given."""
    words = re.findall(r"[a-z-]+", prompt.lower())
    name = wanted or next(
        (n for w in words for n, known in _WORDS.items() if w in known and n != "neutral"), "neutral"
    )
    found = MOODS.get(name, MOODS["neutral"])
    parts = tuple(dict.fromkeys(_PARTS[w] for w in words if w in _PARTS))
    if re.search(r"\b(solo|only|just)\b", prompt.lower()) and parts:
        found = replace(found, parts=parts)
    elif parts:
        rest = tuple(p for p in found.parts if p not in parts and p in ("bass", "pad", "strings"))
        found = replace(found, parts=(*parts, *rest[: max(0, 2 - len(parts) // 2)]))
    for word in words:
        if word in _PACE:
            found = replace(found, slow=found.slow * _PACE[word], fast=found.fast * _PACE[word])
    return found
