"""Sound on a grid: block n begins at n × block samples of the film, wherever decoding began."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Block, SoundNeed
from v2a.model import Audio, nearest


class Grid:
    """Puts what is decoded on the grid of one need, fills gaps with silence, and goes on until the end."""

    def __init__(self, need: SoundNeed, opens: Fraction, end: Fraction) -> None:
        """The grid from the first block that begins at or after `opens` to the last that begins before `end`."""
        self._need = need
        step = Fraction(need.block, need.rate)
        self._next = -int(-opens // step)
        self._stop = max(self._next, -int(-end // step))
        self._room = self._empty()
        self._filled = 0

    def _empty(self) -> NDArray[np.float32]:
        return np.zeros((self._need.channels, self._need.block), np.float32)

    def put(self, block: Block) -> Iterator[Block]:
        """Take what was decoded and yield the blocks that are whole."""
        samples = block.sound.samples
        at = nearest(block.start * self._need.rate) - self._next * self._need.block
        if at == 0 and self._filled == 0 and samples.shape[1] == self._need.block:
            yield from self._pass(samples)
            return
        samples, at = samples[:, max(0, -at) :], max(0, at)
        while samples.shape[1] and self._next < self._stop:
            room = self._need.block - at
            if room <= 0:
                yield from self._pass(self._room)
                at -= self._need.block
                continue
            taken = samples[:, :room]
            self._room[:, at : at + taken.shape[1]] = taken
            self._filled = at = at + taken.shape[1]
            samples = samples[:, room:]
            if at == self._need.block:
                yield from self._pass(self._room)
                at = 0

    def rest(self) -> Iterator[Block]:
        """The blocks up to the end, filled up with silence."""
        while self._next < self._stop:
            yield from self._pass(self._room)

    def _pass(self, samples: NDArray[np.float32]) -> Iterator[Block]:
        if self._next < self._stop:
            start = Fraction(self._next * self._need.block, self._need.rate)
            self._next += 1
            yield Block(start, Audio(samples.copy(), self._need.rate))
        self._room, self._filled = self._empty(), 0
