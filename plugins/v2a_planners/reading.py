"""JSON as models write it: in fences, with text around it, single quotes, trailing commas, or cut off in the middle."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_FIRST = 1 << 18
_TRIES = 40
_DEEPEST = 24
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_BARE = re.compile(r"[^\s,:{}\[\]\"']+")
_BLANK = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None, "none": None, "nan": None, "undefined": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CLOSING = {'"': '"', "'": "'", "“": "”"}


@dataclass(frozen=True, slots=True)
class Found:
    """The object in an answer; `torn` where it was cut off, so that what was not complete is left out."""

    value: dict[str, Any]
    torn: bool = False


def found_in(text: str, keys: tuple[str, ...]) -> Found | None:
    """The first object in a text that has one of some keys; nothing where there is none."""
    text = _THINKING.sub(" ", text[:_FIRST])
    start = text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            return None
        found = _object(text, start)
        if found is not None and any(key in found.value for key in keys):
            return found
        start = text.find("{", start + 1)
    return None


def _object(text: str, start: int) -> Found | None:
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        reader = _Reader(text, start)
        try:
            value = reader.value(0)
        except _Torn as cut:
            return Found(cut.kept, torn=True) if isinstance(cut.kept, dict) else None
        except ValueError:
            return None
    return Found(value) if isinstance(value, dict) else None


class _Torn(Exception):
    def __init__(self, kept: Any = None) -> None:
        super().__init__()
        self.kept = kept


class _Reader:
    """Reads one value out of what nearly is JSON; raises ValueError where it is not even that."""

    def __init__(self, text: str, at: int) -> None:
        self._text, self._at = text, at

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        mark = self._peek()
        if mark == "{":
            return self._table(depth)
        if mark == "[":
            return self._list(depth)
        return self._string(_CLOSING[mark]) if mark in _CLOSING else self._bare()

    def _peek(self) -> str:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        if self._at >= len(self._text):
            raise _Torn
        return self._text[self._at]

    def _table(self, depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        self._at += 1
        try:
            while True:
                mark = self._peek()
                if mark in ",}":
                    self._at += 1
                    if mark == "}":
                        return kept
                    continue
                key = self._string(_CLOSING[mark]) if mark in _CLOSING else self._bare()
                if self._peek() != ":":
                    raise ValueError("a key without a value")
                self._at += 1
                self._entry(kept, str(key), depth)
        except _Torn as cut:
            cut.kept = kept
            raise

    def _entry(self, kept: dict[str, Any], key: str, depth: int) -> None:
        """One value; of what is cut off, tables and lists count as far as they go."""
        try:
            kept[key] = self.value(depth + 1)
        except _Torn as cut:
            if cut.kept:
                kept[key] = cut.kept
            raise

    def _list(self, depth: int) -> list[Any]:
        kept: list[Any] = []
        self._at += 1
        try:
            while True:
                mark = self._peek()
                if mark in ",]":
                    self._at += 1
                    if mark == "]":
                        return kept
                    continue
                kept.append(self.value(depth + 1))
        except _Torn as cut:
            cut.kept = kept
            raise

    def _string(self, closing: str) -> str:
        said: list[str] = []
        at = self._at + 1
        while at < len(self._text):
            letter = self._text[at]
            if letter == closing and self._ends(at, closing):
                self._at = at + 1
                return "".join(said)
            if letter == "\\":
                letter, at = self._escaped(at)
            said.append(letter)
            at += 1
        raise _Torn

    def _ends(self, at: int, closing: str) -> bool:
        """Whether a quote ends the string; an apostrophe in a word does not."""
        after = self._text[at + 1 : at + 2]
        return closing != "'" or not after.isalnum()

    def _escaped(self, at: int) -> tuple[str, int]:
        letter = self._text[at + 1 : at + 2]
        if not letter:
            raise _Torn
        if letter != "u":
            return _ESCAPES.get(letter, letter), at + 1
        try:
            return chr(int(self._text[at + 2 : at + 6], 16)), at + 5
        except ValueError:
            return "u", at + 1

    def _bare(self) -> Any:
        """A number, true, false, null, or a word that should have stood in quotes."""
        word = _BARE.match(self._text, self._at)
        if word is None:
            raise ValueError("no value")
        if word.end() == len(self._text):
            raise _Torn
        self._at = word.end()
        said = word[0]
        if said.casefold() in _WORDS:
            return _WORDS[said.casefold()]
        try:
            return float(said)
        except ValueError:
            return said
