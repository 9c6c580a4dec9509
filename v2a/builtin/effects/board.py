"""Pedalboard's effects as block processors: as many samples out as in, whatever size the blocks have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Processor
from v2a.model import Licence

# Pedalboard takes longer blocks in pieces of this size.
_LONGEST = 8192
# Far below every threshold; what is softer has no gain of its own.
_FLOOR = np.float32(1e-6)
LICENCE = Licence("GPL-3.0-or-later", commercial="yes", read="https://github.com/spotify/pedalboard")
OWN = Licence("GPL-3.0-or-later", commercial="yes")


class Board(Processor):
    """A chain of pedalboard effects that keep their state from block to block and have no latency."""

    def __init__(self, chain: Sequence[Any], rate: int) -> None:
        import pedalboard

        self._board = pedalboard.Pedalboard(list(chain))
        self._rate = rate
        self._primed = False

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        if not block.shape[1]:
            return block
        if not self._primed:
            # A block that is longer than the first one would make it forget what it heard.
            self._primed = True
            self._board.process(
                np.zeros((block.shape[0], _LONGEST), np.float32), float(self._rate), reset=False
            )
        made = self._board.process(np.ascontiguousarray(block), float(self._rate), reset=False)
        return np.asarray(made, dtype=np.float32)

    def close(self) -> None:
        """Forget what was heard."""
        self._board.reset()


class Linked(Processor):
    """A pedalboard compressor whose gain follows the loudest channel and is one for all, so that nothing moves in the
    picture of left and right; alone it works on each channel by itself.
    """

    def __init__(self, compressor: Any, rate: int) -> None:
        self._detector = Board([compressor], rate)

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        if not block.shape[1]:
            return block
        loudest = np.maximum(np.abs(block).max(axis=0, keepdims=True), _FLOOR)
        return np.asarray(block * (self._detector(loudest) / loudest), dtype=np.float32)

    def close(self) -> None:
        """Forget what was heard."""
        self._detector.close()
