"""What of a stage's inputs enters its key: values without paths, and plugins by their cards."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from v2a.host import Host, Registered
from v2a.model import Video


def canonical(value: Any, hooks: tuple[str, ...]) -> Any:
    """The value as it enters a key: a film by its `key`, plugins by their cards."""
    if isinstance(value, Host):
        return {hook: [_card(entry.thing) for entry in _sorted(value, hook)] for hook in hooks}
    if isinstance(value, Registered):
        return _card(value.thing)
    if isinstance(value, Video):
        return canonical(value.key, hooks)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: canonical(getattr(value, f.name), hooks) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: canonical(item, hooks) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [canonical(item, hooks) for item in value]
    return value


def _sorted(host: Host, hook: str) -> list[Any]:
    return [entry for _, entry in sorted(host.all(hook).items())]


def _card(thing: Any) -> Any:
    """What identifies a plugin's object: everything on its card that can be written, but for words meant for people."""
    card = thing.card
    fields = {
        f.name: getattr(card, f.name) for f in dataclasses.fields(card) if f.name not in ("about", "licence")
    }
    return {name: _names(value) for name, value in fields.items()}


def _names(value: Any) -> Any:
    return f"{value.__module__}.{value.__qualname__}" if isinstance(value, type) else canonical(value, ())
