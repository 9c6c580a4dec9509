"""The executor that runs plugins in processes of their own: one that dies, hangs or runs away takes nothing with it."""

from __future__ import annotations

import os
import queue
import time
from collections import deque
from collections.abc import Iterator, Sequence

from v2a.builtin.executors import messages
from v2a.builtin.executors.crew import Hand, Heard
from v2a.builtin.executors.desk import Desk
from v2a.interfaces import Address, Answer, Bench, EncodeRequest, Executor, ExecutorCard, Runner
from v2a.model import Failure, Request

MOST_WORKERS = 4
_TICK = 0.1
_SECONDS_BEFORE_ANOTHER = 0.4
_DEATHS_AT_FIRST = 3
_DEATHS_IN_A_ROW = 8


class ProcessRunner(Runner):
    """Hands requests to workers, in slices of the size that the plugin likes, and listens to them."""

    def __init__(self, bench: Bench, stall: float, workers: int) -> None:
        """Run at most so many workers; one that shows no sign of life for `stall` seconds is given up."""
        self._bench = bench
        self._stall = stall
        self._workers = workers
        self._inbox: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._hands: list[Hand] = []
        self._ready: dict[Address, messages.Ready] = {}
        self._desks: dict[Address, Desk] = {}
        self._spare: list[Desk] = []

    def run(self, address: Address, requests: Sequence[Request | EncodeRequest]) -> Iterator[Answer]:
        """Yield an answer for each request, in the order in which they come."""
        if not requests:
            return
        self._drop(hand for hand in list(self._hands) if hand.gone)
        try:
            ready = self._opened(address)
            if isinstance(ready, Failure):
                yield from (Answer(index, ready) for index in range(len(requests)))
                return
            yield from _Round(self, address, requests, ready).answers()
        finally:
            self._drop(hand for hand in list(self._hands) if hand.busy)

    def call(self, address: Address, verb: str, *values: object) -> object:
        """The answer of an object in a process that no other object shares until its release."""
        if address not in self._desks:
            self._desks[address] = self._spare.pop() if self._spare else Desk(self._bench, _cores())
        desk = self._desks[address]
        try:
            packed = tuple(messages.pack(value) for value in values)
            return desk.ask(messages.Call(address, verb, packed), self._stall)
        finally:
            if not desk.open:
                del self._desks[address]

    def release(self, address: Address) -> None:
        """Close one plugin in every worker."""
        self._ready.pop(address, None)
        for hand in self._hands:
            hand.say(messages.Release(address))
        desk = self._desks.pop(address, None)
        if desk is not None:
            desk.release(address)
            self._spare.append(desk)

    def close(self) -> None:
        """End all workers."""
        for desk in (*self._desks.values(), *self._spare):
            desk.close()
        self._desks, self._spare = {}, []
        hands, self._hands = self._hands, []
        for hand in hands:
            if hand.busy:
                hand.kill()
            else:
                hand.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the processes that are running."""
        return tuple(hand.pid for hand in self._hands)

    def hand(self, most: int) -> Hand | None:
        """A worker with nothing to do, started if there is none and fewer than `most` are running."""
        idle = next((hand for hand in self._hands if not hand.busy), None)
        if idle is None and len(self._hands) < most:
            idle = Hand(self._bench, self._inbox, max(1, _cores() // self._workers))
            self._hands.append(idle)
        return idle

    def most_for(self, ready: messages.Ready) -> int:
        """How many workers a plugin may have at once: one on a GPU, and one where it has weights to hold."""
        return self._workers if ready.device == "cpu" and not ready.heavy else 1

    def heard(self) -> Heard | None:
        """The next message, or nothing after a moment of silence."""
        self._bench.check_cancelled()
        try:
            heard = self._inbox.get(timeout=_TICK)
        except queue.Empty:
            return None
        heard.hand.heard()
        if isinstance(heard.message, messages.Told):
            self._bench.tell(messages.unpack(heard.message.notice))
        elif isinstance(heard.message, messages.Stopped):
            raise messages.error_of(heard.message)
        return heard

    def lost(self, heard: Heard | None) -> list[tuple[Hand, Failure]]:
        """The workers that are gone or given up by now, each with what became of it."""
        found: list[tuple[Hand, Failure]] = []
        if heard is not None and heard.message is None and heard.hand in self._hands:
            failure = heard.hand.garbled() if heard.garbled else heard.hand.died()
            found.append((heard.hand, failure))
        if self._inbox.empty():  # whoever was heard of and not yet listened to is not silent
            for hand in self._hands:
                if hand.silent_for(self._stall):
                    found.append((hand, hand.hung(self._stall)))
        for hand, _ in found:
            if hand in self._hands:
                self._hands.remove(hand)
        return found

    def _opened(self, address: Address) -> messages.Ready | Failure:
        if address in self._ready:
            return self._ready[address]
        while (hand := self.hand(self._workers)) is None:
            self.lost(self.heard())
        hand.opening = True
        hand.say(messages.Open(address))
        while True:
            heard = self.heard()
            for gone, failure in self.lost(heard):
                if gone is hand:
                    return failure
            if heard is None or heard.hand is not hand:
                continue
            if isinstance(heard.message, messages.Ready):
                hand.opening = False
                self._ready[address] = heard.message
                return heard.message
            if isinstance(heard.message, messages.Answered):
                hand.opening = False
                failed = messages.unpack(heard.message.result)
                assert isinstance(failed, Failure)
                return failed

    def _drop(self, hands: Iterator[Hand]) -> None:
        for hand in hands:
            self._hands.remove(hand)
            hand.kill()


class _Round:
    """All requests to one plugin: which wait, who is at which, and what came back."""

    def __init__(
        self,
        runner: ProcessRunner,
        address: Address,
        requests: Sequence[Request | EncodeRequest],
        ready: messages.Ready,
    ) -> None:
        self._runner = runner
        self._address = address
        self._requests = requests
        self._most = runner.most_for(ready)
        self._waiting: deque[tuple[int, ...]] = deque(
            tuple(range(first, min(first + ready.batch, len(requests))))
            for first in range(0, len(requests), ready.batch)
        )
        self._left: dict[Hand, list[int]] = {}
        self._grown = 0.0
        self._deaths = 0
        self._most_deaths = _DEATHS_AT_FIRST

    def answers(self) -> Iterator[Answer]:
        while self._waiting or self._left:
            self._hand_out()
            heard = self._runner.heard()
            for hand, failure in self._runner.lost(heard):
                yield from self._after(hand, failure)
            if heard is None or heard.hand not in self._left:
                continue
            if isinstance(heard.message, messages.Answered):
                index = heard.hand.slice[heard.message.position]
                self._left[heard.hand].remove(index)
                self._deaths, self._most_deaths = 0, _DEATHS_IN_A_ROW
                yield Answer(index, messages.unpack(heard.message.result))
            elif isinstance(heard.message, messages.Ended):
                heard.hand.slice = ()
                del self._left[heard.hand]

    def _hand_out(self) -> None:
        """Give slices to those who wait; another worker is started only when those that run are at it for a while."""
        while self._waiting:
            running = len(self._runner.pids)
            now = time.monotonic()
            may_grow = running == 0 or now - self._grown > _SECONDS_BEFORE_ANOTHER
            hand = self._runner.hand(self._most if may_grow and (self._grown or not running) else running)
            if not self._grown or len(self._runner.pids) > running:
                self._grown = now
            if hand is None or len(self._left) >= self._most:
                return
            hand.slice = self._waiting.popleft()
            self._left[hand] = list(hand.slice)
            hand.say(
                messages.Work(self._address, tuple(messages.pack(self._requests[i]) for i in hand.slice))
            )

    def _after(self, hand: Hand, failure: Failure) -> Iterator[Answer]:
        """After a death: one that was alone is the one that failed, several are tried again one by one.

        A plugin that dies again and again, and sooner if it never answered at all, is given up.
        """
        if hand not in self._left:
            return
        left = self._left.pop(hand)
        self._deaths += 1
        if len(left) == 1:
            yield Answer(left[0], failure)
        else:
            self._waiting.extendleft((index,) for index in reversed(left))
        if self._deaths >= self._most_deaths:
            while self._waiting:
                for index in self._waiting.popleft():
                    yield Answer(index, failure)


class ProcessExecutor(Executor):
    """In processes of their own."""

    card = ExecutorCard("process", "1", isolated=True, about="runs plugins in processes of their own")

    def __init__(self, workers: int | None = None) -> None:
        """At most so many workers at once; by default one for each core, up to four."""
        self._workers = workers

    def open(self, bench: Bench, stall: float = 600.0) -> Runner:
        """A runner; its workers start when they are needed."""
        return ProcessRunner(bench, stall, self._workers or min(_cores(), MOST_WORKERS))


def _cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores or 1
