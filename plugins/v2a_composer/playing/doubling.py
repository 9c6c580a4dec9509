"""Buses at the full rate, at half and at a quarter of it: what holds nothing high is played and added up with less work.

Each lower one is brought to twice its rate with a filter that leaves its own samples as they are and finds those between.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.tone import OCTAVES

Sound = NDArray[np.float32]

_HALF = 32
_BETA = 8.0
_TOGETHER = 64
# How much of a bus is needed before and behind a block for what is made of it, one bus for each octave.
MARGINS = tuple(_HALF * 2 - (_HALF * 2 >> octaves) for octaves in range(OCTAVES + 1))


class Buses:
    """A block of so many channels at every rate, with its margins."""

    def __init__(self, channels: int) -> None:
        """Silence."""
        self._buses: list[Sound | None] = [None] * (OCTAVES + 1)
        self._channels = channels

    @property
    def used(self) -> bool:
        """Whether anything is played on them."""
        return any(bus is not None for bus in self._buses)

    def bus(self, octaves: int) -> Sound:
        """What is played so many octaves below the full rate."""
        found = self._buses[octaves]
        if found is None:
            size = (BLOCK >> octaves) + 2 * MARGINS[octaves]
            found = self._buses[octaves] = np.zeros((self._channels, size), np.float32)
        return found

    def whole(self) -> Sound:
        """All of it at the full rate."""
        made: Sound | None = None
        for own in reversed(self._buses):
            made = own if made is None else doubled(made) if own is None else own + doubled(made)
        return np.zeros((self._channels, BLOCK), np.float32) if made is None else made


def doubled(sound: Sound) -> Sound:
    """Channels at twice their rate, without the margin at both ends, which is used up."""
    count = sound.shape[1] - 2 * _HALF
    rows = -(-count // _TOGETHER)
    between = _between()
    made = np.empty((len(sound), 2 * count), np.float32)
    for one, into in zip(sound, made):
        source = np.zeros(rows * _TOGETHER + 2 * _HALF, np.float32)
        source[: len(one)] = one
        windows = np.ndarray((rows, len(between)), np.float32, source, 4, (4 * _TOGETHER, 4))
        into[::2] = one[_HALF : _HALF + count]
        into[1::2] = (np.ascontiguousarray(windows) @ between).reshape(-1)[:count]
    return made


@functools.cache
def _between() -> Sound:
    """The weights of the samples around each place between two: half of them, and as many as are found together."""
    places = np.arange(-_HALF + 1, _HALF + 1) - 0.5
    taps = np.sinc(places) * np.kaiser(2 * _HALF, _BETA)
    matrix = np.zeros((_TOGETHER + 2 * _HALF - 1, _TOGETHER), np.float32)
    for n in range(_TOGETHER):
        matrix[n : n + 2 * _HALF, n] = taps / taps.sum()
    return matrix
