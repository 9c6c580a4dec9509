"""Options declared once: a field of a frozen dataclass that becomes a preset key, a flag and a form field."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from v2a.model import codec


@dataclass(frozen=True, slots=True)
class About:
    """What a user is told of an option; `flag` is empty where it exists in presets only.

    The value of one that is a `file` is a path, seen from the film's folder; takes follow from its bytes, not its name.
    """

    text: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    flag: str = ""
    keyed: bool = True
    file: bool = False


def option(default: Any, text: str, **about: Any) -> Any:
    """A field with a default and what a user is told of it; see About for the rest."""
    return field(default=default, metadata={"about": About(text, **about)})


def about(entry: dataclasses.Field[Any]) -> About:
    """What a user is told of a field."""
    found = entry.metadata.get("about")
    return found if isinstance(found, About) else About("")


def checked(kind: type, values: Mapping[str, Any], where: str) -> Any:
    """The options dataclass out of plain values; raises ValueError that names a key which is unknown or does not fit."""
    entries = {f.name: f for f in dataclasses.fields(kind)}
    for name, value in values.items():
        if name not in entries:
            known = ", ".join(entries) or "none"
            raise ValueError(f"{where} has no key {name!r} (known: {known})")
        _check_range(about(entries[name]), value, f"{where}.{name}")
    return codec.decode(kind, dict(values))


def _check_range(told: About, value: Any, where: str) -> None:
    if told.choices and value not in told.choices:
        known = ", ".join(filter(None, told.choices))
        raise ValueError(f"{where} is one of {known}, not {value!r}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(f"{where} is a number, not {value}")
        if told.low is not None and value < told.low:
            raise ValueError(f"{where} is at least {told.low}, not {value}")
        if told.high is not None and value > told.high:
            raise ValueError(f"{where} is at most {told.high}, not {value}")


def keyed(options: Any) -> dict[str, Any]:
    """The options that change a result, as they enter a store key."""
    return {f.name: getattr(options, f.name) for f in dataclasses.fields(options) if about(f).keyed}


def defaults(kind: type) -> dict[str, Any]:
    """Every key with its default."""
    blank = kind()
    return {f.name: getattr(blank, f.name) for f in dataclasses.fields(kind)}
