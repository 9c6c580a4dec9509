"""A plugin for tests: generators and encoders that do what they are told, and those that go wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import v2a
from tests.tones import FREE, noise, sine
from tests.troubled import Batched, Heavy, Trouble, Unopened
from v2a.interfaces import (
    Bench,
    Encoder,
    EncoderCard,
    EncodeRequest,
    Generator,
    GeneratorCard,
    PictureNeed,
    Reader,
)
from v2a.model import Audio, Failure, Made, Request


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


@v2a.hookimpl
def v2a_generators():
    return [Sine(), Mono(), Drawn(), Carried(), Trouble(), Batched(), Unopened(), Featured(), Seen(), Heavy()]


@v2a.hookimpl
def v2a_encoders():
    return [Letters(), Bright(), Coarse()]
