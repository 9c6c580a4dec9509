"""Whether an answer is what was asked for: everything in it is checked, nothing is trusted, and what is wrong is named."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import v2a
from v2a.model.spotting import KINDS
from v2a_planners.reading import found_in
from v2a_planners.schema import CUE, CUES, PARTS, REASONING, ROOM, ROOMS, Field

_FURTHEST = 1e6
_QUOTED = 60
_CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)$")
_SECONDS = re.compile(r"^([+-]?\d{1,12}(?:\.\d{0,12})?(?:e[+-]?\d{1,2})?)\s*(?:s|sec|secs|seconds?)?$", re.I)
_ALIASES: Mapping[str, v2a.Kind] = {
    **dict.fromkeys(("foley",), "fo"),
    **dict.fromkeys(("effect", "effects", "sound effect", "sound effects", "sfx"), "fx"),
    **dict.fromkeys(("background", "backgrounds", "ambience", "ambient", "atmosphere", "atmos", "amb"), "bg"),
    **dict.fromkeys(("music", "score"), "mx"),
    **dict.fromkeys(("narration", "voiceover", "voice-over"), "vo"),
    **{kind: kind for kind in KINDS},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One sound that a model wants, in seconds of the stretch that it was asked about."""

    kind: v2a.Kind
    start: float
    end: float
    prompt: str
    sync: float | None = None
    avoid: str = ""
    pan: float | None = None
    confidence: float = 0.75
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What of an answer holds: the four parts, the room, the wishes; `complaints` name what does not.

    `proper` where it need not be asked for again.
    """

    thoughts: Mapping[str, str]
    room: str = ""
    wishes: tuple[Wish, ...] = ()
    complaints: tuple[str, ...] = ()
    torn: bool = False
    proper: bool = True

    @property
    def usable(self) -> bool:
        """Whether anything can be done with it."""
        return bool(self.wishes or any(self.thoughts.values()))

    @property
    def worth(self) -> tuple[bool, int]:
        """By what one of two answers to the same is the better one."""
        return self.usable and self.proper, len(self.wishes) + self.usable


def answer_in(text: str, seconds: float) -> Answer:
    """The answer in a model's words about a stretch of so many seconds."""
    found = found_in(text, (REASONING, CUES))
    if found is None:
        said = f"it begins {quoted(text)}" if text.strip() else "it is empty"
        return Answer(
            {}, complaints=(f"there is no JSON object with {REASONING} and {CUES}; {said}",), proper=False
        )
    data = found.value
    complaints: list[str] = []
    thoughts = _thoughts(data.get(REASONING), complaints)
    rows = data.get(CUES)
    if not isinstance(rows, list):
        complaints.append(f"{CUES} is not a list")
        rows = []
    wishes: list[Wish] = []
    for number, row in enumerate(rows[: most(seconds)]):
        wish, wrong = _wish(row)
        if wish is not None:
            wishes.append(wish)
        complaints += [f"{CUES}[{number}]: {each}" for each in wrong]
    if len(rows) > most(seconds):
        complaints.append(f"there are {len(rows)} cues, of which the first {most(seconds)} count")
    room = data.get(ROOM)
    thought = any(thoughts.values())
    proper = thought and isinstance(data.get(CUES), list) and 2 * len(wishes) >= len(rows)
    return Answer(
        thoughts,
        room if isinstance(room, str) and room in ROOMS else "",
        tuple(wishes),
        tuple(complaints),
        found.torn,
        proper or (found.torn and (thought or bool(wishes))),
    )


def most(seconds: float) -> int:
    """How many cues a stretch of so many seconds may have."""
    return min(96, 12 + math.ceil(3 * seconds))


def plain(text: str, longest: int) -> str:
    """A text in one line, without letters that steer a terminal or cannot be written, and no longer than that."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    kept = " ".join(kept.split())
    return kept if len(kept) <= longest else kept[:longest].rsplit(" ", 1)[0].rstrip(" ,;:")


def quoted(text: str) -> str:
    """The beginning of what someone said, in quotes."""
    short = plain(text[: 4 * _QUOTED], _QUOTED)
    return f"{short!r}"


def _thoughts(given: object, complaints: list[str]) -> dict[str, str]:
    if not isinstance(given, dict):
        complaints.append(f"{REASONING} is not an object")
        return {}
    absent = [f.name for f in PARTS if not _text(given.get(f.name), f)]
    if absent:
        complaints.append(f"{REASONING} lacks {', '.join(absent)}")
    return {f.name: _text(given.get(f.name), f) for f in PARTS}


def _wish(row: object) -> tuple[Wish | None, list[str]]:
    """A cue, or nothing and why; what is wrong beside the point is left out."""
    if not isinstance(row, dict):
        return None, ["is not an object"]
    wrong = []
    kind = _ALIASES.get(_text(row.get("kind"), CUE[0]).casefold())
    if kind is None:
        wrong.append(f"{quoted(str(row.get('kind')))} is not a kind of sound")
    texts = {f.name: _text(row.get(f.name), f) for f in CUE if f.holds == "text"}
    numbers = {f.name: _number(row.get(f.name), f) for f in CUE if f.holds == "number"}
    if not texts["prompt"]:
        wrong.append("prompt is empty")
    start, end = numbers["in"], numbers["out"]
    if start is None:
        start = numbers["sync"]
    if start is None:
        wrong.append(f"in is {quoted(str(row.get('in')))}, and no number of seconds")
    if kind is None or start is None or wrong:
        return None, wrong
    sure = numbers["confidence"]
    return Wish(
        kind=kind,
        start=start,
        end=start if end is None else end,
        prompt=texts["prompt"],
        sync=numbers["sync"],
        avoid=texts["avoid"],
        pan=numbers["pan"],
        confidence=0.75 if sure is None else sure,
        asked=row.get("asked") is True,
    ), []


def _text(value: object, field: Field) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = " ".join(str(each) for each in value[:20] if isinstance(each, str))
    text = plain(value[: 4 * field.longest], field.longest) if isinstance(value, str) else ""
    return "" if text.casefold() in ("null", "none", "n/a") else text


def _number(value: object, field: Field) -> float | None:
    """A finite number, also out of a text such as `2.5 s` or `0:02.5`; nothing where it is none."""
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = value if value != value else float(max(-_FURTHEST, min(_FURTHEST, value)))
    elif isinstance(value, str):
        number = _said(value.strip())
    if number is None or not math.isfinite(number):
        return None
    if field.low < field.high:
        number = max(field.low, min(field.high, number))
    return max(-_FURTHEST, min(_FURTHEST, number))


def _said(text: str) -> float | None:
    plainly, clock = _SECONDS.match(text), _CLOCK.match(text)
    if plainly:
        return float(plainly[1])
    if clock:
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    return None
