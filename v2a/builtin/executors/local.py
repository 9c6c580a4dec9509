"""The executor that runs plugins in this process: no start-up, and no protection."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence

from v2a.builtin.executors import messages
from v2a.builtin.executors.errands import Errands
from v2a.builtin.executors.failures import failure
from v2a.builtin.executors.keeper import Keeper, Opened
from v2a.builtin.executors.serving import serve
from v2a.errors import Cancelled
from v2a.interfaces import Address, Answer, Bench, EncodeRequest, Executor, ExecutorCard, Runner
from v2a.model import Failure, Request, codec


class LocalRunner(Runner):
    """Runs plugins here; what crosses the border is the same as with the other executors."""

    def __init__(self, bench: Bench) -> None:
        """Open plugins at this bench."""
        self._bench = bench
        self._keeper = Keeper(bench)
        self._errands = Errands(bench)

    def run(self, address: Address, requests: Sequence[Request | EncodeRequest]) -> Iterator[Answer]:
        """Yield an answer for each request, in order."""
        if not requests:
            return
        opened = self._opened(address)
        if isinstance(opened, Failure):
            yield from (Answer(index, opened) for index in range(len(requests)))
            return
        for first in range(0, len(requests), opened.batch):
            room = functools.partial(self._keeper.close_others, address)
            part = [_over_the_border(r) for r in requests[first : first + opened.batch]]
            for index, result in enumerate(serve(opened, part, self._bench, room), first):
                yield Answer(index, result)

    def call(self, address: Address, verb: str, *values: object) -> object:
        """The answer of an object, called here."""
        packed = tuple(messages.pack(value) for value in values)
        return messages.unpack(self._errands.answer(messages.Call(address, verb, packed)))

    def release(self, address: Address) -> None:
        """Close one plugin."""
        self._keeper.release(address)
        self._errands.release(address)

    def close(self) -> None:
        """Close all plugins."""
        self._keeper.close()
        self._errands.close()

    def _opened(self, address: Address) -> Opened | Failure:
        try:
            return self._keeper.opened(address)
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
            return failure(error)


def _over_the_border(request: Request | EncodeRequest) -> Request | EncodeRequest:
    return codec.decode(type(request), json.loads(codec.canonical(request)))


class LocalExecutor(Executor):
    """In this process."""

    card = ExecutorCard("local", "1", isolated=False, about="runs plugins in this process")

    def open(self, bench: Bench, stall: float = 600.0) -> Runner:
        """A runner; nothing can be given up here, so `stall` has no effect."""
        return LocalRunner(bench)
