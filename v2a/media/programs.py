"""Other programs: the one module that finds them, starts them, and tells in their own words why they failed."""

from __future__ import annotations

import collections
import contextlib
import functools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import Cancelled, DiskFull, ProgramFailed, ProgramMissing, V2aError

_POLL = 0.2
_FULL = ("No space left on device", "Disk quota exceeded", "not enough space on the disk")


@dataclass(frozen=True)
class Ffmpeg:
    """Which ffmpeg does the work, by name or path (empty: see `ffmpeg`), and who may stop it."""

    named: str = ""
    cancelled: Callable[[], bool] | None = None

    @property
    def path(self) -> str:
        """Where the program is."""
        return _chosen(self.named, "ffmpeg") if self.named else ffmpeg()

    @property
    def is_stopped(self) -> bool:
        """Whether the user stopped the work."""
        return self.cancelled is not None and self.cancelled()

    def run(self, arguments: Sequence[str]) -> str:
        """Run it with these arguments to its end; see `run`."""
        return run([self.path, *arguments], cancelled=self.cancelled)


def ffmpeg() -> str:
    """The ffmpeg to use: `V2A_FFMPEG`, else the one that comes with imageio-ffmpeg, else the one on the path."""
    chosen = os.environ.get("V2A_FFMPEG", "")
    if chosen:
        return _chosen(chosen, "V2A_FFMPEG")
    found = _bundled() or shutil.which("ffmpeg")
    if found is None:
        raise ProgramMissing(
            "ffmpeg is not installed",
            remedy="Run `pip install imageio-ffmpeg`, or name an ffmpeg in V2A_FFMPEG.",
        )
    return found


def check_ffmpeg() -> None:
    """Refuse an ffmpeg that is missing or is another program, before anything is rendered."""
    path = ffmpeg()
    try:
        why = "" if _said(path).startswith("ffmpeg version") else "this is not an ffmpeg"
    except ProgramFailed as error:
        why = f"this ffmpeg does not run: it {error.what}"
    if why:
        raise ProgramFailed(
            why,
            where=f"V2A_FFMPEG={path}" if os.environ.get("V2A_FFMPEG") else path,
            remedy="Name an ffmpeg program in V2A_FFMPEG, or unset it.",
        )


def _chosen(name: str, setting: str) -> str:
    found = shutil.which(str(Path(name).expanduser()))
    if found is None:
        raise ProgramMissing(
            "there is no such program",
            where=f"{setting}={name}",
            remedy=f"Set {setting} to an ffmpeg program, or unset it.",
        )
    return found


def _bundled() -> str | None:
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def rubberband() -> str | None:
    """The rubberband program, or nothing where it is not installed."""
    return shutil.which("rubberband")


def version(program: str) -> str:
    """What a program says its version is; empty where it does not say."""
    words = _said(program).split()
    if "version" in words[:-1]:
        return words[words.index("version") + 1]
    return words[-1] if words else ""


@functools.cache
def _said(program: str) -> str:
    """The first line of what a program says of itself."""
    flag = "--version" if "rubberband" in Path(program).name else "-version"
    said = run([program, flag], timeout=30).strip()
    return said.splitlines()[0] if said else ""


def run(
    args: Sequence[str],
    *,
    cancelled: Callable[[], bool] | None = None,
    timeout: float | None = None,
) -> str:
    """Run a program to its end and return all it said; it is killed on cancelling and after `timeout` seconds."""
    end = None if timeout is None else time.monotonic() + timeout
    process = _start(args, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    with _killing(process):
        while True:
            try:
                said = process.communicate(timeout=_POLL)[0].decode("utf-8", "replace")
                break
            except subprocess.TimeoutExpired:
                _check(args, cancelled, end)
    if process.returncode:
        raise _failure(args, process.returncode, said)
    return said


def _start(args: Sequence[str], *, stdin: int, stderr: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(list(args), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr)
    except FileNotFoundError as error:
        raise ProgramMissing(
            "there is no such program", where=args[0], remedy="`v2a doctor` lists what is installed."
        ) from error
    except OSError as error:
        raise ProgramMissing(
            f"the program does not start ({error.strerror or error})",
            where=args[0],
            remedy="Install it again, or choose another one; `v2a doctor` lists what is installed.",
        ) from error


@contextlib.contextmanager
def _killing(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _check(args: Sequence[str], cancelled: Callable[[], bool] | None, end: float | None) -> None:
    if cancelled is not None and cancelled():
        raise _stopped()
    if end is not None and time.monotonic() > end:
        raise _late(args)


def _stopped() -> Cancelled:
    return Cancelled("stopped", remedy="What was made is kept; run the same command to go on.")


def _late(args: Sequence[str]) -> ProgramFailed:
    return ProgramFailed(
        "did not finish in time and was stopped", where=_name(args), remedy="Run the same command again."
    )


def _name(args: Sequence[str]) -> str:
    return Path(args[0]).stem.split("-")[0]


def _failure(args: Sequence[str], code: int, said: str) -> V2aError:
    if any(words in said for words in _FULL):
        return DiskFull(
            "no room left on the disk",
            where=_name(args),
            remedy="Free some space and run the same command again.",
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = "; ".join(lines[-2:])[-300:] or "it said nothing"
    how = f"was killed (signal {-code})" if code < 0 else f"ended with code {code}"
    return ProgramFailed(
        f"{how}: {last}", where=_name(args), remedy="`v2a doctor` shows which program is used."
    )


class Piped:
    """A program that runs with its standard input fed and its standard output read, as raw bytes."""

    def __init__(self, args: Sequence[str], process: subprocess.Popen[bytes]) -> None:
        self._args = args
        self._process = process
        self._last: collections.deque[bytes] = collections.deque(maxlen=40)
        self._ended_by: V2aError | None = None
        self._done = threading.Event()
        self._ears = threading.Thread(target=self._listen, daemon=True)

    def feed(self, data: bytes | memoryview) -> None:
        """Write all of the bytes to the program."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
        except OSError as error:
            raise self._why() from error

    def close_input(self) -> None:
        """Tell the program that nothing more comes."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError as error:
            raise self._why() from error

    def read(self, size: int) -> bytes:
        """Up to `size` bytes of what the program writes; fewer only at its end."""
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size and self._ended_by is not None:
            raise self._ended_by
        return data

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stderr:
                self._last.append(line)

    def _why(self) -> V2aError:
        code = self._process.wait()
        self._ears.join(1)
        said = b"".join(self._last).decode("utf-8", "replace")
        return self._ended_by or _failure(self._args, code, said)

    def _watch(self, cancelled: Callable[[], bool] | None, end: float | None) -> None:
        while not self._done.wait(_POLL):
            try:
                _check(self._args, cancelled, end)
            except V2aError as error:
                self._ended_by = error
                self._process.kill()
                return

    def _finish(self) -> None:
        """Wait for a program that was fed or read to its end; one whose output was left unread is stopped."""
        assert self._process.stdout is not None
        self.close_input()
        if self._process.stdout.read(1):
            return
        code = self._process.wait()
        if code or self._ended_by is not None:
            raise self._why()


@contextlib.contextmanager
def piped(
    args: Sequence[str],
    *,
    cancelled: Callable[[], bool] | None = None,
    timeout: float | None = None,
) -> Iterator[Piped]:
    """A program to feed and read; leaving the block waits for its end, or kills it when the block fails.

    Feed a program that writes much only while its output is read, or have it write to a file.
    """
    end = None if timeout is None else time.monotonic() + timeout
    process = _start(args, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    pipe = Piped(args, process)
    guard = threading.Thread(target=pipe._watch, args=(cancelled, end), daemon=True)
    with _killing(process):
        pipe._ears.start()
        guard.start()
        try:
            yield pipe
            pipe._finish()
        finally:
            pipe._done.set()
            guard.join()
    pipe._ears.join(1)
