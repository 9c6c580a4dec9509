"""Generators that go wrong in every way there is: what a prompt says, they do."""

import errno
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from tests.scores import MISPLAYED, scored
from tests.tones import FREE, sine
from v2a.interfaces import Bench, Generator, GeneratorCard, Maker
from v2a.model import Audio, Credit, Failure, Made, Request


class Trouble(Generator):
    """Does what the prompt says."""

    card = GeneratorCard(
        "trouble",
        "1",
        ("fx",),
        FREE,
        words=(
            "raise",
            "hang",
            "exit",
            "quit",
            "kill",
            "hog",
            "oom",
            "short",
            "rate",
            "mono",
            "nan",
            "text",
            "print",
            "slow",
            "fine",
            "progress",
            "parts",
            "refuse",
        ),
        channels=1,
        rank=50,
    )

    def open(self, bench: Bench):
        return lambda request: trouble(request, bench)


class Batched(Generator):
    """The same in batches, yielding as it goes."""

    card = GeneratorCard("batched", "1", ("vo",), FREE, channels=1, batch=4)

    def open(self, bench: Bench):
        return Batch(bench)


class Batch(Maker):
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __call__(self, requests: Sequence[Request]) -> Iterator[Made | Failure]:
        if len(requests) > 2 and any(r.prompt == "big" for r in requests):
            raise MemoryError
        self._bench.warn(f"batch of {len(requests)}")
        for request in requests:
            if request.prompt == "stop":
                return
            yield Made(Audio(trouble(request, self._bench).samples, request.rate))
        if requests[-1].prompt == "more":
            yield Made(sine(requests[-1]))


class Unopened(Generator):
    card = GeneratorCard("unopened", "1", ("fx",), FREE, rank=-5, words=("nothing",))

    def open(self, bench: Bench):
        raise FileNotFoundError("no weights here")


class Heavy(Generator):
    """Has weights, so there is one of it."""

    card = GeneratorCard("heavy", "1", ("vo",), FREE, channels=1, weights="abc", rank=-9, words=("heavy",))

    def open(self, bench: Bench):
        return lambda request: trouble(request, bench)


def trouble(request: Request, bench: Bench) -> Audio | Made | str | Failure:
    """What the prompt says."""
    what = request.prompt.split()[0]
    silence = np.zeros((request.channels, request.length), np.float32)
    if what == "raise":
        raise RuntimeError("the reed\nis broken")
    if what in _ENDS:
        _ENDS[what]()
    if what == "full":
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")
    if what == "oom":
        raise MemoryError
    if what == "hog":
        hoard = [np.ones(12_500_000) for _ in range(200)]
        return Audio(silence + len(hoard), request.rate)
    if what == "short":
        return Audio(silence[:, 1:], request.rate)
    if what == "rate":
        return Audio(silence, request.rate // 2)
    if what == "mono":
        return Audio(np.zeros((2, request.length), np.float32), request.rate)
    if what == "nan":
        return Audio(silence + np.nan, request.rate)
    if what == "text":
        return "la la la"
    if what == "refuse":
        return Failure("would rather not", "Ask someone else.", 43)
    return _well(what, request, bench)


def _well(what: str, request: Request, bench: Bench) -> Audio | Made:
    if what == "print":
        sys.stdout.write("la la la\n")
        sys.stdout.flush()
        os.write(1, b'{"is":"Ended","value":{}}\n')
    if what == "slow":
        time.sleep(0.2)
    if what == "progress":
        steps, pause = request.prompt.split()[1:] or (4, 0.15)
        for step in range(int(steps)):
            time.sleep(float(pause))
            bench.progress(step, int(steps), "blowing")
        bench.warn("out of breath")
    if what == "parts":
        return Made(
            sine(request),
            Fraction(1, 8),
            {"left": sine(request, 220.0)},
            (Credit("A", "B", "CC-BY"),),
            ("a note",),
            "no",
        )
    if what == "score":
        return Made(sine(request), score=scored(int(request.prompt.split()[1])))
    if what == "misplayed":
        return Made(sine(request), score=MISPLAYED[request.prompt.split()[1]])
    if what == "terms":
        return Made(sine(request), commercial="perhaps")  # type: ignore[arg-type]
    return sine(request)


def _hang() -> None:
    time.sleep(60)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_ENDS = {"hang": _hang, "exit": lambda: os._exit(3), "quit": lambda: sys.exit(4), "kill": _kill}
