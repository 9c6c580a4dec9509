"""Sync pops: one frame of 1 kHz two seconds before the first frame, and one two seconds after the last.

They are what a mixer lines stems up by: a head pop lies on the frame that is two seconds of timecode before the film
(`00:59:58:00` for one that begins at `01:00:00:00`), whatever the frame rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.model import Span

_PITCH = 1000
_LEVEL = 10 ** (-20 / 20)
_SECONDS = 2
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Pops:
    """The pops of a film of some frame rate, in samples of a sound rate."""

    frame_rate: Fraction
    rate: int

    @property
    def lead(self) -> Fraction:
        """From the head pop to the first frame in seconds: two of timecode, which runs in whole frames."""
        return _SECONDS * round(self.frame_rate) / self.frame_rate

    @property
    def samples(self) -> int:
        """The lead in samples."""
        return Span(Fraction(0), self.lead).samples(self.rate).length

    def tone(self, channels: int) -> NDArray[np.float32]:
        """One frame of 1 kHz, peaking at -20 dBFS, the same on every channel."""
        length = Span(Fraction(0), 1 / self.frame_rate).samples(self.rate).length
        tone = _LEVEL * np.sin(2 * np.pi * _PITCH * np.arange(length) / self.rate)
        return np.tile(tone.astype(np.float32), (channels, 1))

    def around(self, blocks: Iterable[NDArray[np.float32]], channels: int) -> Iterator[NDArray[np.float32]]:
        """The sound with a pop before it and a pop behind it, and silence between."""
        tone = self.tone(channels)
        yield tone
        yield from _silence(channels, self.samples - tone.shape[1])
        yield from blocks
        yield from _silence(channels, self.samples)
        yield tone


def _silence(channels: int, length: int) -> Iterator[NDArray[np.float32]]:
    for start in range(0, length, _BLOCK):
        yield np.zeros((channels, min(_BLOCK, length - start)), np.float32)
