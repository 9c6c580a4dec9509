"""Presets as text: every key, its value, and what it does."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from v2a.interfaces.options import about

if TYPE_CHECKING:
    from v2a.host import Host


def preset_values(name: str, host: Host) -> dict[str, dict[str, Any]]:
    """Every key of a preset with its value, by section."""
    from v2a.api.settings import layered_settings

    return {
        section: {f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        for section, options in layered_settings(host, name).items()
    }


def preset_text(name: str, host: Host) -> str:
    """A preset as a TOML file with a comment for each key."""
    from v2a.api.settings import layered_settings

    lines: list[str] = []
    for section, options in layered_settings(host, name).items():
        fields = dataclasses.fields(options)
        if not fields:
            continue
        lines += ["", f"[{section}]"]
        for field in fields:
            told = about(field)
            unit = f" ({told.unit})" if told.unit else ""
            value = _toml(getattr(options, field.name))
            lines.append(
                f"{field.name} = {value}  # {told.text}{unit}"
                if value
                else f"# {field.name}: {told.text}{unit}"
            )
    return "\n".join(lines).strip()


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return repr(float(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + "}"
    return ""
