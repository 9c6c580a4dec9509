"""How fast music goes, in which meter and key, where words say so: `at 96 bpm`, `a slow waltz`, `allegro`, `in c minor`."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from v2a.builtin.planner.tokens import plain, stem, stems_of, tokens_of
from v2a.builtin.planner.vocabulary import table, vocabulary
from v2a.dsp.tempi import Tempi
from v2a.model.spotting import Cue
from v2a.model.tempo import Meter

_NUMBER = r"(\d{2,3}(?:\.\d{1,3})?)"
_RANGE = rf"{_NUMBER}(?:\s*(?:-|:|to|and)\s*{_NUMBER})?"
_BEATS = r"(?:bpm|beats?\s+(?:a|per)\s+minute)"
_LEAD = r"(?:\b(?:at|in|with|around|about|from|between|an?|the|tempo|of)\s+){0,6}"
_METER = r"(\d{1,2}/(?:2|4|8|16))"
_NUMBERS = (
    re.compile(rf"{_LEAD}(?<![\d:.]){_RANGE}[\s-]*{_BEATS}\b", re.IGNORECASE),
    re.compile(rf"{_LEAD}\b(?:bpm|tempo)\s*(?:of|is|=|:)?\s*{_RANGE}(?![\d:.])", re.IGNORECASE),
)
_METERS = (
    re.compile(rf"{_LEAD}(?<![\d/]){_METER}[\s-]+(?:time|meter|metre|beat|feel)\b", re.IGNORECASE),
    re.compile(rf"\bin\s+{_METER}(?![\d/])(?!\s+(?:of|speed|the)\b)", re.IGNORECASE),
)

_MODE = r"(major|minor|dorian|phrygian|lydian|mixolydian)"
_SIGN = r"(?:(#|b)|[\s-]*\b(sharp|flat))?"
_KEYS = (
    re.compile(
        rf"\b(?:in|key)\s*(?::|of|the\s+key\s+of)?\s*\b([a-g]){_SIGN}[\s-]+{_MODE}\b(?!\s+key)", re.IGNORECASE
    ),
    re.compile(rf"\b([b-g]){_SIGN}[\s-]+{_MODE}\b(?!\s+key)", re.IGNORECASE),
    re.compile(rf"\b(?:in\s+)?(?:the\s+)?key\s*(?:of|:|is)\s*([a-g]){_SIGN}(?![\w#])()", re.IGNORECASE),
)

_CLAUSES = re.compile(r"[,;:.!?\n]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Pace:
    """How music is said to go: its tempi, its meter and its key, where any is said; `exact` where the tempi are in figures."""

    tempi: Tempi | None = None
    meter: Meter | None = None
    exact: bool = False
    key: str = ""

    def filled(self, other: Pace) -> Pace:
        """This, and of the other what it does not say."""
        exact = self.exact if self.tempi else other.exact
        return Pace(self.tempi or other.tempi, self.meter or other.meter, exact, self.key or other.key)

    def on(self, cue: Cue) -> Cue:
        """The cue with the tempo and the meter that are said, and with the key in its prompt, where generators read it."""
        prompt = f"{cue.prompt}, in {self.key}" if self.key else cue.prompt
        return replace(cue, prompt=prompt, tempo=str(self.tempi or ""), meter=str(self.meter or ""))


@dataclass(frozen=True, slots=True)
class _Phrase:
    stems: tuple[str, ...]
    tempi: Tempi
    meter: Meter | None
    mood: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """Where in a text something is said in figures, and what."""

    start: int
    end: int
    pace: Pace


def figures_of(text: str) -> tuple[Figure, ...]:
    """All that a plain text says in figures, in its order: `at 96 bpm`, `in 3/4`; and in letters: `in c minor`."""
    found = [
        *_figures(text, _NUMBERS, _tempi),
        *_figures(text, _METERS, _meter),
        *_figures(text, _KEYS, _key),
    ]
    apart: list[Figure] = []
    for figure in sorted(found, key=lambda f: (f.start, -f.end)):
        if not apart or figure.start >= apart[-1].end:
            apart.append(figure)
    return tuple(apart)


def without(text: str, figures: Sequence[Figure]) -> str:
    """The text with blanks where its figures are."""
    for figure in figures:
        text = text[: figure.start] + " " * (figure.end - figure.start) + text[figure.end :]
    return text


def pace_of(text: str) -> Pace:
    """All that a text says: in figures, else in words for a tempo, within those of its mood where both meet."""
    figures = [figure.pace for figure in figures_of(plain(text))]
    found = sorted(_said(text), key=lambda phrase: phrase.mood)
    tempi = next((pace.tempi for pace in figures if pace.tempi), None)
    meters = [*(pace.meter for pace in figures), *(phrase.meter for phrase in found)]
    meter = next(filter(None, meters), None)
    return Pace(tempi or _together([phrase.tempi for phrase in found]), meter, tempi is not None)


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


def _figures(
    text: str, patterns: Sequence[re.Pattern[str]], read: Callable[[re.Match[str]], Pace]
) -> Iterator[Figure]:
    """What the patterns find in a text, as far as it means anything."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            with contextlib.suppress(ValueError):
                yield Figure(match.start(), match.end(), read(match))


def _tempi(match: re.Match[str]) -> Pace:
    low = float(match[1])
    return Pace(Tempi(low, float(match[2] or low)), exact=True)


def _meter(match: re.Match[str]) -> Pace:
    return Pace(meter=Meter.parse(match[1]), exact=True)


def _key(match: re.Match[str]) -> Pace:
    sign = {"#": " sharp", "sharp": " sharp", "b": " flat", "flat": " flat"}
    sharp_or_flat = sign.get((match[2] or match[3] or "").lower(), "")
    return Pace(key=f"{match[1].lower()}{sharp_or_flat} {(match[4] or 'major').lower()}")
