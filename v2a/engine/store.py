"""The content-addressed store: a folder of files that are put in place whole, and never changed afterwards."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from v2a.files import PROJECT_ELSEWHERE, writing
from v2a.model import codec

SCHEMA = "v2a.store"
VERSION = 1
_FILE = "file in the store"
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderStore:
    """A store in a folder, `ab/abcdef….npy`, that can be moved, killed at any time, and shared by processes."""

    def __init__(self, root: Path, *, write: bool = True) -> None:
        """Open the store, making it where there is none, and clear what dead runs left in its scratch folder.

        One that is not to be written to may lie where nothing can be: work in progress is elsewhere then.
        """
        self.root = root.absolute()
        self._prefix = str(self.root) + os.sep
        with writing(self.root, PROJECT_ELSEWHERE):
            self._scratch = _Scratch.of(self.root / "scratch", elsewhere=not write)

    def close(self) -> None:
        """Drop the scratch folder of this run."""
        self._scratch.close()

    def __enter__(self) -> FolderStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def key(self, *parts: object) -> str:
        """The key of canonical parts; a file of this store counts by its own key, not by where it lies."""
        return codec.digest(self._portable(codec.encode(parts)))

    def path(self, key: str, suffix: str) -> Path | None:
        """The stored file, or nothing."""
        path = self._place(key, suffix)
        return path if path.is_file() else None

    def keep(self, key: str, source: Path) -> Path:
        """Move a finished file into the store; its suffix stays. A file that is there already wins."""
        place = self._place(key, source.suffix)
        if place.is_file():
            source.unlink(missing_ok=True)
            return place
        with writing(place, PROJECT_ELSEWHERE):
            self._put(source, place)
        return place

    def value(self, key: str) -> Any | None:
        """The stored JSON value, or nothing; one that cannot be read, or whose files are gone, is as good as not there."""
        try:
            found = json.loads(self._place(key, ".json").read_bytes())
            if found["schema"] != SCHEMA or found["version"] != VERSION or found["key"] != key:
                return None
            return self._resolved(found["value"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep_value(self, key: str, value: object) -> None:
        """Store a value as JSON."""
        portable = self._portable(codec.encode(value))
        whole = codec.canonical({"schema": SCHEMA, "version": VERSION, "key": key, "value": portable})
        place = self._place(key, ".json")
        with writing(place, PROJECT_ELSEWHERE):
            temporary = self.scratch(".json")
            temporary.write_bytes(whole)
            self._put(temporary, place)

    def scratch(self, suffix: str = "") -> Path:
        """A new path on the store's file system for work in progress; cleared when the store is opened next."""
        with writing(self.root, PROJECT_ELSEWHERE):
            return self._scratch.new(suffix)

    @property
    def scratch_folder(self) -> Path:
        """The folder of this run's work in progress."""
        return self._scratch.folder

    def _place(self, key: str, suffix: str) -> Path:
        return self.root / key[:2] / f"{key}{suffix}"

    def _put(self, source: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        if not source.is_relative_to(self._scratch.folder):
            source = self._brought(source)
        with source.open("rb+") as file:
            os.fsync(file.fileno())
        source.replace(place)
        _settle_folder(place.parent)

    def _brought(self, source: Path) -> Path:
        inside = self._scratch.new(source.suffix)
        try:
            source.replace(inside)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copyfile(source, inside)
            source.unlink()
        return inside

    def _portable(self, data: Any) -> Any:
        if isinstance(data, str) and data.startswith(self._prefix):
            inside = Path(data).relative_to(self.root)
            if inside.parts[0] == "scratch":
                raise ValueError(f"{data} is work in progress: keep the file before the value that names it")
            return {_FILE: inside.as_posix()}
        if isinstance(data, dict):
            return {key: self._portable(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self._portable(value) for value in data]
        return data

    def _there(self, inside: str) -> str:
        path = self.root / inside
        if not path.is_file():
            raise ValueError(f"{path} is gone")
        return str(path)

    def _resolved(self, data: Any) -> Any:
        if isinstance(data, dict):
            if data.keys() == {_FILE}:
                return self._there(data[_FILE])
            return {key: self._resolved(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self._resolved(value) for value in data]
        return data


class _Scratch:
    """The folder of one run's work in progress; a lock file beside it tells other runs that it is in use."""

    @classmethod
    def of(cls, parent: Path, *, elsewhere: bool) -> _Scratch:
        """In this folder; where it cannot be written to, in one of its own if it may be `elsewhere`."""
        try:
            return cls(parent)
        except OSError as error:
            if not elsewhere or error.errno not in _CLOSED:
                raise
        return cls(Path(tempfile.mkdtemp(prefix="v2a-")), alone=True)

    def __init__(self, parent: Path, *, alone: bool = False) -> None:
        self._parent = parent if alone else None
        parent.mkdir(parents=True, exist_ok=True)
        with (parent / "gate.lock").open("ab") as gate:
            _lock(gate, wait=True)
            _clear_dead(parent)
            self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
            self._alive: IO[bytes] | None = self.folder.with_suffix(".lock").open("ab")
            _lock(self._alive, wait=False)
        self._count = 0
        self._owner = os.getpid()

    def new(self, suffix: str) -> Path:
        self.folder.mkdir(exist_ok=True)
        self._count += 1
        return self.folder / f"{self._count}{suffix}"

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._alive is not None:
            self._alive.close()
            self._alive = None
            self.folder.with_suffix(".lock").unlink(missing_ok=True)
        if self._parent is not None:
            shutil.rmtree(self._parent, ignore_errors=True)

    def __del__(self) -> None:
        if getattr(self, "_owner", None) == os.getpid() and self._alive is not None:
            self.close()


def _clear_dead(parent: Path) -> None:
    for folder in [p for p in parent.glob("run-*") if p.is_dir()]:
        mark = folder.with_suffix(".lock")
        with _free(mark) as free:
            if free:
                shutil.rmtree(folder, ignore_errors=True)
        if free:
            mark.unlink(missing_ok=True)


@contextlib.contextmanager
def _free(mark: Path) -> Iterator[bool]:
    with mark.open("ab") as file:
        try:
            _lock(file, wait=False)
        except OSError:
            yield False
        else:
            yield True


def _lock(file: IO[bytes], wait: bool) -> None:
    """Lock a file until it is closed; raises OSError where another process holds it and we do not wait."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _settle_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
