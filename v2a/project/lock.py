"""A lock against a second writer: held by the system on an open file, so that a killed process holds none."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from v2a.errors import ProjectLocked
from v2a.files import PROJECT_ELSEWHERE, writing

_FAR = 1 << 30
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


class Lock:
    """The lock of one project's or model's folder; closing it lets the next writer in.

    Some network drives have no locks; there two writers are not kept apart, because the work matters more.
    """

    def __init__(self, path: Path, what: str = "writing to this project") -> None:
        """Take the lock, or raise ProjectLocked that names the process which holds it."""
        with writing(path, PROJECT_ELSEWHERE):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _hold(self._handle)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return
            holder = os.read(self._handle, 32).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise ProjectLocked(
                f"another v2a is {what} (process {holder or 'unknown'})",
                where=str(path.parent),
                remedy="Wait until it has ended, or stop it.",
            ) from error
        try:
            with writing(path, PROJECT_ELSEWHERE):
                os.ftruncate(self._handle, 0)
                os.write(self._handle, f"{os.getpid()}\n".encode())
        except BaseException:
            self.close()
            raise

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
