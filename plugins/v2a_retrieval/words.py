"""The words of names, descriptions and prompts: taken apart, stemmed, and those that mean the same sound."""

from __future__ import annotations

import functools
import re
import unicodedata

_CAMEL = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")

_SAME = """
footstep step walk foot feet footfall
run runs sprint jog
slam bang shut close
close shut closing slam
door gate hatch
thunder thunderclap thunderstorm
rain rainfall downpour drizzle shower
storm thunderstorm tempest
wind breeze gale gust
sea ocean wave surf
river stream brook creek
crowd walla audience people
murmur chatter babble
whoosh swish swoosh woosh swing
car automobile vehicle auto
gunshot shot gun pistol rifle gunfire
explosion explode blast boom detonation
hit impact strike punch thud thump
break smash shatter
glass pane
wood wooden timber plank
metal metallic steel iron
stone rock rocky stony concrete
gravel pebble shingle
water liquid
splash plop
drip drop
bird birdsong chirp
cricket cicada insect
dog bark
fire flame campfire
ambience ambient atmosphere atmos amb background
room roomtone interior indoor
forest woodland jungle
city urban town
traffic road street
engine motor
click tick button switch
squeak creak
cloth clothes fabric rustle foley
machine machinery mechanical
bell chime ring
phone telephone
clock ticking tick
keyboard typing typewriter
dig digging shovel
""".strip().splitlines()

_HOW = """
a an and the of in on at to with from by for over under into some very small large big little tiny huge heavy light
soft hard loud quiet gentle slow fast quick long short old new distant far close near nearby medium wide single double
several many one two three outside inside exterior interior outdoor indoor day night calm busy deep high low dark
bright wet dry sudden slowly quickly heavily softly sound sounds sfx fx effect
"""
_MUSIC = """
music drum bass guitar guit piano synth snare kick cymbal hihat tom tabla loop beat bpm melody chord string violin cello
flute trumpet brass organ choir song jingle riff arpeggio percussion perc
"""
_AGAIN = "footstep step walk run foot feet knock typing type hammer clap bounce gallop hoof drip stomp"
QUALITIES = frozenset(_HOW.split())
REPEATED = frozenset(_AGAIN.split())
MUSICAL = frozenset(_MUSIC.split())


def taken_apart(text: str) -> str:
    """Words with spaces between them: camel case, numbers, underlines and unspaced scripts are split."""
    text = unicodedata.normalize("NFKC", text)
    text = _UNSPACED.sub(r" \1 ", _CAMEL.sub(" ", text))
    return " ".join(_WORD.findall(text))


def tokens(text: str) -> list[str]:
    """The words in lower case, accents dropped, without numbers."""
    return [w for w in taken_apart(plain(text)).casefold().split() if not w.isdigit()]


def plain(text: str) -> str:
    """The text without accents, as the index compares it."""
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@functools.lru_cache(65536)
def stem(word: str) -> str:
    """A word without its ending, the same for its forms: steps, slamming and closed are known."""
    for ending in ("ings", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word[-2] == "s"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(text: str) -> list[str]:
    """The stems of the words of a text."""
    return [stem(word) for word in tokens(text)]


@functools.cache
def _relatives() -> dict[str, tuple[str, ...]]:
    """For each known word's stem the words that name the same sound, most alike first."""
    found: dict[str, dict[str, None]] = {}
    for line in _SAME:
        group = line.split()
        for word in group:
            found.setdefault(stem(word), {}).update(dict.fromkeys(w for w in group if w != word))
    return {word: tuple(others) for word, others in found.items()}


def relatives(word: str) -> tuple[str, ...]:
    """Other words that name the same sound."""
    return _relatives().get(stem(word), ())


def asked(prompt: str) -> list[str]:
    """The words of a prompt that name a sound, each once; all of them where none but qualities are named."""
    said = list(dict.fromkeys(tokens(prompt)))
    naming = [word for word in said if word not in QUALITIES]
    return naming or said


def qualities(prompt: str) -> set[str]:
    """The words of a prompt that only say how a sound is."""
    return {word for word in tokens(prompt) if word in QUALITIES}


def musical(text: str) -> bool:
    """Whether a text names an instrument or music."""
    return not MUSICAL.isdisjoint(stems(text))


def repeats(prompt: str) -> bool:
    """Whether the prompt names what happens again and again, as steps do."""
    return any(stem(w) in {stem(r) for r in REPEATED} for w in tokens(prompt))
