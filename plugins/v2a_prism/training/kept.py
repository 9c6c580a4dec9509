"""Arrays that were worked out once and lie in the folder of a training, each under what it was made from.

They are read when they are needed, so that memory does not grow with what there is to learn from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.files import whole

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Lying:
    """An array in a file, and its shape."""

    path: Path
    shape: tuple[int, ...]

    def read(self) -> Rows:
        """The array itself."""
        rows: Rows = np.load(self.path, allow_pickle=False)
        return rows


class Kept:
    """A folder of arrays; one that was cut short or damaged counts as missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, *made_from: str) -> Lying | None:
        """The array that follows from these words, where it is there and whole."""
        path = self._path(made_from)
        shape = _shape(path) if path.is_file() else None
        return None if shape is None else Lying(path, shape)

    def put(self, rows: Rows, *made_from: str) -> Lying:
        """Keep an array, whole or not at all."""
        path = self._path(made_from)
        with whole(path) as temporary, temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(rows, np.float32), allow_pickle=False)
        return Lying(path, rows.shape)

    def _path(self, made_from: tuple[str, ...]) -> Path:
        known = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:24]
        return self._folder / f"{known}.npy"


def _shape(path: Path) -> tuple[int, ...] | None:
    """The shape that a file's header tells, if the file is as long as that."""
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError):
        return None
    return rows.shape if rows.dtype == np.float32 else None
