"""Sound put where it belongs: what is seen and what is heard as the aligner takes them, and a sound that is moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.alignment import Alignment
from v2a.dsp.marks import Marks
from v2a.media.resample import Resampler, reblocked
from v2a.model import Moment, Onset, nearest

_BLOCK = 48_000
_SEEN, _HEARD = 0.012, 0.003
_WEAKEST = 0.3
# What can be heard of each kind of moment, and how surely.
SOUNDING = {"impact": 1.0, "contact": 1.0, "flash": 0.8, "stop": 0.6, "start": 0.4, "turn": 0.4}


def seen_marks(moments: Sequence[Moment]) -> Marks:
    """Moments as the aligner takes them; those of kinds that are never heard are left out."""
    heard = [m for m in moments if m.kind in SOUNDING]
    return Marks.of([float(m.time) for m in heard], [m.confidence * SOUNDING[m.kind] for m in heard], _SEEN)


def heard_marks(onsets: Sequence[Onset]) -> Marks:
    """Onsets as the aligner takes them."""
    loudest = max((o.strength for o in onsets), default=1.0) or 1.0
    weights = [max(_WEAKEST, o.strength / loudest) for o in onsets]
    return Marks.of([float(o.time) for o in onsets], weights, _HEARD)


def moved(
    blocks: Iterable[NDArray[np.float32]],
    found: Alignment,
    rate: int,
    channels: int,
    length: int | None = None,
) -> Iterator[NDArray[np.float32]]:
    """The sound with what is heard at `heard_at(t)` put at t; a drift is taken out as it came, by running faster.

    Where a `length` is given exactly so many samples come: cut, or filled with silence.
    """
    right = _put_right(blocks, found, rate, channels) if found.moves else iter(blocks)
    yield from reblocked(right, _BLOCK, channels, length=length)


def _put_right(
    blocks: Iterable[NDArray[np.float32]], found: Alignment, rate: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    speed = 1 + Fraction(found.drift).limit_denominator(1_000_000)
    first = found.heard_at(0.0)
    skip = nearest(Fraction(max(0.0, first)) * rate)
    silence = nearest(Fraction(max(0.0, -first)) * rate)
    yield from _faster(_after(blocks, silence, channels), speed, rate, channels, skip)


def _after(
    blocks: Iterable[NDArray[np.float32]], silence: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    if silence:
        yield np.zeros((channels, silence), np.float32)
    yield from blocks


def _faster(
    blocks: Iterable[NDArray[np.float32]], speed: Fraction, rate: int, channels: int, skip: int
) -> Iterator[NDArray[np.float32]]:
    stream = Resampler(rate * speed, rate, channels)
    for block in blocks:
        dropped = min(skip, block.shape[1])
        skip -= dropped
        yield stream(block[:, dropped:])
    yield stream.flush()
