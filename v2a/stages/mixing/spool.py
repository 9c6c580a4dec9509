"""Sound that is read many times and kept on disk meanwhile, so that memory does not grow with the film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import finite
from v2a.files import writing
from v2a.model import SampleSpan

_BYTES = 4


class Recorded(Protocol):
    """Stereo sound that can be read anywhere."""

    @property
    def length(self) -> int:
        """How many samples there are."""

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples `start` to `stop`; silence where there are none."""

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """All of it, in blocks of at most `size` samples."""


class Spool:
    """A file of float32 stereo that is written from front to back, read and replaced anywhere; closing removes it."""

    def __init__(self, path: Path, channels: int = 2) -> None:
        self._path = path
        self._frame = _BYTES * channels
        self._channels = channels
        self.length = 0
        with writing(path):
            self._file: BinaryIO = path.open("w+b")

    def __enter__(self) -> Self:
        """The spool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def add(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Append channels × samples; answers with what was kept of them: silence for what is no number."""
        block = finite(block)
        with writing(self._path):
            self._file.seek(self.length * self._frame)
            self._file.write(np.ascontiguousarray(block.T, dtype="<f4").data)
            self._file.flush()
        self.length += block.shape[1]
        return block

    def replace(self, start: int, block: NDArray[np.float32]) -> None:
        """Put other samples, all within its length, where some are."""
        with writing(self._path):
            self._file.seek(start * self._frame)
            self._file.write(np.ascontiguousarray(finite(block).T, dtype="<f4").data)
            self._file.flush()

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples `start` to `stop`; silence where there are none."""
        first, last = max(0, start), min(self.length, stop)
        if start == first and stop == last:
            return self._stored(first, last)
        result = np.zeros((self._channels, stop - start), np.float32)
        if first < last:
            result[:, first - start : last - start] = self._stored(first, last)
        return result

    def _stored(self, first: int, last: int) -> NDArray[np.float32]:
        self._file.seek(first * self._frame)
        data = self._file.read((last - first) * self._frame)
        return np.frombuffer(data, "<f4").reshape(-1, self._channels).T

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """All of it, in blocks of at most `size` samples."""
        for start in range(0, self.length, size):
            yield self.read(start, min(start + size, self.length))


class Strung:
    """Parts of spools, one after another, read as one."""

    def __init__(self, parts: Sequence[tuple[Spool, SampleSpan]]) -> None:
        """Take the spools and the samples of each that count."""
        self._parts = tuple(parts)

    @property
    def length(self) -> int:
        """How many samples there are."""
        return sum(span.length for _, span in self._parts)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples `start` to `stop`, which lie within the length."""
        found, done = [np.zeros((2, 0), np.float32)], 0
        for spool, span in self._parts:
            first, last = max(start, done), min(stop, done + span.length)
            if first < last:
                found.append(spool.read(span.start + first - done, span.start + last - done))
            done += span.length
        return found[1] if len(found) == 2 else np.concatenate(found, axis=1)

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """All of it, in blocks of at most `size` samples."""
        for start in range(0, self.length, size):
            yield self.read(start, min(start + size, self.length))


def within(span: SampleSpan, block: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """What of a block that begins at sample `start` lies in a span."""
    return block[:, max(0, span.start - start) : max(0, span.stop - start)]
