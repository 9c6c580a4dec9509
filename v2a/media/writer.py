"""Writes sound files block by block: WAV with broadcast chunks, and FLAC."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from v2a.errors import CannotWrite
from v2a.files import whole, writing
from v2a.media.bwf import Bext
from v2a.media.wave import WaveFormat, header

Depth = Literal["s16", "s24", "float"]
_WAVE = (".wav", ".bwf", ".wave", ".rf64")
_FULL = 1 << 20
_BITS = {"s16": 16, "s24": 24, "float": 32}


def quantised(
    block: NDArray[np.float32], bits: int, dither: np.random.Generator | None = None
) -> NDArray[np.int32]:
    """Whole numbers of so many bits: rounded to the nearest, clipped at full scale, what is no number silent.

    Where a generator is given, triangular noise of one step each way is added before rounding.
    """
    steps = np.float32(2.0 ** (bits - 1))
    # A power of two costs float32 nothing, and its whole numbers reach as far as 24 bits do.
    with np.errstate(over="ignore", invalid="ignore"):
        numbers: NDArray[np.floating[Any]] = block * steps
        sound = bool(np.isfinite(numbers.sum()))
    if not sound:
        numbers = np.nan_to_num(numbers, nan=0.0, posinf=float(steps), neginf=-float(steps))
    if dither is not None:
        numbers = numbers + (dither.random(block.shape) - dither.random(block.shape))
    np.rint(numbers, out=numbers)
    return np.clip(numbers, -steps, steps - 1, out=numbers).astype(np.int32)


def packed(numbers: NDArray[np.int32], width: int) -> bytes:
    """Whole numbers as two or three bytes each, the lowest first."""
    flat = numbers.reshape(-1)
    if width == 2:
        return flat.astype("<i2").tobytes()
    four = np.pad(flat, (0, -len(flat) % 4)).reshape(-1, 4).T.view(np.uint32)
    made = np.empty((four.shape[1], 3), "<u4")
    # Four numbers of three bytes are three of four.
    made[:, 0] = (four[0] & 0xFFFFFF) | (four[1] << 24)
    made[:, 1] = ((four[1] >> 8) & 0xFFFF) | (four[2] << 16)
    made[:, 2] = ((four[2] >> 16) & 0xFF) | (four[3] << 8)
    return made.tobytes()[: width * len(flat)]


@dataclass
class SoundWriter:
    """A sound file that appears whole when the `with` block ends well, and not at all when it does not.

    `write` takes float32, channels × samples. WAV and FLAC are told apart by suffix; beyond 4 GB a WAV becomes
    RF64. `bext`, `ixml` and the names of the channels' `speakers` go into WAV only.
    """

    path: Path
    rate: int
    channels: int
    depth: Depth = "s24"
    bext: Bext | None = None
    ixml: str | None = None
    speakers: tuple[str, ...] = ()
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)
    _sink: _Sink | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        """Open a temporary file beside the path."""
        suffix = self.path.suffix.lower()
        if suffix not in (*_WAVE, ".flac"):
            raise CannotWrite(
                f"sound is not written as {suffix or 'a file without a suffix'}",
                where=str(self.path),
                remedy="Use a name that ends in .wav or .flac.",
            )
        if suffix == ".flac" and (self.depth == "float" or self.channels > 8):
            raise CannotWrite(
                "FLAC holds neither float samples nor more than eight channels",
                where=str(self.path),
                remedy="Use a name that ends in .wav.",
            )
        with ExitStack() as stack:
            temporary = stack.enter_context(whole(self.path))
            stack.enter_context(writing(self.path))
            self._sink = _Wave(temporary, self) if suffix in _WAVE else _Flac(temporary, self)
            stack.push(self._sink.close)
            self._open = stack.pop_all()
        return self

    def write(self, block: NDArray[np.float32]) -> None:
        """Append samples (channels × samples); ±1 is full scale, and only float keeps what is louder."""
        samples = np.atleast_2d(np.asarray(block, dtype=np.float32))
        if samples.shape[0] != self.channels:
            raise ValueError(f"{self.channels} channels are written here, not {samples.shape[0]}")
        if self._sink is None:
            raise ValueError("open the writer with `with` before writing")
        with writing(self.path):
            self._sink.write(samples)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file and put it in its place, or remove it."""
        self._open.__exit__(kind, error, trace)


class _Sink(Protocol):
    def write(self, block: NDArray[np.float32]) -> None: ...

    def close(self, *error: object) -> None: ...


class _Wave:
    """Samples with a header that is written again at the end, when their number is known."""

    def __init__(self, path: Path, writer: SoundWriter) -> None:
        self._writer = writer
        bits = _BITS[writer.depth]
        self._layout = WaveFormat(
            writer.rate, writer.channels, bits // 8, writer.depth == "float", writer.speakers
        )
        self._size = 0
        self._file = path.open("wb")
        self._file.write(self._header())

    def _header(self) -> bytes:
        writer = self._writer
        bext = None if writer.bext is None else writer.bext.data()
        ixml = None if writer.ixml is None else writer.ixml.encode()
        return header(self._layout, self._size, bext, ixml)

    def write(self, block: NDArray[np.float32]) -> None:
        frames = np.ascontiguousarray(block.T)
        if self._layout.floating:
            data = frames.astype("<f4").tobytes()
        else:
            data = packed(quantised(frames, self._layout.width * 8), self._layout.width)
        self._file.write(data)
        self._size += len(data)

    def close(self, *error: object) -> None:
        with self._file:
            self._file.write(bytes(self._size % 2))
            self._file.seek(0)
            self._file.write(self._header())


class _Flac:
    """Samples through libsndfile, left-aligned in 32 bits so that they arrive as they were rounded."""

    def __init__(self, path: Path, writer: SoundWriter) -> None:
        import soundfile

        self._bits = _BITS[writer.depth]
        self._path = writer.path
        self._file: Any = soundfile.SoundFile(
            path, "w", writer.rate, writer.channels, subtype=f"PCM_{self._bits}", format="FLAC"
        )

    def write(self, block: NDArray[np.float32]) -> None:
        numbers = quantised(block.T, self._bits) << (32 - self._bits)
        with self._told():
            self._file.write(np.ascontiguousarray(numbers))

    def close(self, *error: object) -> None:
        with self._told():
            self._file.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """libsndfile does not say why it could not write; what the disk says is the best guess."""
        import soundfile

        try:
            yield
        except soundfile.LibsndfileError as error:
            full = shutil.disk_usage(self._path.parent).free < _FULL
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error
