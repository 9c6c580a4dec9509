"""Opening media files with PyAV, which this module owns, and what its errors mean to a user."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.errors import (
    FileDamaged,
    FileEmpty,
    FileMissing,
    InputError,
    IsADirectory,
    NotAVideo,
    Unreadable,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAGIC = {
    4: (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"),
    0: (b"\x1aE\xdf\xa3", b"RIFF", b"\x06\x0e+4", b"\x00\x00\x01\xba", b"FLV", b"OggS", b"0&\xb2u"),
}
_PATIENCE = 50
_PLAYLISTS = ("hls", "concat", "dash", "sdp", "rtsp", "imf", "webm_dash_manifest", "applehttp")


def check_file(path: Path) -> None:
    """Raise the error that says why a path is not a file we can read."""
    where = str(path)
    try:
        known = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(
            "there is no such file", where=where, remedy="Check the name and folder."
        ) from error
    except OSError as error:
        raise _system_error(error, where) from error
    if path.is_dir():
        raise IsADirectory(
            "this is a folder", where=where, remedy="Name the video file inside it, one file at a time."
        )
    if not path.is_file():
        raise NotAVideo("this is not a plain file", where=where, remedy="Copy the video to a file first.")
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise _system_error(error, where) from error
    if known.st_size == 0:
        raise FileEmpty(
            "the file is empty", where=where, remedy="Copy or export it again; the last copy did not finish."
        )


def _system_error(error: OSError, where: str) -> InputError:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Unreadable(
            "no permission to read",
            where=where,
            remedy="Change its permissions, or copy it to your own folder.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return FileMissing("there is no such file", where=where, remedy="Check the name and folder.")
    return Unreadable(
        f"cannot be read ({error.strerror or error})", where=where, remedy="Check the disk it lies on."
    )


def opened(path: Path | str) -> Any:
    """The file as a PyAV container, opened for reading; no playlist, no network, no other file is followed."""
    import av

    path = Path(path)
    check_file(path)
    try:
        container = av.open(
            os.fspath(path.absolute()),
            metadata_errors="replace",
            container_options={"protocol_whitelist": "file"},
        )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _not_opened(path, error) from error
    if any(name in _PLAYLISTS for name in container.format.name.split(",")):
        container.close()
        raise NotAVideo(
            "this is a playlist, not a video",
            where=str(path),
            remedy="Give the video file that it points to.",
        )
    return container


def _not_opened(path: Path, error: Exception) -> InputError:
    number = getattr(error, "errno", None)
    if isinstance(error, PermissionError) or number in (errno.EACCES, errno.EPERM):
        return _system_error(OSError(errno.EACCES, "no permission"), str(path))
    if number == errno.EIO:
        return _system_error(OSError(errno.EIO, "the disk reports an error"), str(path))
    with path.open("rb") as file:
        head = file.read(16)
    if any(head[at:].startswith(word) for at, words in _MAGIC.items() for word in words):
        return FileDamaged(
            "the file is cut short or damaged",
            where=str(path),
            remedy="Copy or export it again; a recording that was cut off may be mended by its own program.",
        )
    return NotAVideo(
        "this is not a video", where=str(path), remedy="Give a video file, such as .mp4 or .mov."
    )


def decode_errors() -> tuple[type[BaseException], ...]:
    """What PyAV raises where a packet cannot be read or decoded; IndexError for a stream that turns up late."""
    import av

    return (av.error.FFmpegError, ValueError, IndexError)


def seek(opened: Any, stream: Any, time: Fraction) -> bool:
    """Go to the key frame at or before a time of the container; false where the file cannot be entered so."""
    try:
        opened.seek(floor(time / Fraction(stream.time_base)), stream=stream, backward=True)
    except decode_errors():
        return False
    return True


def only(opened: Any, stream: Any) -> None:
    """Let the demuxer pass over all other streams."""
    from av.stream import Discard

    for other in opened.streams:
        if other.index != stream.index:
            other.discard = Discard.all


def _untold() -> None:
    """Nobody listens."""


def packets(opened: Any, stream: Any, missed: Callable[[], None] = _untold) -> Iterator[Any]:
    """Every packet of a stream from here on, and an empty one at the end; `missed` is called for each damaged one."""
    errors = decode_errors()
    reading = opened.demux(stream)
    failed = 0
    while failed < _PATIENCE:
        try:
            packet = next(reading)
        except StopIteration:
            return
        except errors as error:
            if not isinstance(error, IndexError):
                missed()
            reading = opened.demux(stream)
            failed += 1
            continue
        failed = 0
        if packet.is_corrupt:
            missed()
        yield packet


def frames(
    opened: Any, stream: Any, missed: Callable[[], None], stopped: Callable[[], bool]
) -> Iterator[Any]:
    """Every frame of a stream from here on; `missed` is called for what cannot be read or decoded."""
    errors = decode_errors()
    ended = False
    for packet in packets(opened, stream, missed):
        if stopped():
            return
        ended = packet.size == 0
        try:
            yield from packet.decode()
        except errors:
            if not ended:
                missed()
    if not ended:
        with contextlib.suppress(*errors):
            yield from stream.decode(None)


class Scaler:
    """Scales frames to one size and kind of pixels, by area, and keeps its tables from one frame to the next."""

    def __init__(self, width: int, height: int, pixels: str) -> None:
        from av.video.reformatter import Interpolation, VideoReformatter

        self._width, self._height, self._pixels = width, height, pixels
        self._kind = Interpolation.AREA
        self._reformatter = VideoReformatter()

    def __call__(self, frame: Any) -> NDArray[np.uint8]:
        """The frame's pixels: height × width × colours; they may share memory with the scaled frame."""
        import numpy as np

        scaled = self._reformatter.reformat(
            frame, self._width, self._height, self._pixels, interpolation=self._kind, threads=1
        )
        plane = scaled.planes[0]
        colours = 3 if self._pixels == "rgb24" else 1
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        used: NDArray[np.uint8] = rows[: self._height, : self._width * colours]
        return used.reshape(self._height, self._width, colours)
