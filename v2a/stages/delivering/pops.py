"""Sync pops: one frame of 1 kHz two seconds before the first frame, and one two seconds after the last.

They are what a mixer lines stems up by: a head pop lies on the frame that is two seconds of timecode before the film
(`00:59:58:00` for one that begins at `01:00:00:00`), whatever the frame rate. A film that has leader gets them within it,
on every stem that has no pop there already.
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
_SILENT = 0.001


@dataclass(frozen=True, slots=True)
class Pops:
    """The pops around the programme of a film, for sound of some rate that is `heard` on the film's clock."""

    frame_rate: Fraction
    rate: int
    heard: Span
    programme: Span

    @property
    def lead(self) -> Fraction:
        """From the head pop to the first frame in seconds: two of timecode, which runs in whole frames."""
        return _SECONDS * round(self.frame_rate) / self.frame_rate

    @property
    def span(self) -> Span:
        """What a stem with its pops takes up on the film's clock."""
        first, last = self._pops()
        return Span(min(self.heard.start, first.start), max(self.heard.end, last.end))

    def _pops(self) -> tuple[Span, Span]:
        head, tail = self.programme.start - self.lead, self.programme.end + self.lead
        frame = 1 / self.frame_rate
        return Span(head, head + frame), Span(tail, tail + frame)

    def tone(self, channels: int) -> NDArray[np.float32]:
        """One frame of 1 kHz, peaking at -20 dBFS, the same on every channel."""
        length = Span(Fraction(0), 1 / self.frame_rate).samples(self.rate).length
        tone = _LEVEL * np.sin(2 * np.pi * _PITCH * np.arange(length) / self.rate)
        return np.tile(tone.astype(np.float32), (channels, 1))

    def around(self, blocks: Iterable[NDArray[np.float32]], channels: int) -> Iterator[NDArray[np.float32]]:
        """The sound, which begins with `heard`, with silence up to the pops, and the pops wherever it is silent."""
        tone, origin = self.tone(channels), self.span.samples(self.rate).start
        starts = [pop.samples(self.rate).start - origin for pop in self._pops()]
        at = 0
        for block in self._padded(blocks, channels):
            with_pops = block
            for start in starts:
                first, last = max(start, at), min(start + tone.shape[1], at + block.shape[1])
                if first < last and np.abs(block[:, first - at : last - at]).max() < _SILENT:
                    with_pops = with_pops.copy()
                    with_pops[:, first - at : last - at] += tone[:, first - start : last - start]
            yield with_pops
            at += block.shape[1]

    def _padded(self, blocks: Iterable[NDArray[np.float32]], channels: int) -> Iterator[NDArray[np.float32]]:
        whole, heard = self.span.samples(self.rate), self.heard.samples(self.rate)
        yield from _silence(channels, heard.start - whole.start)
        yield from blocks
        yield from _silence(channels, whole.stop - heard.stop)


def _silence(channels: int, length: int) -> Iterator[NDArray[np.float32]]:
    for start in range(0, length, _BLOCK):
        yield np.zeros((channels, min(_BLOCK, length - start)), np.float32)
