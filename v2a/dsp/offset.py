"""Direct current: an offset that nobody hears, that takes the room of peaks, and clicks wherever a sound begins or ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_WORTH = 0.003
_DOMINANT = 0.05
_HALF = 0.5


class Offset:
    """The mean of a stream, channel by channel, and whether there is anything in it at all."""

    def __init__(self) -> None:
        self._sum: NDArray[np.float64] | float = 0.0
        self._power = 0.0
        self._length = 0
        self.silent = True

    def add(self, block: Samples) -> None:
        """Take some more: channels × samples."""
        self._sum = self._sum + block.sum(axis=1, dtype=np.float64)
        self._power += float(np.einsum("cn,cn->", block, block))
        self._length += block.shape[1]
        self.silent = self.silent and not block.any()

    @property
    def highest(self) -> float:
        """The largest offset of a channel, as a share of full scale."""
        return float(np.abs(self._sum).max() / self._length) if self._length else 0.0

    @property
    def matters(self) -> bool:
        """Whether it is worth taking off: more than -50 dBFS."""
        return self.highest > _WORTH

    @property
    def dominates(self) -> bool:
        """Whether it is no chance of a short sound, whose waves seldom add up to nothing: a twentieth of its power."""
        return self.matters and self.highest**2 * self._length > _DOMINANT * self._power


def offset_of(blocks: Iterable[Samples]) -> Offset:
    """What a sound is offset by."""
    found = Offset()
    for block in blocks:
        found.add(block)
    return found


def centred_on_zero(
    read: Callable[[int, int], Samples], length: int, rate: int, block: int
) -> Iterable[Samples]:
    """A sound without its offset, in blocks: less a mean over a second, twice, that moves along, so that nothing
    audible changes and nothing moves in time.

    `read` answers with any of its samples; beyond its ends the sound is taken as mirrored.
    """
    half = min(round(_HALF * rate), (length - 1) // 4)
    for start in range(0, length, block):
        stop = min(start + block, length)
        first, last = max(0, start - 2 * half), min(length, stop + 2 * half)
        around = read(first, last)
        missing = (first - (start - 2 * half), stop + 2 * half - last)
        whole = np.pad(around, ((0, 0), missing), mode="reflect") if any(missing) else around
        mean = _moving(_moving(whole.astype(np.float64), half), half)
        yield np.asarray(whole[:, 2 * half : 2 * half + stop - start] - mean, dtype=np.float32)


def _moving(samples: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """The mean of each sample and so many before and after it, which are used up."""
    sums = np.cumsum(np.pad(samples, ((0, 0), (1, 0))), axis=1)
    width = 2 * half + 1
    return np.asarray((sums[:, width:] - sums[:, :-width]) / width)
