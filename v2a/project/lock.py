"""A lock against a second writer: held by the system on an open file, so that a killed process holds none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from v2a.errors import ProjectLocked
from v2a.files import writing

_FAR = 1 << 30


class Lock:
    """The lock of one project folder; closing it lets the next writer in."""

    def __init__(self, path: Path) -> None:
        """Take the lock, or raise ProjectLocked that names the process which holds it."""
        with writing(path):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _hold(self._handle)
        except OSError as error:
            holder = os.read(self._handle, 32).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise ProjectLocked(
                f"another v2a is writing to this project (process {holder or 'unknown'})",
                where=str(path.parent),
                remedy="Wait until it has ended, or stop it.",
            ) from error
        with writing(path):
            os.truncate(self._handle, 0)
            os.write(self._handle, f"{os.getpid()}\n".encode())

    def close(self) -> None:
        """Let go; the file stays, because removing it would let two writers in."""
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _hold(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _hold(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
