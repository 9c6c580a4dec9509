"""Which film a project belongs to and how it was last scored, so that rendering again needs no flags: `origin.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from v2a.errors import FileDamaged
from v2a.files import write_text
from v2a.model import ProgrammeLevel, codec

SCHEMA = "v2a-origin"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """The film's file (relative to the project where it can be), the preset, and what was set by hand; and how the film
    was set as one reel of a programme, where it was last rendered as one.
    """

    film: str = ""
    preset: str = "default"
    start_tc: str | None = None
    layer: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    level: ProgrammeLevel | None = None

    def film_path(self, folder: Path) -> Path:
        """Where the film is, seen from the project folder."""
        return (folder / self.film).resolve()


def place(film: Path, folder: Path) -> str:
    """Where a film is as its project writes it down: seen from the project's folder where it can be."""
    film, folder = film.resolve(), folder.resolve()
    return Path(os.path.relpath(film, folder) if film.anchor == folder.anchor else film).as_posix()


def read(folder: Path) -> Origin | None:
    """What a project came from, or nothing where there are none yet."""
    path = folder / "origin.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("it is no table")
        if data.pop("schema") != SCHEMA or data.pop("version") != VERSION:
            raise ValueError("it was written by a newer v2a")
        made = codec.decode(Origin, data)
        if not made.film.isprintable():
            raise ValueError("the film's name is none")
        return made
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise FileDamaged(
            f"cannot be read ({error})",
            where=str(path),
            remedy="Remove it and run v2a score again; cues are kept.",
        ) from error


def write(folder: Path, origin: Origin) -> None:
    """Keep what a project came from."""
    data = {"schema": SCHEMA, "version": VERSION, **codec.encode(origin)}
    write_text(folder / "origin.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n")
