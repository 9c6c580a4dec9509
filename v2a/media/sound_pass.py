"""The sound's half of a decode pass: the default track is decoded once for every need, on the film's clock."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Block, SoundNeed
from v2a.media.channels import gains
from v2a.media.decoded import Heard, Step, in_step
from v2a.media.holes import PAUSE
from v2a.media.losses import Losses
from v2a.media.production import chosen
from v2a.media.resample import converted, reblocked
from v2a.media.tracks import Piece, placed, track
from v2a.model import Audio, Span, Video, nearest

_LEAD = 1
_JITTER = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The blocks of one need whose start lies inside a span: `first` to before `end`."""

    need: SoundNeed
    first: int
    end: int

    @classmethod
    def within(cls, need: SoundNeed, span: Span) -> _Blocks:
        each = Fraction(need.block, need.rate)
        return cls(need, math.ceil(span.start / each), math.ceil(span.end / each))

    def start(self, number: int) -> Fraction:
        return Fraction(number * self.need.block, self.need.rate)


def listen(
    video: Video, needs: Sequence[SoundNeed], span: Span, losses: Losses, stopped: Callable[[], bool]
) -> Generator[Step, None, None]:
    """Decode the sound of a span, in blocks for every need; a film without sound yields nothing."""
    source = chosen(video)
    wanted = [blocks for need in needs if (blocks := _Blocks.within(need, span)).first < blocks.end]
    if source is None or not wanted:
        return
    begin = max(math.floor(span.start) - _LEAD, 0)
    with track(video.path, source.index) as sound:
        gaps = _Gaps(losses, sound.rate, begin, source.start)
        pieces = sound.pieces(video.start_time, Fraction(begin), gaps.missed)
        native = placed(gaps.between(pieces, span.end), begin * sound.rate, sound.rate, len(sound.speakers))
        streams = itertools.tee(_until(native, stopped), len(wanted))
        heard = [
            _heard(
                blocks,
                video,
                converted(s, gains(sound.speakers, blocks.need.channels), sound.rate, blocks.need.rate),
                begin,
            )
            for s, blocks in zip(streams, wanted, strict=True)
        ]
        yield from in_step(heard)


class _Gaps:
    """Where samples are missing: beside errors, and inside a track; one that begins late or ends early is whole."""

    def __init__(self, losses: Losses, rate: int, begin: int, start: Fraction) -> None:
        self._losses, self._rate = losses, rate
        self._next, self._start = begin * rate, start
        self._inside = begin > 0
        self._failed = False

    def missed(self) -> None:
        """An error was met."""
        self._failed = True

    def between(self, pieces: Iterator[Piece], end: Fraction) -> Iterator[Piece]:
        """The same pieces; what lies between two of them is lost, and what lies before the end where errors were met."""
        for piece in pieces:
            length = Fraction(piece.samples.shape[1], self._rate)
            self._settle(Fraction(piece.start, self._rate), length)
            self._next = max(self._next, piece.start + piece.samples.shape[1])
            self._inside = True
            yield piece
        self._inside = False
        self._settle(end, Fraction(0))

    def _settle(self, until: Fraction, length: Fraction) -> None:
        start = Fraction(self._next, self._rate)
        if self._failed and until - start > _JITTER:
            self._losses.add(start, until, "no sound")
        elif self._failed:
            self._losses.add(start, start + length, "damaged sound")
        elif self._inside and until - max(start, self._start) > PAUSE:
            self._losses.add(max(start, self._start), until, "no sound")
        self._failed = False


def _until(
    native: Iterator[NDArray[np.float32]], stopped: Callable[[], bool]
) -> Iterator[NDArray[np.float32]]:
    for piece in native:
        if stopped():
            return
        yield piece


def _heard(blocks: _Blocks, video: Video, sound: Iterator[NDArray[np.float32]], begin: int) -> Iterator[Step]:
    need = blocks.need
    skip = blocks.first * need.block - begin * need.rate
    whole = nearest(video.duration * need.rate)
    length = max(min(blocks.end * need.block, whole) - blocks.first * need.block, 0)
    pieces = reblocked(sound, need.block, need.channels, skip, length)
    for number in range(blocks.first, blocks.end):
        piece = next(pieces, None)
        samples = np.zeros((need.channels, need.block), np.float32)
        if piece is not None:
            samples[:, : piece.shape[1]] = piece
        start = blocks.start(number)
        yield Step(start, Heard(need, Block(start, Audio(samples, need.rate))))
