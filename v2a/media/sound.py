"""Reads sound files: what libsndfile knows through soundfile, anything else through PyAV."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import FileDamaged, NotAVideo
from v2a.media.channels import gains, names
from v2a.media.container import check_file
from v2a.media.production import Grid
from v2a.media.resample import converted, reblocked
from v2a.media.tracks import placed, track
from v2a.model import Audio, Span

_BLOCK = 48000


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a sound file holds; `length` in samples is missing where only decoding would tell, `speakers` names the
    channels in order, `siblings` counts a film's other sound tracks."""

    rate: int
    channels: int
    length: int | None
    speakers: tuple[str, ...] = ()
    siblings: int = 0


def info(path: Path | str) -> SoundInfo:
    """Rate, channels and length of a sound file."""
    with _source(Path(path)) as source:
        return SoundInfo(source.rate, len(source.speakers), source.length, source.speakers, source.siblings)


def is_float(path: Path | str) -> bool:
    """Whether a WAV file or the like holds floating-point samples."""
    import soundfile

    try:
        return str(soundfile.info(path).subtype) in ("FLOAT", "DOUBLE")
    except (soundfile.LibsndfileError, TypeError):
        return False


def read(
    path: Path | str, *, rate: int | None = None, channels: int | None = None, span: Span | None = None
) -> Audio:
    """The sound of a file, or of a span of it, at the rate and in the number of channels asked for."""
    with _source(Path(path)) as source:
        rate = rate or source.rate
        channels = channels or len(source.speakers)
        wanted = None if span is None else span.samples(rate)
        first, length = (0, None) if wanted is None else (wanted.start, wanted.length)
        blocks = list(_flow(source, rate, channels, _BLOCK, _Part(first, length)))
    empty = np.zeros((channels, 0), np.float32)
    return Audio(np.concatenate([empty, *blocks], axis=1), rate)


def blocks(
    path: Path | str, rate: int, channels: int, block: int = _BLOCK
) -> AbstractContextManager[Iterator[NDArray[np.float32]]]:
    """The sound of a file as a stream of blocks (channels × samples), the last one shorter."""
    return _blocks(Path(path), rate, channels, block)


@contextmanager
def _blocks(path: Path, rate: int, channels: int, block: int) -> Iterator[Iterator[NDArray[np.float32]]]:
    with _source(path) as source:
        yield _flow(source, rate, channels, block, _Part(0, None))


@dataclass(frozen=True, slots=True)
class _Part:
    first: int
    length: int | None


def _flow(
    source: _Sndfile | _Decoded, rate: int, channels: int, block: int, part: _Part
) -> Iterator[NDArray[np.float32]]:
    grid = Grid.before(part.first, source.rate, rate)
    native = source.blocks(grid.start)
    stream = converted(native, gains(source.speakers, channels), source.rate, rate)
    return reblocked(stream, block, channels, grid.skip, part.length)


@contextmanager
def _source(path: Path) -> Iterator[_Sndfile | _Decoded]:
    """The file by whichever library opens it; libsndfile goes first because it seeks to the sample."""
    import soundfile

    check_file(path)
    try:
        with _hushed():
            file = soundfile.SoundFile(_named(path))
    except (soundfile.LibsndfileError, TypeError):
        file = None
    if file is not None:
        with file:
            yield _Sndfile(path, file)
        return
    try:
        with track(path) as opened:
            yield _Decoded(path, opened)
    except NotAVideo as error:
        raise NotAVideo(
            "this is not a sound file",
            where=str(path),
            remedy="Give a sound file, such as .wav, .flac or .mp3.",
        ) from error


def _named(path: Path) -> Path | bytes:
    """The path as soundfile opens it, whatever encoding its name is in."""
    return path if sys.platform == "win32" else os.fsencode(path)


class _Sndfile:
    siblings = 0

    def __init__(self, path: Path, file: Any) -> None:
        self.path = path
        self.rate: int = file.samplerate
        self.speakers = names(file.channels)
        self.length: int | None = file.frames
        self._file = file

    def blocks(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Blocks from a sample on."""
        import soundfile

        try:
            with _hushed():
                self._file.seek(min(start, self._file.frames))
            while len(block := self._next()):
                yield np.ascontiguousarray(block.T)
        except soundfile.LibsndfileError as error:
            raise FileDamaged(
                "the sound is cut short or damaged",
                where=str(self.path),
                remedy="Copy or export it again.",
            ) from error

    def _next(self) -> NDArray[np.float32]:
        with _hushed() if self._file.format == "MP3" else nullcontext():
            block: NDArray[np.float32] = self._file.read(_BLOCK, dtype="float32", always_2d=True)
        return block


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing that a library writes to the error output is seen: of a damaged MP3 libmpg123 tells its every thought."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class _Decoded:
    """A track through PyAV; its first sample is the file's beginning."""

    length: int | None = None

    def __init__(self, path: Path, opened: Any) -> None:
        self.path = path
        self.rate: int = opened.rate
        self.speakers: tuple[str, ...] = opened.speakers
        self.siblings: int = opened.siblings
        self._track = opened

    def blocks(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Blocks from a sample on."""
        pieces = self._track.pieces(None, Fraction(start, self.rate))
        return placed(pieces, start, self.rate, len(self.speakers))
