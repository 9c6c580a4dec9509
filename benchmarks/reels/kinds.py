"""The twelve kinds of reels: which shots, how long, and what lies between and within them.

Lengths are drawn in frames of about 25 a second; at a higher rate as many times as many stand for the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from reels import edits, tricks
from reels.painting import Take
from reels.supplied import Stretch

KINDS = ("hard", "dissolve", "fade", "wipe", "flash", "strobe", "whip pan", "shake", "montage", "jump cut", "dark",
         "mixed")  # fmt: skip
_SHORTEST = 8
_SLOW = (2, 4)
_ROOM = 3
Place = Callable[[np.random.Generator], Take]
_MIXES = {"dissolve": edits.dissolve, "fade": edits.fade, "wipe": edits.wipe}
_TRICKS = {"flash": tricks.flashed, "strobe": tricks.strobed, "whip pan": tricks.whipped, "shake": tricks.shaken,
           "dark": tricks.darkened}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Laid:
    """A shot of a reel: so many frames of a take; `mix` is laid over its first `overlap` frames."""

    take: Take
    count: int
    kind: str = "cut"
    mix: edits.Mix | None = None
    overlap: int = 0


class Pool:
    """Where shots come from; two in a row never come from one place."""

    def __init__(self, places: Sequence[Place], found: Sequence[Stretch], rng: np.random.Generator) -> None:
        self._places, self._found, self._rng = places, found, rng
        self._last = ""

    def take(self) -> Take:
        """A new take: half of them of supplied footage where there is any."""
        while True:
            if self._found and self._rng.random() < 0.5:
                stretch = self._found[self._rng.integers(len(self._found))]
                name, take = stretch.film, stretch.take(self._rng)
            else:
                place = self._places[self._rng.integers(len(self._places))]
                name, take = place.__name__, place(self._rng)
            if name != self._last:
                self._last = name
                return take


@dataclass(frozen=True, slots=True)
class Pace:
    """Frames a second, and whether what is laid between two shots takes 2 to 4 seconds."""

    rate: int
    slow: bool = False

    @property
    def times(self) -> int:
        """How many frames take the time of one at about 25 a second."""
        return tricks.pace(self.rate)

    def overlap(self, rng: np.random.Generator) -> int:
        """How many frames a dissolve, fade or wipe has."""
        if self.slow:
            return int(rng.integers(_SLOW[0] * self.rate, _SLOW[1] * self.rate + 1))
        return int(rng.integers(_SHORTEST * self.times, 36 * self.times + 1))


def laid(kind: str, pool: Pool, count: int, pace: Pace, rng: np.random.Generator) -> list[Laid]:
    """The shots of a reel of a kind, with so many transitions."""
    shots: list[Laid] = []
    while len(shots) <= count:
        of = str(rng.choice(KINDS[:-1])) if kind == "mixed" else kind
        if of == "montage":
            run = min(count + 1 - len(shots), int(rng.integers(3, 9)))
            shots += [Laid(pool.take(), int(rng.integers(4, 12 * pace.times + 1))) for _ in range(run)]
        elif of == "jump cut" and shots and rng.random() < 0.8:
            shots.append(_jumped(shots[-1], pool, pace, rng))
        else:
            room = shots[-1].count - shots[-1].overlap - _SHORTEST * pace.times if shots else 0
            shots.append(_shot(of, pool, pace, rng, room))
    return shots


def _shot(kind: str, pool: Pool, pace: Pace, rng: np.random.Generator, room: int) -> Laid:
    """A shot; `room` is how many frames of the one before may lie under its beginning."""
    length, take = pace.times * int(rng.integers(18, 75)), pool.take()
    if kind in _TRICKS:
        length += 12 * pace.times
        if kind == "dark" or rng.random() < 0.75:
            take = _TRICKS[kind](take, rng, length, pace.rate)
    overlap = min(pace.overlap(rng), room)
    after = _ROOM * pace.rate if pace.slow else max(0, overlap)
    if kind not in _MIXES or overlap < _SHORTEST * pace.times:
        return Laid(take, length + (after if pace.slow else 0))
    return Laid(take, length + overlap + after, kind, _MIXES[kind](rng), overlap)


def _jumped(before: Laid, pool: Pool, pace: Pace, rng: np.random.Generator) -> Laid:
    """The same take after a jump that can be seen; a new take where none can."""
    rate = pace.rate
    usual = _apart(before.take, before.take, (before.count - 2) / rate, (before.count - 1) / rate)
    for _ in range(8):
        after = tricks.reframed(before.take, rng, before.count / rate + rng.uniform(0.4, 3))
        if _apart(before.take, after, (before.count - 1) / rate, 0) > 1.5 * usual + 1.5:
            return Laid(after, pace.times * int(rng.integers(18, 60)))
    return Laid(pool.take(), pace.times * int(rng.integers(18, 60)))


def _apart(one: Take, other: Take, then: float, now: float) -> float:
    small = [
        cv2.resize(picture, (80, 45), interpolation=cv2.INTER_AREA).astype(np.float32)
        for picture in (one(then), other(now))
    ]
    return float(np.abs(small[0] - small[1]).mean())
