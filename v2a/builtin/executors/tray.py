"""Arrays handed from one process to another: laid into a file that is written over each time and never grows old."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import PluginContract
from v2a.files import writing

_KINDS = "biufc"


@dataclass(frozen=True, slots=True)
class Laid:
    """Where an array lies: a file, the first byte, and what the bytes are."""

    path: str
    offset: int
    shape: tuple[int, ...]
    dtype: str

    def taken(self) -> NDArray[Any]:
        """A copy of the array, so that the file may be written over."""
        count = int(np.prod(self.shape, dtype=np.int64))
        return np.fromfile(self.path, self.dtype, count, offset=self.offset).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Shown:
    """Frames for a watcher, and the file that its rows are laid into."""

    times: tuple[float, ...]
    pixels: Laid
    answer: str


@dataclass(frozen=True, slots=True)
class Sounded:
    """A block of sound for a watcher, and the file that its rows are laid into."""

    start: Fraction
    rate: int
    samples: Laid
    answer: str


@dataclass(frozen=True, slots=True)
class LaidRows:
    """The rows that a watcher gave."""

    rows: Mapping[str, Laid]


def lay(path: str, *arrays: NDArray[Any]) -> tuple[Laid, ...]:
    """Write arrays into a file that is there, one after another, from its start."""
    laid = []
    with writing(path), Path(path).open("r+b") as file:
        for array in arrays:
            laid.append(Laid(path, file.tell(), array.shape, array.dtype.str))
            file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return tuple(laid)


def lay_rows(path: str, given: object) -> LaidRows:
    """Write a watcher's rows into a file; raises PluginContract where they are no arrays of numbers."""
    if not isinstance(given, Mapping):
        raise PluginContract(f"gave {type(given).__name__} where rows belong")
    rows = {str(name): np.asarray(values) for name, values in given.items()}
    for name, values in rows.items():
        if values.dtype.kind not in _KINDS:
            raise PluginContract(f"gave {name!r} as {values.dtype}, which is no number")
    return LaidRows(dict(zip(rows, lay(path, *rows.values()))))


class Tray:
    """Two files of one's own: what lies in `there` goes to the other process, what lies in `back` comes from it."""

    def __init__(self, folder: Path) -> None:
        """Make the files in a folder for work in progress."""
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.there, self.back = (_new(folder) for _ in range(2))

    def close(self) -> None:
        """Remove the files."""
        for path in (self.there, self.back):
            with contextlib.suppress(OSError):
                Path(path).unlink()


def _new(folder: Path) -> str:
    handle, path = tempfile.mkstemp(prefix="tray-", dir=folder)
    os.close(handle)
    return path
