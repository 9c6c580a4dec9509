"""Files written whole or not at all, and the system's errors turned into ours."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from v2a.errors import CannotWrite, DiskFull, V2aError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WHY = {errno.EACCES: "no permission to write", errno.EPERM: "no permission to write",
        errno.EROFS: "the disk can only be read"}  # fmt: skip
_ELSEWHERE = "Choose another place for it."
PROJECT_ELSEWHERE = "Keep the project elsewhere, or copy it there, and name it: --keep-project FOLDER."


def write_error(error: OSError, path: Path | str, remedy: str = _ELSEWHERE) -> V2aError:
    """The error to raise instead of what the system said while writing; a remedy for a place that cannot be written to."""
    if error.errno in _FULL or _is_short(error):
        return DiskFull(
            "no room left on the disk",
            where=str(path),
            remedy="Free some space and run the same command again.",
        )
    why = _WHY.get(error.errno or 0, f"cannot be written ({error.strerror or error})")
    return CannotWrite(why, where=str(path), remedy=remedy)


def _is_short(error: OSError) -> bool:
    """Whether numpy wrote less than it should: it tells of a full disk without the system's number."""
    return error.errno is None and str(error).endswith(" written")


@contextlib.contextmanager
def writing(path: Path | str, remedy: str = _ELSEWHERE) -> Iterator[None]:
    """Turn the system's errors inside into DiskFull or CannotWrite, naming the path, and what to do if it cannot be written."""
    try:
        yield
    except OSError as error:
        raise write_error(error, path, remedy) from error


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, put in its place when the block ends well and removed when it does not.

    The temporary name keeps the suffix, because programs choose a format by it.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem[:40]}.", suffix=f".part{path.suffix}", dir=path.parent
        )
        os.close(handle)
    temporary = Path(name)
    try:
        with writing(path):
            yield temporary
            _settle(temporary)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def together(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`, whose files are put in their places together when the block ends well.

    They are removed when it does not; files that lay in their places are as they were then.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".v2a.", suffix=".part", dir=folder))
    try:
        yield staging
        _put_in_place(staging, folder)
    except V2aError as error:
        if str(staging) not in error.where:
            raise
        where = error.where.replace(str(staging), str(folder))
        raise type(error)(error.what, where=where, remedy=error.remedy) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_in_place(staging: Path, folder: Path) -> None:
    """Every file to its place, or, where one cannot be put there, all back to where they were."""
    ready = sorted(path for path in staging.iterdir() if path.is_file())
    for path in ready:
        refuse_folder(folder / path.name)
    aside = staging / "aside"
    with contextlib.ExitStack() as back, writing(folder):
        aside.mkdir()
        for path in ready:
            place, before = folder / path.name, aside / path.name
            with writing(place):
                if os.path.lexists(place):
                    place.replace(before)
                    back.callback(before.replace, place)
                else:
                    back.callback(place.unlink, missing_ok=True)
                path.replace(place)
        back.pop_all()


def refuse_folder(path: Path) -> None:
    """Raise CannotWrite where a folder lies in a file's place."""
    if path.is_dir():
        raise CannotWrite(
            "a folder lies where this file belongs",
            where=str(path),
            remedy="Move it, or choose another place.",
        )


def _settle(path: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def clear_leftovers(folder: Path) -> None:
    """Remove temporary files and folders that a killed run left in a folder of ours."""
    for leftover in folder.glob(".*.part*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
