"""What stems would clip at, held by limiters of the last pass: all of a mix together, or one file by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import peak, quantised
from v2a.dsp.limiter import Limiter
from v2a.model import Stem

# In dBFS: a hair under the highest number of 24 bits, for float32 rounds on its own account.
_FULL_SCALE = -1e-5


class Sink(Protocol):
    """What sound is written to, block by block."""

    def add(self, block: NDArray[np.float32]) -> None:
        """Take stereo, 2 × samples, on the grid of 24 bits."""


class Held:
    """A sound file behind a limiter of its own, idle but where the sound by itself goes over a ceiling in dBTP, or over
    full scale where there is none."""

    def __init__(self, name: str, out: Sink, rate: int, ceiling: float | None = None) -> None:
        self._out = out
        self._name, self._ceiling = name, ceiling
        level = _FULL_SCALE if ceiling is None else ceiling
        self._limiter = Limiter(rate, 2, level, between_samples=ceiling is not None)
        self._waiting = np.zeros((2, 0), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """Take samples as they are."""
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        self._settle(self._limiter.push(block))

    def close(self) -> None:
        """Write what is still held back."""
        self._settle(self._limiter.flush())

    @property
    def note(self) -> str:
        """What the limiter did, if anything."""
        if not self._limiter.reduction:
            return ""
        over = "full scale" if self._ceiling is None else f"{self._ceiling:g} dBTP"
        most = _tenths(self._limiter.reduction)
        return f"{self._name} by itself goes over {over}: a limiter of its own takes up to {most:.1f} dB off there."

    def _settle(self, gains: NDArray[np.float32]) -> None:
        self._out.add(quantised(self._waiting[:, : len(gains)] * gains))
        self._waiting = self._waiting[:, len(gains) :]


@dataclass(frozen=True, eq=False)
class Block:
    """A stretch of every stem under the gain of the mix: as it is heard there, and before it steps back for speech, which
    is the same array where it does not."""

    length: int
    heard: Mapping[Stem, NDArray[np.float32]]
    undipped: Mapping[Stem, NDArray[np.float32]]

    def under(self, gains: NDArray[np.float32]) -> Block:
        """The same block under further gains."""
        if not self.heard or gains.min() == 1.0:
            return self
        heard = {stem: sound * gains for stem, sound in self.heard.items()}
        undipped = {
            stem: heard[stem] if sound is self.heard[stem] else sound * gains
            for stem, sound in self.undipped.items()
        }
        return Block(self.length, heard, undipped)


class Fitted:
    """Blocks under one further gain for all stems, 1 but where a stem by itself goes over full scale: where stems cancel,
    a limiter that hears their sum does not know. They come as late as its lookahead asks for."""

    def __init__(self, rate: int) -> None:
        self._limiter = Limiter(rate, 1, _FULL_SCALE, between_samples=False)
        self._gains = np.zeros(0, np.float32)
        self._waiting: list[Block] = []
        self._over: dict[Stem, None] = {}

    def push(self, block: Block) -> Iterator[Block]:
        """Take a block; answer with those that are settled."""
        highest = np.zeros((1, block.length), np.float32)
        for stem, sound in block.heard.items():
            if peak(sound) > 1.0:
                self._over[stem] = None
                np.maximum(highest, np.abs(sound).max(axis=0), out=highest)
        self._waiting.append(block)
        return self._settled(self._limiter.push(highest))

    def flush(self) -> Iterator[Block]:
        """The blocks that are still waiting."""
        return self._settled(self._limiter.flush())

    @property
    def note(self) -> str:
        """Which stems went over full scale, and by how much they were held."""
        if not self._over:
            return ""
        named = " and ".join(stem.upper() for stem in self._over)
        return (
            f"{named} alone would go over full scale where the mix does not: all stems are up to "
            f"{_tenths(self._limiter.reduction):.1f} dB softer there."
        )

    def _settled(self, gains: NDArray[np.float32]) -> Iterator[Block]:
        self._gains = np.concatenate([self._gains, gains])
        while self._waiting and len(self._gains) >= self._waiting[0].length:
            block = self._waiting.pop(0)
            yield block.under(self._gains[: block.length])
            self._gains = self._gains[block.length :]


def _tenths(decibels: float) -> float:
    """Rounded up, so that what is there is never called nothing."""
    return math.ceil(decibels * 10.0) / 10.0
