"""A cue as a table of the spotting list, and back: which keys there are, how each is written and read."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from v2a.dsp.tempi import Tempi
from v2a.model import DISTANCES, GAINS, KINDS, ROOM_NAMES, Cue, Meter, Span
from v2a.project.times import Clock, read_seconds, seconds_number

Table = Mapping[str, Any]
PINNABLE = frozenset(f.name for f in dataclasses.fields(Cue)) - {"id", "pinned"}
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
_DEFAULTS: Mapping[str, Any] = {
    f.name: {} if f.name == "params" else f.default for f in dataclasses.fields(Cue) if f.name != "pinned"
}


@dataclass(frozen=True, slots=True)
class _Key:
    """One plain key of a cue's table: how a value is checked and what to write, for the error."""

    accept: Callable[[Any], Any]
    write: str


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _switch(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _tempo(value: Any) -> Any:
    """A tempo as text, out of a number too; the empty text leaves it to be found."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return _parsed(Tempi.parse, str(value) if number else value)


def _meter(value: Any) -> Any:
    return _parsed(Meter.parse, value)


def _parsed(parse: Callable[[str], object], value: Any) -> Any:
    if not isinstance(value, str):
        return None
    try:
        return value if value == "" or parse(value) else None
    except ValueError:
        return None


def _number(low: float, high: float) -> Callable[[Any], Any]:
    def accept(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return float(value) if low <= value <= high else None

    return accept


def _kind(value: Any) -> Any:
    return value if value in KINDS else None


def _room(value: Any) -> Any:
    return value if value in ROOM_NAMES else None


def _table(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else None


_PLAIN = {
    "kind": _Key(_kind, f"one of {', '.join(KINDS)}"),
    "prompt": _Key(_text, "text in quotes"),
    "avoid": _Key(_text, "text in quotes"),
    "generator": _Key(_text, "the name of a generator in quotes"),
    "params": _Key(_table, "a table such as { drops = 20 }"),
    "reference": _Key(_text, "the path of a sound file, or words for your libraries, in quotes"),
    "strength": _Key(_number(0, 1), "a number from 0 (no reference) to 1 (as near to it as can be)"),
    "tempo": _Key(_tempo, 'beats a minute from 20 to 400, such as 96 or "80:110"'),
    "meter": _Key(_meter, 'a meter such as "3/4"'),
    "gain": _Key(_number(*GAINS), "a number of dB from -144 to 48"),
    "pan": _Key(_number(-1, 1), "a number from -1 (left) to 1 (right)"),
    "room": _Key(_room, f'one of {", ".join(filter(None, ROOM_NAMES))}; "" for none'),
    "distance": _Key(_number(*DISTANCES), "a number of metres from 0.1 to 100"),
    "nudge": _Key(_whole, "a whole number of frames"),
    "seed": _Key(_whole, "a whole number"),
    "locked": _Key(_switch, "true or false"),
    "muted": _Key(_switch, "true or false"),
    "solo": _Key(_switch, "true or false"),
    "take": _Key(_text, "the id of a take in quotes"),
    "suggested": _Key(_switch, "true or false"),
    "confidence": _Key(_number(0, 1), "a number from 0 to 1"),
    "why": _Key(_text, "text in quotes"),
}
_FADES = ("fade_in", "fade_out")
KEYS = (
    *("id", "in", "out", "sync", "kind", "prompt", "avoid", "generator", "params"),
    *("reference", "strength", "tempo", "meter", "gain", "pan", "room", "distance", "nudge"),
    *("fade_in", "fade_out", "seed", "locked", "muted", "solo", "take", "suggested", "confidence", "why"),
)


class FieldError(ValueError):
    """A key of a table that does not fit."""

    def __init__(self, key: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.key = key
        self.what = what
        self.remedy = remedy


def cue_table(cue: Cue, clock: Clock) -> dict[str, Any]:
    """The table of a cue: its place, and of the rest what differs from the defaults."""
    table: dict[str, Any] = {
        "id": cue.id,
        "in": clock.write(cue.span.start),
        "out": clock.write(cue.span.end),
        "kind": cue.kind,
        "prompt": cue.prompt,
    }
    if cue.sync is not None:
        table["sync"] = clock.write(cue.sync)
    for name in _FADES:
        if getattr(cue, name):
            table[name] = seconds_number(getattr(cue, name))
    for name in _PLAIN:
        value = getattr(cue, name)
        if name not in table and value != _DEFAULTS[name] and value is not None:
            table[name] = dict(value) if name == "params" else value
    return {key: table[key] for key in KEYS if key in table}


def read_cue(table: Table, clock: Clock, written: Cue | None) -> Cue:
    """The cue of a table; a time whose text is still what v2a wrote keeps the exact value that was written.

    Raises FieldError that names the key.
    """
    _refuse_unknown(table)
    was = cue_table(written, clock) if written is not None else {}
    start = _time("in", table, was, written.span.start if written else None, clock.read)
    end = _time("out", table, was, written.span.end if written else None, clock.read)
    if start is None or end is None or end <= start:
        raise FieldError("out", "out must be later than in", "Correct in or out.")
    values: dict[str, Any] = {
        "id": table.get("id", ""),
        "span": Span(start, end),
        "sync": _time("sync", table, was, written.sync if written else None, clock.read),
    }
    for name in _FADES:
        fade = _time(name, table, was, getattr(written, name, None), read_seconds)
        values[name] = fade if fade is not None else Fraction(0)
        if values[name] < 0:
            raise FieldError(name, "a fade cannot be shorter than nothing", "Write seconds, such as 0.5.")
    for name, key in _PLAIN.items():
        if name in table:
            values[name] = key.accept(table[name])
            if values[name] is None:
                raise FieldError(name, f"{table[name]!r} does not fit", f"Write {key.write}.")
    return Cue(**values)


def _refuse_unknown(table: Table) -> None:
    for key in table:
        if key not in KEYS:
            raise FieldError(key, "is not a key of a cue", f"There are: {', '.join(KEYS)}.")
    for key in ("in", "out", "kind", "prompt"):
        if key not in table:
            raise FieldError(key, "is missing", f"A cue has in, out, kind and prompt; add {key} = ….")
    if "id" in table and not (isinstance(table["id"], str) and _ID.match(table["id"])):
        raise FieldError(
            "id", f"{table['id']!r} is not an id", "Use letters, digits, - and _, or leave id out."
        )


def _time(
    key: str, table: Table, was: Table, exact: Fraction | None, read: Callable[[object], Fraction]
) -> Fraction | None:
    if key not in table:
        return None
    if key in was and was[key] == table[key]:
        return exact
    try:
        return read(table[key])
    except ValueError as error:
        raise FieldError(
            key, str(error), "Write seconds such as 12.5, or timecode such as 01:00:12:13."
        ) from error
