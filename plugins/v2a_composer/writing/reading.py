"""What a prompt asks of music: mood, genre, instruments, pace and key, and what it does not want."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from v2a_composer.writing.families import FAMILIES, WORDS_OF_FAMILIES, Family, asked, spared
from v2a_composer.writing.genres import GENRES, Genre
from v2a_composer.writing.moods import MOODS, Mood
from v2a_composer.writing.tonality import MODES, TONICS, Key

MOOD_WORDS: Mapping[str, tuple[str, ...]] = {
    "neutral": ("neutral", "documentary", "background", "underscore", "score", "music", "theme", "soundtrack", "plain",
                "unobtrusive", "instrumental", "melody", "tune", "song", "chord", "chords", "stinger",
                "thoughtful", "reflective", "contemplative"),
    "warm": ("warm", "tender", "gentle", "cosy", "cozy", "intimate", "sweet", "homely", "comforting", "soulful",
             "heartwarming"),
    "sad": ("sad", "sadness", "mournful", "lonely", "grief", "sorrow", "sorrowful", "tragic", "tragedy", "gloomy",
            "depressing", "heartbreaking", "somber", "sombre", "elegiac", "funeral", "elegy", "crying"),
    "hopeful": ("hopeful", "hope", "uplifting", "inspiring", "inspirational", "bright", "optimistic", "corporate",
                "positive", "motivational", "motivating", "sunny", "advertising"),
    "playful": ("playful", "fun", "funny", "comic", "comedy", "quirky", "light-hearted", "lighthearted", "bouncy",
                "cartoon", "cartoonish", "silly", "whimsical", "cute", "cheeky", "mischievous", "goofy", "groovy"),
    "tense": ("tense", "tension", "suspense", "suspenseful", "thriller", "uneasy", "dread", "threatening", "anxious",
              "nervous", "urgent", "intense", "drama", "gritty", "angry", "aggressive", "heist"),
    "epic": ("epic", "heroic", "big", "grand", "dramatic", "powerful", "majestic", "massive", "adventurous",
             "adventure", "bombastic", "monumental"),
    "calm": ("calm", "peaceful", "relaxed", "relaxing", "serene", "meditative", "meditation", "soft", "quiet",
             "tranquil", "soothing", "chill", "still"),
    "mysterious": ("mysterious", "mystery", "magical", "wonder", "strange", "space", "curious", "enigmatic", "magic",
                   "noir"),
    "romantic": ("romantic", "romance", "love", "loving", "passionate"),
    "dark": ("dark", "ominous", "menacing", "sinister", "brooding", "bleak", "grim"),
    "triumphant": ("triumphant", "victorious", "victory", "triumph", "glorious", "anthem", "euphoric"),
    "melancholic": ("melancholic", "melancholy", "bittersweet", "wistful", "longing", "rainy"),
    "dreamy": ("dreamy", "dream", "ethereal", "floating", "hazy", "weightless", "underwater"),
    "scary": ("scary", "horror", "frightening", "eerie", "creepy", "spooky", "haunting", "haunted", "nightmare"),
    "action": ("action", "battle", "chase", "fight", "war", "energetic", "adrenaline", "racing"),
    "joyful": ("joyful", "joy", "happy", "cheerful", "upbeat", "celebration", "festive", "party"),
    "nostalgic": ("nostalgic", "nostalgia", "memories", "vintage", "childhood"),
}  # fmt: skip
GENRE_WORDS: Mapping[str, tuple[str, ...]] = {
    "orchestral": ("orchestral", "orchestra", "symphonic", "symphony", "cinematic", "classical", "film score"),
    "chamber": ("chamber", "ensemble", "trio"),
    "quartet": ("quartet", "string quartet"),
    "piano": ("solo piano", "piano solo", "felt piano", "ballad"),
    "guitar": ("solo guitar", "guitar solo", "classical guitar", "flamenco"),
    "ambient": ("ambient", "drone", "atmospheric", "new age", "soundscape"),
    "electronic": ("electronic", "electronica", "techno", "house music", "deep house", "tech house", "house beat",
                   "synthwave", "edm", "dubstep", "trap beat", "trap beats", "trap music", "trance music", "vaporwave",
                   "chillwave", "downtempo", "hip hop", "hip-hop", "rap", "lofi", "lo-fi", "disco", "electro",
                   "cyberpunk", "retro"),
    "minimal": ("minimal", "minimalist", "minimalism", "repetitive"),
    "folk": ("folk", "acoustic", "country", "celtic", "irish", "bluegrass", "indie", "americana", "campfire",
             "western"),
    "jazz": ("jazz", "jazzy", "swing", "big band", "blues", "lounge", "bossa", "samba", "noir", "funk"),
    "rock": ("rock", "metal", "punk", "rock band", "pop", "grunge", "reggae"),
    "trailer": ("trailer", "blockbuster", "war drums"),
    "hybrid": ("hybrid", "hybrid trailer", "industrial", "sci-fi"),
    "light": ("light", "pizzicato", "caper"),
    "lullaby": ("lullaby", "cradle"),
    "waltz": ("waltz", "ballroom"),
}  # fmt: skip
_MOOD_OF_GENRE = {
    "ambient": "calm", "trailer": "epic", "hybrid": "tense", "folk": "warm", "lullaby": "calm", "waltz": "romantic",
    "rock": "action", "light": "playful", "electronic": "hopeful", "piano": "warm",
}  # fmt: skip
_PACE = {
    "slow": 0.82, "slowly": 0.82, "adagio": 0.78, "largo": 0.7, "moderate": 1.0, "andante": 0.9, "fast": 1.22,
    "driving": 1.2, "pounding": 1.15, "galloping": 1.25, "relentless": 1.15, "frantic": 1.35, "quick": 1.2, "allegro": 1.2, "presto": 1.35, "rapid": 1.25, "fast-paced": 1.22,
}  # fmt: skip
WORDS = tuple(
    dict.fromkeys(
        [*MOODS]
        + [w for words in (*MOOD_WORDS.values(), *GENRE_WORDS.values()) for w in words]
        + [w for family in FAMILIES for w in family.words]
        + [*_PACE]
    )
)
# A grand piano is not grand, nor a big band big: names of several words say nothing of the mood.
_NAMES = re.compile(r"(?<= )(?:" + "|".join(w for w in WORDS if " " in w) + r")(?= )")
_REFUSAL = re.compile(
    r"\b(?:no|without|not|never|avoid|minus|free of|instead of|rather than|nor|don't want|do not want)\b"
    r"(?:[^,.;!?]|,(?=[^,.;!?]*\b(?:or|nor)\b))*?"
    r"(?=[.;!?]|,(?![^,.;!?]*\b(?:or|nor)\b)|\bbut\b|\bwith\b|\bonly\b|$)"
)
_LACKING = re.compile(r"\b([a-z]+)(?:less|-free)\b")
_MILD = re.compile(r"\bnot (?:too|so|very|overly|that|all that) ([\w-]+)")
_MILDER = -0.3
_KEY = re.compile(
    r"\bin (?:the key of )?([a-g])(?:[ -]?(sharp|flat|#|b))? (major|minor|dorian|phrygian|lydian|mixolydian)\b(?! key)"
)
_ARCS = {
    1: ("building", "builds", "build", "rising", "growing", "crescendo", "swelling"),
    -1: ("fading", "fades", "dying away", "calming", "diminuendo", "winding down"),
}
_STRUCK = ("hit", "hits", "accents", "stings", "stingers", "stabs")
_ALONE = re.compile(
    r"\b(?:solo|only|just|alone|a cappella|unaccompanied|lone (?:"
    + "|".join(sorted(WORDS_OF_FAMILIES))
    + r"))\b"
)
_TOKEN = re.compile(r"[\w-]+")
_BPM = re.compile(r"\b(\d{2,3}) ?bpm\b")


@dataclass(frozen=True)
class Wish:
    """What is asked of the music: how it feels, who plays, at which tempo (0: as the mood goes) and in which key.

    `arc` is 1 where it is to grow to its end, -1 where it is to fade; `struck` where it may strike what happens in the
    picture.
    """

    mood: Mood
    genre: Genre
    bpm: float = 0.0
    key: Key | None = None
    arc: int = 0
    struck: bool = True


def read(prompt: str, avoid: str = "", mood: str = "", genre: str = "") -> Wish:
    """What a prompt asks for; `avoid` names what is not wanted, `mood` and `genre` go before what the prompt says."""
    text = " ".join(prompt.lower().replace("’", "'").split())
    text, mild = _MILD.sub(r"\1", _LACKING.sub(_without, text)), frozenset(_MILD.findall(text))
    refused = _spaced(" ".join([*_REFUSAL.findall(text), avoid.lower()]))
    said = _spaced(_REFUSAL.sub(" ", text))
    genres = _named(GENRE_WORDS, said)
    moods = [m for m in _named(MOOD_WORDS, _NAMES.sub(" ", said)) if m != "neutral"]
    chosen = (
        mood or next(iter(moods), "") or (_MOOD_OF_GENRE.get(genres[0], "neutral") if genres else "neutral")
    )
    others = [MOODS[m] for m in moods if m != chosen]
    if mild & set(MOOD_WORDS[chosen]):
        others.insert(0, MOODS["neutral"])
    feel = _blended(MOODS[chosen], others[:1])
    ensemble = GENRES[genre or next(iter(genres), feel.genre)]
    unwanted = _families(refused)
    wanted = tuple(f for f in _families(said) if f not in unwanted)
    alone = bool(wanted) and bool(_ALONE.search(said))
    ensemble = asked(ensemble, wanted, alone)
    ensemble = spared(ensemble, frozenset(c for f in unwanted for c in (*f.all, *f.with_it)))
    if _has(refused, "melody") or _has(refused, "tune"):
        ensemble = replace(ensemble, song=0.0)
    paces = ((word, factor) for word, factor in _PACE.items() if _has(said, word))
    pace = next((factor**_MILDER if word in mild else factor for word, factor in paces), 1.0)
    bpm = _BPM.search(said)
    arc = next((way for way, words in _ARCS.items() if any(_has(said, word) for word in words)), 0)
    struck = not any(_has(refused, word) for word in _STRUCK)
    return Wish(_paced(feel, pace), ensemble, float(bpm[1]) if bpm else 0.0, _key(text), arc, struck)


def _without(found: re.Match[str]) -> str:
    """What drumless and vocal-free say in other words."""
    name = next((w for w in (found[1], found[1] + "s") if w in WORDS_OF_FAMILIES), "")
    return f", no {name}, " if name else found[0]


def _paced(mood: Mood, pace: float) -> Mood:
    return replace(mood, slow=mood.slow * pace, fast=mood.fast * pace, stride=mood.stride / pace)


def _blended(mood: Mood, others: Iterable[Mood]) -> Mood:
    """The mood with a third of what another one has of pace, density and force: an epic and sad piece is not epic alone."""
    for other in others:
        numbers = {
            name: 0.68 * getattr(mood, name) + 0.32 * getattr(other, name)
            for name in ("slow", "fast", "stride", "motion", "force", "drive", "sway", "suspense", "bright")
        }
        return replace(mood, **numbers, lift=round(0.68 * mood.lift + 0.32 * other.lift))
    return mood


def _named(table: Mapping[str, tuple[str, ...]], text: str) -> list[str]:
    """The names whose words the text has, in the order in which they are said; longer words count before shorter."""
    places = [
        (place, -len(word), name)
        for name, words in table.items()
        for word in words
        if (place := _place(text, word)) >= 0
    ]
    return list(dict.fromkeys(name for _, _, name in sorted(places)))


def _families(text: str) -> tuple[Family, ...]:
    """The instruments that are named; `bass guitar` is not also a bass and a guitar."""
    words = sorted(((w, f) for f in FAMILIES for w in f.words), key=lambda pair: (-len(pair[0]), pair[0]))
    found: list[tuple[int, Family]] = []
    for word, family in words:
        while (place := _place(text, word)) >= 0:
            found.append((place, family))
            text = text[: place + 1] + "_" * len(word) + text[place + 1 + len(word) :]
    return tuple(dict.fromkeys(f for _, f in sorted(found, key=lambda pair: pair[0])))


def _place(text: str, word: str) -> int:
    return text.find(f" {word} ")


def _spaced(text: str) -> str:
    """The words of a text with a space around each."""
    return f" {' '.join(_TOKEN.findall(text))} "


def _has(text: str, word: str) -> bool:
    return _place(text, word) >= 0


def _key(text: str) -> Key | None:
    found = _KEY.search(text)
    if not found:
        return None
    shift = {"sharp": 1, "#": 1, "flat": -1, "b": -1}.get(found[2] or "", 0)
    return Key((TONICS[found[1]] + shift) % 12, found[3] if found[3] in MODES else "major")
