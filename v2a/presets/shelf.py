"""Preset files: where they lie, which there are, and one of them read as a layer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from v2a.errors import PresetError, UnknownName
from v2a.presets.layer import Layer, flattened, joined, near

SCHEMA = "v2a-preset"
VERSION = 1
_HEAD = ("schema", "version", "about", "extends")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """A preset that can be chosen by name, what it is for, and its file."""

    name: str
    about: str
    path: Path


def shipped() -> Path:
    """The folder of the presets that come with v2a: inside the package when installed, else in the checkout."""
    inside = Path(__file__).parent / "data"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "presets"


def names(folders: Sequence[Path] = ()) -> tuple[PresetInfo, ...]:
    """All presets that can be chosen by name; `folders` are those that plugins bring. `default` comes first."""
    found = [
        PresetInfo(path.stem, _about(path), path)
        for folder in (shipped(), *folders)
        for path in sorted(folder.glob("*.toml"))
    ]
    return tuple(sorted(found, key=lambda info: (info.name != "default", info.name)))


def _about(path: Path) -> str:
    try:
        return str(_read(path)["about"])
    except PresetError as error:
        return f"cannot be read: {error.what}"


def load(name_or_path: str, folders: Sequence[Path] = ()) -> Layer:
    """The preset of that name, or in that file, as a layer; what it extends is in it."""
    return _load(_path(name_or_path, folders, Path()), folders, ())


def _load(path: Path, folders: Sequence[Path], above: tuple[Path, ...]) -> Layer:
    if path in above:
        raise PresetError(
            "extends itself", where=str(path), remedy="Let extends name another preset, or remove it."
        )
    data = _read(path)
    below: tuple[Layer, ...] = ()
    if data["extends"]:
        below = (_load(_path(data["extends"], folders, path.parent), folders, (*above, path)),)
    own = Layer(path.stem, flattened(data["sections"], str(path)), str(path))
    if not below:
        return own
    values = joined((*(layer.values for layer in below), own.values))
    return Layer(path.stem, values, str(path), (*below, own))


def _path(name: str, folders: Sequence[Path], beside: Path) -> Path:
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = (beside / name).absolute()
        if not path.is_file():
            raise UnknownName(
                "there is no such preset file", where=str(path), remedy="v2a presets lists the presets."
            )
        return path
    found = [
        path for folder in (shipped(), *folders) if (path := (folder / f"{name}.toml").absolute()).is_file()
    ]
    if not found:
        known = [info.name for info in names(folders)]
        raise UnknownName(f"no preset is called {name!r}", remedy=near(name, known))
    if len(found) > 1:
        raise PresetError(
            f"two presets are called {name!r}: {found[0]} and {found[1]}",
            remedy="Give the path of the one you want.",
        )
    return found[0]


def _read(path: Path) -> dict[str, Any]:
    """The head of a preset file, and its `sections` apart from it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise PresetError(
            f"cannot be read ({error})", where=str(path), remedy="Check that it is a text file in UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.search(str(error))
        place = f"line {match[1]}, column {match[2]}: " if match else ""
        what = _PLACE.sub("", str(error)).strip()
        raise PresetError(
            f"{place}{what}", where=str(path), remedy="Correct that line; text stands in quotes."
        ) from error
    _check_head(data, path)
    sections = {key: value for key, value in data.items() if key not in _HEAD}
    return {"about": data.get("about", ""), "extends": data.get("extends", ""), "sections": sections}


def _check_head(data: Mapping[str, Any], path: Path) -> None:
    if data.get("schema") != SCHEMA:
        raise PresetError(
            "is not a preset", where=str(path), remedy=f'Begin it with schema = "{SCHEMA}" and version = 1.'
        )
    version = data.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise PresetError(
            f"has version {version!r}, and this v2a knows {VERSION}", where=str(path), remedy="Update v2a."
        )
    for key in ("about", "extends"):
        if not isinstance(data.get(key, ""), str):
            raise PresetError(f"{key} is not text", where=str(path), remedy="Write it in quotes.")
