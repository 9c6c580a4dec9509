"""What is written down in a model's folder: its terms as they were accepted, what was fetched, what was converted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from v2a.files import write_text
from v2a.model import codec

NAME = ".v2a-model"
SCHEMA = "v2a-model"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a model's folder, as it was when it came: `checked` where its published checksum was the same."""

    name: str
    size: int
    sha256: str
    source: str
    checked: bool = False

    def stands_in(self, folder: Path) -> bool:
        """Whether it is there, with all its bytes."""
        path = folder / self.name
        return path.is_file() and path.stat().st_size == self.size


@dataclass(frozen=True, slots=True)
class Manifest:
    """The folder's memory; `accepted` is a digest of the terms, `commit` the hub's, `card` the card's version."""

    model: str
    card: str = ""
    accepted: str = ""
    commit: str = ""
    files: tuple[Kept, ...] = ()
    converted: tuple[Kept, ...] = ()


def read(folder: Path) -> Manifest:
    """What is known of a folder; nothing where nothing can be read: then its files are taken for the user's own."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if (said.pop("schema"), said.pop("version")) == (SCHEMA, VERSION):
            return codec.decode(Manifest, said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return Manifest(folder.name)


def write(folder: Path, manifest: Manifest) -> None:
    """Write it down, whole or not at all."""
    said = {"schema": SCHEMA, "version": VERSION, **codec.encode(manifest)}
    write_text(folder / NAME, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
