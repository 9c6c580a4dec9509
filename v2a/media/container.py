"""Opening media files with PyAV, which this module owns, and what its errors mean to a user."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from v2a.errors import (
    FileDamaged,
    FileEmpty,
    FileMissing,
    InputError,
    IsADirectory,
    NotAVideo,
    Unreadable,
)

_MAGIC = {
    4: (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"),
    0: (b"\x1aE\xdf\xa3", b"RIFF", b"\x06\x0e+4", b"\x00\x00\x01\xba", b"FLV", b"OggS", b"0&\xb2u"),
}
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
    """What PyAV raises where a packet cannot be read or decoded."""
    import av

    return (av.error.FFmpegError, ValueError)


def end_of_file() -> type[BaseException]:
    """What PyAV raises at the end of a file or of a decoder."""
    import av

    kind: type[BaseException] = av.error.EOFError
    return kind


def reformatter() -> Any:
    """A scaler that keeps what it worked out from one frame to the next."""
    from av.video.reformatter import VideoReformatter

    return VideoReformatter()
