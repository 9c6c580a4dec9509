"""What a decode pass hands out: frames seen, blocks heard, and the trouble it met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from v2a.interfaces import Block, Frames, PictureNeed, SoundNeed

_MOST = 1000


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


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be decoded, and where, in seconds on the video's clock."""

    time: Fraction
    what: str


class Troubles:
    """The trouble that a pass meets from a time on; it remembers the first thousand."""

    def __init__(self, since: Fraction = Fraction(0)) -> None:
        self._since = since
        self._met: set[Trouble] = set()

    def add(self, time: Fraction, what: str) -> None:
        """Remember one."""
        if time >= self._since and len(self._met) < _MOST:
            self._met.add(Trouble(time, what))

    def all(self) -> tuple[Trouble, ...]:
        """All of it so far, in order of time."""
        return tuple(sorted(self._met, key=lambda t: (t.time, t.what)))


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
