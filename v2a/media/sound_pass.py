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
from v2a.media.production import chosen
from v2a.media.resample import converted, reblocked
from v2a.media.tracks import placed, track
from v2a.model import Audio, Span, Video, nearest

_LEAD = 1


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
    video: Video, needs: Sequence[SoundNeed], span: Span, stopped: Callable[[], bool]
) -> Generator[Step, None, None]:
    """Decode the sound of a span, in blocks for every need; a film without sound yields nothing."""
    source = chosen(video)
    wanted = [blocks for need in needs if (blocks := _Blocks.within(need, span)).first < blocks.end]
    if source is None or not wanted:
        return
    begin = max(math.floor(min(blocks.start(blocks.first) for blocks in wanted)) - _LEAD, 0)
    with track(video.path, source.index) as sound:
        pieces = sound.pieces(video.start_time, Fraction(begin))
        native = placed(pieces, begin * sound.rate, sound.rate, len(sound.speakers))
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
