"""A plugin for tests: generators and encoders that do what they are told, well or badly."""

import errno
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import v2a
from tests.scores import MISPLAYED, scored
from v2a.interfaces import (
    Bench,
    Encoder,
    EncoderCard,
    EncodeRequest,
    Generator,
    GeneratorCard,
    Maker,
    PictureNeed,
    Reader,
)
from v2a.model import Audio, Credit, Failure, Licence, Made, Request

FREE = Licence("MIT", commercial="yes")


def sine(request: Request, hertz: float = 440.0) -> Audio:
    """Sample n depends on n alone."""
    n = np.arange(request.start, request.start + request.length)
    wave = 0.25 * np.sin(2 * np.pi * hertz * n / request.rate)
    return Audio(np.tile(wave.astype(np.float32), (request.channels, 1)), request.rate)


def noise(request: Request) -> Audio:
    """Noise drawn for the request; windows with one seed are alike."""
    rng = np.random.Generator(np.random.Philox(request.seed % (1 << 64)))
    return Audio(rng.normal(0, 0.1, (request.channels, request.length)).astype(np.float32), request.rate)


@dataclass(frozen=True)
class Pitch:
    hertz: float = v2a.option(440.0, "Pitch.", low=20, high=20_000)
    words: str = v2a.option("", "Anything.")


class Sine(Generator):
    card = GeneratorCard("sine", "1", ("fx", "bg"), FREE, windowing="exact", window=Fraction(2), params=Pitch)

    def open(self, bench: Bench):
        return lambda request: sine(request, request.params.get("hertz", 440.0))


class Mono(Generator):
    """Exact, at a rate and in channels of its own."""

    card = GeneratorCard(
        "mono", "1", ("fo",), FREE, rate=44_100, channels=1, windowing="exact", window=Fraction(1, 2), rank=5
    )

    def open(self, bench: Bench):
        return sine


class Drawn(Generator):
    """Overlapped noise in steps of its own."""

    card = GeneratorCard(
        "drawn",
        "1",
        ("bg",),
        FREE,
        rate=16_000,
        channels=1,
        windowing="overlapped",
        window=Fraction(2),
        overlap=Fraction(1, 2),
        quantum=Fraction(1, 8),
        rank=9,
    )

    def open(self, bench: Bench):
        return noise


class Carried(Generator):
    """Goes on with the tail it is handed."""

    card = GeneratorCard(
        "carried",
        "1",
        ("mx",),
        FREE,
        windowing="continued",
        window=Fraction(1),
        overlap=Fraction(1, 4),
        channels=1,
    )

    def open(self, bench: Bench):
        def make(request: Request) -> Made:
            level = 0.5 if request.tail is None else float(request.tail.open().samples[0, -1])
            return Made(Audio(np.full((1, request.length), level, np.float32), request.rate))

        return make


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


class Featured(Generator):
    """Wants an observed feature and an encoder."""

    card = GeneratorCard(
        "featured", "1", ("vo",), FREE, channels=1, features=("energy",), encoders=("letters",), rank=7
    )

    def open(self, bench: Bench):
        def make(request: Request) -> Audio:
            energy = request.features["energy"].values()
            letters = request.features["letters"].values()
            wave = np.full(
                (1, request.length), float(energy.mean()) + float(letters.sum()) / 10_000, np.float32
            )
            return Audio(wave, request.rate)

        return make


class Letters(Encoder):
    card = EncoderCard("letters", "1", FREE, "text")

    def open(self, bench: Bench):
        return LetterReader()


class LetterReader(Reader):
    def __call__(self, requests: Sequence[EncodeRequest]) -> Iterator[np.ndarray | Failure]:
        for request in requests:
            if request.text == "unreadable":
                yield Failure("cannot read this")
            else:
                yield np.array([ord(c) for c in request.text], np.float32)


class Heavy(Generator):
    """Has weights, so there is one of it."""

    card = GeneratorCard("heavy", "1", ("vo",), FREE, channels=1, weights="abc", rank=-9, words=("heavy",))

    def open(self, bench: Bench):
        return lambda request: trouble(request, bench)


class Seen(Generator):
    """Sounds as long as it was bright: wants two encoders that look at the picture."""

    card = GeneratorCard("seen", "1", ("mx",), FREE, channels=1, encoders=("bright", "coarse"), rank=20)

    def open(self, bench: Bench):
        def make(request: Request) -> Made:
            bright, coarse = (request.features[n].values() for n in ("bright", "coarse"))
            notes = (f"{bright.shape[0]} bright", f"{coarse.shape[0]} coarse", f"{float(bright.mean()):.3f}")
            return Made(sine(request), notes=notes)

        return make


class Bright(Encoder):
    """The mean of each frame."""

    card = EncoderCard(
        "bright",
        "1",
        FREE,
        "picture",
        picture=PictureNeed(16, 16, Fraction(10)),
        rate=Fraction(10),
        sliceable=True,
    )

    def open(self, bench: Bench):
        return MeanReader()


class Coarse(Encoder):
    card = EncoderCard(
        "coarse", "1", FREE, "picture", picture=PictureNeed(8, 8, Fraction(5)), rate=Fraction(5)
    )

    def open(self, bench: Bench):
        return MeanReader()


class MeanReader(Reader):
    def __call__(self, requests: Sequence[EncodeRequest]) -> Iterator[np.ndarray | Failure]:
        for request in requests:
            frames = np.load(request.frames)
            yield frames.reshape(len(frames), -1).mean(axis=1, dtype=np.float32)


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


@v2a.hookimpl
def v2a_generators():
    return [Sine(), Mono(), Drawn(), Carried(), Trouble(), Batched(), Unopened(), Featured(), Seen(), Heavy()]


@v2a.hookimpl
def v2a_encoders():
    return [Letters(), Bright(), Coarse()]
