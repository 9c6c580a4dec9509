"""A model's folder in the hands of one writer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from v2a.errors import CannotWrite
from v2a.files import clear_leftovers, writing
from v2a.project.lock import Lock

_MOVE = "Set V2A_WEIGHTS to a folder that v2a may write to."


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """A model's folder for one writer, made where there is none and rid of what a killed run left."""
    with _placed(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = Lock(folder / ".lock", "working on this model")
        try:
            clear_leftovers(folder)
            yield
        finally:
            lock.close()


@contextlib.contextmanager
def _placed(folder: Path) -> Iterator[None]:
    """Say of what cannot be written how the folder of weights is chosen."""
    blocking = next((path for path in (folder, *folder.parents) if path.exists() and not path.is_dir()), None)
    if blocking is not None:
        raise CannotWrite(
            "a file lies where a folder of weights belongs",
            where=str(blocking),
            remedy="Move it away, or set V2A_WEIGHTS to another folder.",
        )
    try:
        with writing(folder):
            yield
    except CannotWrite as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise CannotWrite(error.what, where=error.where, remedy=_MOVE) from error
