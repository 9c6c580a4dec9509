"""How fast music goes, and in which meter, where words say so: `at 96 bpm`, `a slow waltz`, `allegro`, `tense`."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from v2a.builtin.planner.tokens import plain, stem, stems_of, tokens_of
from v2a.builtin.planner.vocabulary import table, vocabulary
from v2a.dsp.tempi import Tempi
from v2a.model.tempo import Meter

_T = TypeVar("_T")
_NUMBER = r"(\d{2,3}(?:\.\d{1,3})?)"
_RANGE = rf"{_NUMBER}(?:\s*(?:-|:|to|and)\s*{_NUMBER})?"
_BEATS = r"(?:bpm|beats?\s+(?:a|per)\s+minute)"
_NUMBERS = (
    re.compile(rf"(?<![\d:.]){_RANGE}\s*{_BEATS}\b", re.IGNORECASE),
    re.compile(rf"\b(?:bpm|tempo)\s*(?:of|is|=|:)?\s*{_RANGE}(?![\d:.])", re.IGNORECASE),
)
_METERS = (
    re.compile(r"\bin\s+(\d{1,2}/(?:2|4|8|16))(?![\d/])(?!\s+(?:of|speed|the)\b)"),
    re.compile(r"(?<![\d/])(\d{1,2}/(?:2|4|8|16))[\s-]+(?:time|meter|metre|beat|feel)\b"),
)

_CLAUSES = re.compile(r"[,;:.!?\n]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Pace:
    """How music is said to go: its tempi and its meter, where either is said; `exact` where the tempi are in figures."""

    tempi: Tempi | None = None
    meter: Meter | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    stems: tuple[str, ...]
    tempi: Tempi
    meter: Meter | None
    mood: bool


def numbers_of(text: str) -> Pace:
    """What a text says in figures: `96 bpm`, `in 3/4`."""
    flat = plain(text)
    tempi = next(filter(None, (_first(p, flat, _tempi) for p in _NUMBERS)), None)
    meter = next(filter(None, (_first(p, flat, _meter) for p in _METERS)), None)
    return Pace(tempi, meter, tempi is not None)


def pace_of(text: str) -> Pace:
    """All that a text says: in figures, else in words for a tempo, within those of its mood where both meet."""
    said = numbers_of(text)
    found = sorted(_said(text), key=lambda phrase: phrase.mood)
    meter = said.meter or next((phrase.meter for phrase in found if phrase.meter), None)
    tempi = said.tempi or _together([phrase.tempi for phrase in found])
    return Pace(tempi, meter, said.exact)


def _together(tempi: Sequence[Tempi]) -> Tempi | None:
    """The first of them, within each of the others as far as they meet."""
    return functools.reduce(Tempi.within, tempi) if tempi else None


def _said(text: str) -> Iterator[_Phrase]:
    """The phrases that a text has, in its order; what it says that the music is not is left out."""
    language = vocabulary().language
    for clause in _CLAUSES.split(plain(text)):
        words = [token.word for token in tokens_of(clause) if token.kind == "word"]
        stems, at = tuple(map(stem, words)), 0
        while at < len(stems):
            found = next((p for p in _phrases() if stems[at : at + len(p.stems)] == p.stems), None)
            denied = any(language.among("negators", word) for word in words[max(0, at - 2) : at])
            if found is not None and not denied:
                yield found
            at += 1 if found is None else len(found.stems)


@functools.cache
def _phrases() -> tuple[_Phrase, ...]:
    """The phrases of the table of music that say how fast it goes, those of most words first."""
    rows = [(row, kind == "mood") for kind in ("pace", "mood") for row in table("music")[kind]]
    found = [
        _Phrase(stems_of(word), Tempi.parse(row["tempo"]), _meter_in(row), mood)
        for row, mood in rows
        for word in row["words"]
    ]
    return tuple(sorted(found, key=lambda phrase: -len(phrase.stems)))


def _meter_in(row: Mapping[str, Any]) -> Meter | None:
    return Meter.parse(row["meter"]) if "meter" in row else None


def _first(pattern: re.Pattern[str], text: str, read: Callable[[re.Match[str]], _T]) -> _T | None:
    """What the first match means that means anything."""
    for match in pattern.finditer(text):
        try:
            return read(match)
        except ValueError:
            continue
    return None


def _tempi(match: re.Match[str]) -> Tempi:
    low = float(match[1])
    return Tempi(low, float(match[2] or low))


def _meter(match: re.Match[str]) -> Meter:
    return Meter.parse(match[1])
