"""What a decode pass hands out: frames seen and blocks heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from v2a.interfaces import Block, Frames, PictureNeed, SoundNeed


@dataclass(frozen=True, eq=False)
class Seen:
    """Some frames in a row for one need."""

    need: PictureNeed
    frames: Frames


@dataclass(frozen=True, eq=False)
class Heard:
    """One block of production sound for one need."""

    need: SoundNeed
    block: Block


@dataclass(frozen=True, eq=False)
class Step:
    """One result and how far the pass has come, in seconds."""

    at: Fraction
    result: Seen | Heard


def in_step(sources: Sequence[Iterator[Step]]) -> Iterator[Step]:
    """The steps of all sources in order of time, so that none runs far ahead of another."""
    waiting = {
        number: step for number, steps in enumerate(sources) if (step := next(steps, None)) is not None
    }
    while waiting:
        number = min(waiting, key=lambda n: waiting[n].at)
        yield waiting[number]
        following = next(sources[number], None)
        if following is None:
            del waiting[number]
        else:
            waiting[number] = following
