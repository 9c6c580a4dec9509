"""A worker process as its parent sees it: started, given orders, listened to, ended."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from v2a.builtin.executors import messages
from v2a.builtin.executors.contract import broken
from v2a.builtin.executors.failures import exited, one_line
from v2a.errors import PluginHung, PluginKilled, ProgramFailed
from v2a.interfaces import Bench
from v2a.model import Failure

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 3.0
_LAST_LINES = 20


@dataclass(frozen=True)
class Heard:
    """A message from a worker, or nothing where it ended or said something that is no message."""

    hand: Hand
    message: Any | None
    garbled: bool = False


class Hand:
    """One worker process, the requests it is at, and when it last showed a sign of life."""

    def __init__(self, bench: Bench, inbox: queue.SimpleQueue[Heard], threads: int) -> None:
        """Start the process; what it says arrives in the inbox."""
        self._process = _started(threads)
        self._inbox = inbox
        self._last_words: deque[str] = deque(maxlen=_LAST_LINES)
        self.at: list[int] = []
        self.slice: tuple[int, ...] = ()
        self.opening = False
        self.last = time.monotonic()
        self.started = False
        self._listeners = [
            threading.Thread(target=target, daemon=True) for target in (self._listen, self._overhear)
        ]
        for listener in self._listeners:
            listener.start()
        self.say(
            messages.Setup(
                bench.device,
                bench.dtype,
                bench.memory_limit,
                str(bench.weights),
                str(bench.scratch),
                bench.stage,
            )
        )

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self.opening or bool(self.slice)

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def say(self, message: object) -> None:
        """Give an order; a worker that is gone is noticed when its silence is heard."""
        self.last = time.monotonic()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(messages.line(message))
            self._process.stdin.flush()

    def silent_for(self, stall: float) -> bool:
        """Whether there was no sign of life for so many seconds; a process that is just starting has longer."""
        patience = stall if self.started else max(stall, _SECONDS_TO_START)
        return self.busy and time.monotonic() - self.last > patience

    def heard(self) -> None:
        """Take note of a sign of life."""
        self.started = True
        self.last = time.monotonic()

    def kill(self) -> None:
        """End the process and whatever it started, now."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._finish()

    def close(self) -> None:
        """Let the process close its plugins and end."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._finish()

    def died(self) -> Failure:
        """Why the process ended by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self.kill()
        code = self._process.returncode
        if code >= 0:
            return exited(code, self._last_words[-1] if self._last_words else "")
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            why = ", most often for lack of memory" if name == "SIGKILL" else ""
            return _killed(f"its process was killed by {name}{why}")
        return _killed(f"its process was killed by signal {-code}")

    def hung(self, stall: float) -> Failure:
        """Give up a process that shows no sign of life."""
        self.kill()
        return Failure(
            f"showed no sign of life for {stall:g} seconds and was given up",
            "Raise generate.stall if it is only slow, or choose another generator for this cue.",
            PluginHung.exit_code,
        )

    def garbled(self) -> Failure:
        """Give up a process that writes into its answers."""
        self.kill()
        return broken("wrote something that is no answer into its answers")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            try:
                self._inbox.put(Heard(self, messages.read(text)))
            except (ValueError, TypeError):
                self._inbox.put(Heard(self, None, garbled=True))
                return
        self._inbox.put(Heard(self, None))

    def _overhear(self) -> None:
        assert self._process.stderr is not None
        for text in self._process.stderr:
            words = text.decode("utf-8", "replace").strip()
            if words:
                self._last_words.append(one_line(words, 200))
            if os.environ.get("V2A_DEBUG") == "1":
                sys.stderr.write(text.decode("utf-8", "replace"))

    def _finish(self) -> None:
        self._process.wait()
        for listener in self._listeners:
            listener.join(_SECONDS_TO_END)
        if any(listener.is_alive() for listener in self._listeners):
            return  # something that the plugin started in a session of its own still holds a pipe
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(pipe)


def _killed(what: str) -> Failure:
    return Failure(
        what,
        "Close other programs or choose a smaller model; another generator may do too.",
        PluginKilled.exit_code,
    )


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()


def _started(threads: int) -> subprocess.Popen[bytes]:
    """Python in a session of its own, where the terminal's ctrl-C does not reach it.

    `-P` keeps the current folder off its path: a file that lies beside a film is never imported.
    """
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(str(Path(p).absolute()) for p in sys.path if p)
    for name in _THREADS:
        environment.setdefault(name, str(threads))
    command = [sys.executable, "-P", "-m", "v2a.builtin.executors.worker"]
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
        )
    except OSError as error:
        raise ProgramFailed(
            f"a process for plugins cannot be started ({error.strerror or error})",
            remedy="Run with --executor local.",
        ) from error
