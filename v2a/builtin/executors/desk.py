"""A worker process that one object's calls go to, one after another."""

from __future__ import annotations

import queue

from v2a.builtin.executors import messages
from v2a.builtin.executors.crew import Hand, Heard
from v2a.interfaces import Address, Bench
from v2a.model import Failure

_TICK = 0.1


class Desk:
    """The process, and whether it can still be asked."""

    def __init__(self, bench: Bench, threads: int) -> None:
        """Start the process."""
        self._bench = bench
        self._inbox: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._hand = Hand(bench, self._inbox, threads)
        self.open = True

    def ask(self, call: messages.Call, stall: float) -> object:
        """The answer to a call; a process that ended or shows no sign of life is given up, and a failure tells."""
        self._hand.opening = True
        self._hand.say(call)
        try:
            while (returned := self._returned(stall)) is None:
                self._bench.check_cancelled()
        except BaseException:
            self.close()
            raise
        if isinstance(returned, Failure):
            self.open = False
            return returned
        self._hand.opening = False
        return messages.unpack(returned.value)

    def release(self, address: Address) -> None:
        """Have an object forgotten."""
        self._hand.say(messages.Release(address))

    def close(self) -> None:
        """End the process: kindly where it has nothing to do."""
        if self.open:
            self.open = False
            if self._hand.busy:
                self._hand.kill()
            else:
                self._hand.close()

    def _returned(self, stall: float) -> messages.Returned | Failure | None:
        """What came back, or nothing after a moment without it."""
        try:
            heard = self._inbox.get(timeout=_TICK)
        except queue.Empty:
            return self._hand.hung(stall) if self._hand.silent_for(stall) else None
        self._hand.heard()
        if heard.message is None:
            return self._hand.garbled() if heard.garbled else self._hand.died()
        if isinstance(heard.message, messages.Told):
            self._bench.tell(messages.unpack(heard.message.notice))
        elif isinstance(heard.message, messages.Stopped):
            raise messages.error_of(heard.message)
        return heard.message if isinstance(heard.message, messages.Returned) else None
