"""A sound file that grows out of pieces: made at its full length, written where a piece belongs, never held in memory.

It is written by position and not through a memory map: on a full disk a map ends the process with a bus error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.files import writing
from v2a.model import SoundFile

BLOCK = 1 << 17


@dataclass(frozen=True)
class Canvas:
    """A `.npy` file of float32, channels × samples; what was not written is silence."""

    path: Path
    rate: int
    channels: int
    length: int
    header: int

    @classmethod
    def new(cls, path: Path, rate: int, channels: int, length: int) -> Canvas:
        """An empty canvas of so many samples at a path."""
        shape = {"descr": "<f4", "fortran_order": False, "shape": (channels, length)}
        with writing(path), path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, shape)
            header = file.tell()
            file.truncate(header + channels * length * 4)
        return cls(path, rate, channels, length, header)

    @property
    def sound(self) -> SoundFile:
        """The reference to it."""
        return SoundFile(str(self.path), self.rate, self.channels, self.length)

    def write(self, start: int, block: NDArray[np.float32]) -> None:
        """Write a block (channels × samples) from this sample on; what lies beyond the end is left out."""
        kept = block[:, : max(0, self.length - start)]
        with writing(self.path), self.path.open("rb+") as file:
            for channel, row in enumerate(kept):
                file.seek(self._offset(channel, start))
                file.write(np.ascontiguousarray(row, dtype="<f4").data)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """The samples of a stretch."""
        out = np.zeros((self.channels, stop - start), np.float32)
        with self.path.open("rb") as file:
            for channel in range(self.channels):
                file.seek(self._offset(channel, start))
                data = file.read((min(stop, self.length) - start) * 4)
                row = np.frombuffer(data, "<f4")
                out[channel, : len(row)] = row
        return out

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The whole, in pieces."""
        for start in range(0, self.length, BLOCK):
            yield self.read(start, min(start + BLOCK, self.length))

    def _offset(self, channel: int, start: int) -> int:
        return self.header + (channel * self.length + start) * 4
