"""A brief cut into tokens, and words reduced to stems so that plurals and verb forms meet."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

TokenKind = Literal["word", "number", "clock", "timecode", "quote", "mark"]

_TOKENS = re.compile(
    r"""
    (?P<quote>"[^"\n]{0,400}")
  | (?P<timecode>(?<![0-9])[0-9]{1,2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2,3}(?![0-9]))
  | (?P<clock>(?<![0-9])[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]{1,6}|,[0-9]{3})?(?![0-9]))
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*
    | (?<![0-9:.])(?:(?:19|20)[0-9]0'?s
      | [5-9]0'?s(?=[ -]+(?:style|music|inspired|synth|rock|pop|disco|funk|jazz|electro|retro))))
  | (?P<number>(?<![0-9])[0-9]{1,9}(?:\.[0-9]{1,6})?(?![0-9]))
  | (?P<mark>\n|[^\s])
    """,
    re.VERBOSE,
)
_LIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "."})
# Words that would meet others which mean something else: what is cute is no cut.
_APART = frozenset({"cute"})
_VOWEL = re.compile("[aeiouy]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, time or mark as written, and where; `value` is a number, or seconds of a clock."""

    kind: TokenKind
    text: str
    start: int
    end: int
    value: Fraction | None = None

    @property
    def word(self) -> str:
        """The text in lower case."""
        return self.text.lower()


def plain(text: str) -> str:
    """The text with one kind of quote and dash, without control characters and halves of characters."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    folded = unicodedata.normalize("NFKC", sound).translate(_LIKE)
    return "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in folded)


def tokens_of(text: str) -> tuple[Token, ...]:
    """All tokens of a plain text, in order; new lines are marks, and the decade of `80s pop` is a word."""
    found = []
    for match in _TOKENS.finditer(text):
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        start = match.start()
        found.append(Token(kind, match.group(), start, match.end(), _value(kind, match.group())))
    return tuple(found)


def _value(kind: TokenKind, text: str) -> Fraction | None:
    if kind == "number":
        return Fraction(text)
    if kind != "clock":
        return None
    seconds = Fraction(0)
    for part in text.split(":"):
        seconds = seconds * 60 + Fraction(part.replace(",", "."))
    return seconds


@functools.lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without the endings of plurals and verb forms; only the same word's forms need to meet."""
    word = word.lower().removesuffix("'s").removesuffix("'")
    if word in _APART:
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "i"
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest) and not word.endswith("eed"):
            word = rest[:-1] if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "ls" else rest
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


@functools.lru_cache(maxsize=4096)
def stems_of(phrase: str) -> tuple[str, ...]:
    """The stems of all words of a phrase."""
    return tuple(stem(token.text) for token in tokens_of(plain(phrase)) if token.kind == "word")
