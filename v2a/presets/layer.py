"""Settings in layers: default < preset < project < command line, joined by the one function `layered`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from v2a.errors import PresetError
from v2a.interfaces import checked

GROUPS = ("generators", "planners")


@dataclass(frozen=True)
class Layer:
    """What one preset, project or command line sets: values by section; `where` names it for the user.

    `below` are the layers it extends. `values` hold theirs too, so that they can be looked at as one.
    """

    name: str
    values: Mapping[str, Mapping[str, Any]]
    where: str
    below: tuple[Layer, ...] = ()


def flattened(values: Mapping[str, Any], where: str) -> dict[str, Mapping[str, Any]]:
    """Sections by name: the tables of a group such as `[generators.rain]` become sections of that name."""
    sections: dict[str, Mapping[str, Any]] = {}
    for name, table in values.items():
        inner = table if name in GROUPS and isinstance(table, Mapping) else None
        named = {f"{name}.{k}": v for k, v in inner.items()} if inner is not None else {name: table}
        for section, content in named.items():
            if not isinstance(content, Mapping):
                raise PresetError(
                    f"{section!r} stands outside of any section",
                    where=where,
                    remedy="Settings stand under a section such as [mix].",
                )
            sections[section] = content
    return sections


def joined(layers: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The values of several layers as one, key by key; what comes later wins."""
    values: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, content in layer.items():
            values.setdefault(section, {}).update(content)
    return values


def near(name: str, known: Iterable[str]) -> str:
    """What to say to someone who wrote a name that does not exist."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, 1)
    guess = f"Did you mean {close[0]!r}? " if close else ""
    return f"{guess}There are: {', '.join(names) or 'none'}."


def layered(schema: Mapping[str, type], layers: Sequence[Layer]) -> Mapping[str, Any]:
    """The options of every section: the defaults of its dataclass, then each layer in order; the last one wins.

    Raises PresetError that names the layer, the section and the key which is unknown or does not fit.
    """
    values: dict[str, dict[str, Any]] = {section: {} for section in schema}
    for layer in _flat(layers):
        for section, content in flattened(layer.values, layer.where).items():
            if section not in schema:
                raise PresetError(
                    f"there is no section [{section}]", where=layer.where, remedy=near(section, schema)
                )
            _check(schema[section], values[section], content, section, layer.where)
            values[section] |= content
    return {section: checked(kind, values[section], section) for section, kind in schema.items()}


def _flat(layers: Iterable[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield from _flat(layer.below)
        yield layer


def _check(
    kind: type, before: Mapping[str, Any], content: Mapping[str, Any], section: str, where: str
) -> None:
    known = [entry.name for entry in dataclasses.fields(kind)]
    for key in content:
        if key not in known:
            raise PresetError(f"[{section}] has no key {key!r}", where=where, remedy=near(key, known))
    try:
        checked(kind, {**before, **content}, f"[{section}]")
    except ValueError as error:
        raise PresetError(
            _why(kind, content, section, error),
            where=where,
            remedy="Correct it or leave it out; v2a presets show default lists every key.",
        ) from error


def _why(kind: type, content: Mapping[str, Any], section: str, error: ValueError) -> str:
    """What is wrong with the key that does not fit by itself, or with the section where only the combination is."""
    for key, value in content.items():
        try:
            checked(kind, {key: value}, f"[{section}]")
        except ValueError as alone:
            return str(alone).replace(f"{kind.__name__}.", f"[{section}].", 1)
    return str(error).replace(f"{kind.__name__}", f"[{section}]", 1)
