"""Scores in files of their own: what crosses from where a generator works, and what lies in the store."""

from __future__ import annotations

import json
from pathlib import Path

from v2a.errors import FileDamaged
from v2a.files import writing
from v2a.model import Score, codec

SCHEMA = "v2a.score"
VERSION = 1
SUFFIX = ".json"


def write(path: Path, score: Score) -> None:
    """Write a score as canonical JSON, the same bytes for the same score."""
    with writing(path):
        path.write_bytes(codec.canonical({"schema": SCHEMA, "version": VERSION, "score": score}))


def read(path: Path | str) -> Score:
    """The score in a file; raises FileDamaged where there is none."""
    try:
        found = json.loads(Path(path).read_bytes())
        if (found["schema"], found["version"]) != (SCHEMA, VERSION):
            raise ValueError(f"it is {found['schema']} {found['version']}")
        return codec.decode(Score, found["score"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileDamaged(
            f"is no score that can be read ({error})",
            where=str(path),
            remedy="Make the take anew: v2a takes reroll.",
        ) from error
