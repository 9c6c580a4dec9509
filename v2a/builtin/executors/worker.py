"""The process that a plugin runs in: reads orders as lines, answers with lines, and ends when its parent does."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from v2a.builtin.executors import messages
from v2a.builtin.executors.errands import Errands
from v2a.builtin.executors.failures import failure
from v2a.builtin.executors.keeper import Keeper, Opened
from v2a.builtin.executors.serving import serve
from v2a.errors import V2aError
from v2a.interfaces import Address, Bench
from v2a.model import Failure, Notice, Progress

_SECONDS_BETWEEN_PROGRESS = 0.1
_SECONDS_TO_END = 1.0


class Worker:
    """Serves one order after another."""

    def __init__(self, out: BinaryIO, setup: messages.Setup) -> None:
        """Answer on this stream; the bench is as the parent says."""
        self._out = out
        self._lock = threading.Lock()
        self._told = 0.0
        self._bench = Bench(
            device=setup.device,
            dtype=setup.dtype,
            memory_limit=setup.memory_limit,
            weights=Path(setup.weights),
            scratch=Path(setup.scratch),
            stage=setup.stage,
            tell=self._tell,
        )
        self._keeper = Keeper(self._bench)
        self._errands = Errands(self._bench)

    def start(self) -> None:
        """Say that the process runs."""
        self._say(messages.Started())

    def do(self, order: object) -> None:
        """Do what an order says."""
        if isinstance(order, messages.Release):
            self._keeper.release(order.address)
            self._errands.release(order.address)
        elif isinstance(order, messages.Call):
            self._say(messages.Returned(self._errands.answer(order)))
        elif isinstance(order, messages.Open):
            self._open(order.address)
        elif isinstance(order, messages.Work):
            self._serve(order)

    def close(self) -> None:
        """Close all plugins."""
        self._keeper.close()
        self._errands.close()

    def _open(self, address: Address) -> None:
        opened = self._opened(address)
        if isinstance(opened, Failure):
            self._say(messages.Answered(0, messages.pack(opened)))
        else:
            self._say(messages.Ready(opened.batch, opened.device, opened.heavy))

    def _serve(self, order: messages.Work) -> None:
        requests = [messages.unpack(request) for request in order.requests]
        opened = self._opened(order.address)
        room = functools.partial(self._keeper.close_others, order.address)
        results = (
            [opened] * len(requests)
            if isinstance(opened, Failure)
            else serve(opened, requests, self._bench, room)
        )
        for position, result in enumerate(results):
            self._say(messages.Answered(position, messages.pack(result)))
        self._say(messages.Ended())

    def _opened(self, address: Address) -> Opened | Failure:
        try:
            opened = self._keeper.opened(address)
            return opened
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
            return failure(error)

    def _tell(self, notice: Notice) -> None:
        now = time.monotonic()
        if isinstance(notice, Progress):
            if now - self._told < _SECONDS_BETWEEN_PROGRESS:
                return
            self._told = now
        if messages.is_told(notice):
            self._say(messages.Told(messages.pack(notice)))

    def _say(self, message: object) -> None:
        whole = messages.line(message)
        with self._lock:
            self._out.write(whole)
            self._out.flush()

    def stop(self, error: V2aError) -> None:
        """Say that the run cannot go on."""
        self._say(messages.Stopped(type(error).__name__, error.what, error.where, error.remedy))


def main() -> None:
    """Serve the parent until it closes the pipe; a plugin's prints go to standard error, never into the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders_in, out = _private_streams()
    orders: queue.SimpleQueue[object] = queue.SimpleQueue()
    over = threading.Event()
    setup = messages.read(orders_in.readline() or b"null")
    _limit_memory(setup)
    threading.Thread(target=_listen, args=(orders_in, orders, over), daemon=True).start()
    worker = Worker(out, setup)
    with contextlib.suppress(BrokenPipeError):
        worker.start()
        while (order := orders.get()) is not None:
            try:
                worker.do(order)
            except V2aError as error:
                worker.stop(error)
        worker.close()
    over.set()
    _end()


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent under other numbers; 0 reads nothing and 1 is the same as 2 from here on."""
    orders = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return orders, out


def _listen(orders_in: BinaryIO, orders: queue.SimpleQueue[object], over: threading.Event) -> None:
    for text in orders_in:
        orders.put(messages.read(text))
    orders.put(None)
    if not over.wait(_SECONDS_TO_END):
        _end()


def _limit_memory(setup: messages.Setup) -> None:
    """Let a runaway plugin meet MemoryError; GPUs map far more address space than they use and are left alone."""
    if setup.memory_limit is None or setup.device != "cpu":
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        _, hard = resource.getrlimit(kind)
        limit = setup.memory_limit if hard == resource.RLIM_INFINITY else min(setup.memory_limit, hard)
        resource.setrlimit(kind, (limit, hard))


def _end() -> None:
    """End at once, with whatever the plugins started, even where one of their threads hangs."""
    sys.stderr.flush()
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
