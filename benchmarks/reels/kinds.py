"""The twelve kinds of reels: which shots, how long, and what lies between and within them."""

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


def laid(kind: str, pool: Pool, count: int, rate: float, rng: np.random.Generator) -> list[Laid]:
    """The shots of a reel of a kind, with so many transitions."""
    shots: list[Laid] = []
    while len(shots) <= count:
        of = str(rng.choice(KINDS[:-1])) if kind == "mixed" else kind
        if of == "montage":
            run = min(count + 1 - len(shots), int(rng.integers(3, 9)))
            shots += [Laid(pool.take(), int(rng.integers(4, 13))) for _ in range(run)]
        elif of == "jump cut" and shots and rng.random() < 0.8:
            shots.append(_jumped(shots[-1], pool, rate, rng))
        else:
            room = shots[-1].count - shots[-1].overlap - _SHORTEST if shots else 0
            shots.append(_shot(of, pool, rate, rng, room))
    return shots


def _shot(kind: str, pool: Pool, rate: float, rng: np.random.Generator, room: int) -> Laid:
    """A shot; `room` is how many frames of the one before may lie under its beginning."""
    length, take = int(rng.integers(18, 75)), pool.take()
    if kind in _TRICKS:
        length += 12
        if kind == "dark" or rng.random() < 0.75:
            take = _TRICKS[kind](take, rng, length, rate)
    overlap = min(int(rng.integers(_SHORTEST, 37)), room)
    if kind not in _MIXES or overlap < _SHORTEST:
        return Laid(take, length)
    return Laid(take, length + 2 * overlap, kind, _MIXES[kind](rng), overlap)


def _jumped(before: Laid, pool: Pool, rate: float, rng: np.random.Generator) -> Laid:
    """The same take after a jump that can be seen; a new take where none can."""
    usual = _apart(before.take, before.take, (before.count - 2) / rate, (before.count - 1) / rate)
    for _ in range(8):
        after = tricks.reframed(before.take, rng, before.count / rate + rng.uniform(0.4, 3))
        if _apart(before.take, after, (before.count - 1) / rate, 0) > 1.5 * usual + 1.5:
            return Laid(after, int(rng.integers(18, 60)))
    return Laid(pool.take(), int(rng.integers(18, 60)))


def _apart(one: Take, other: Take, then: float, now: float) -> float:
    small = [
        cv2.resize(picture, (80, 45), interpolation=cv2.INTER_AREA).astype(np.float32)
        for picture in (one(then), other(now))
    ]
    return float(np.abs(small[0] - small[1]).mean())
