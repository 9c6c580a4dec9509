"""Real films with their own sound shifted, and with the sound of another one: what `v2a sync` makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from heard.listening import RATE, listen
from numpy.typing import NDArray

from v2a.builtin.observers import Sound
from v2a.dsp.alignment import Alignment, align
from v2a.dsp.lags import Reach
from v2a.media import sound
from v2a.model import Observations, Onset
from v2a.stages.moving import heard_marks, seen_marks

SHIFTS = (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3)
DRIFTS = (-0.01, 0.01)
TURNS = 41


@dataclass(frozen=True)
class Trial:
    """A real film whose own sound was shifted by so many seconds and sped up by a share, and what was told of it."""

    name: str
    shift: float
    drift: float
    frame: float
    found: Alignment

    @property
    def left(self) -> float:
        """By how much the sound's beginning or end is off after what was done, at most, in seconds; as recorded is 0."""
        if not self.found.moves:
            return max(abs(self._late(t)) for t in self._ends)
        return max(abs(self.found.seen_at(t + self._late(t)) - t) for t in self._ends)

    @property
    def worse(self) -> bool:
        """Whether what is seen somewhere ends further off than it was, by more than a frame."""
        if not self.found.moves:
            return False
        after = [abs(self.found.seen_at(t + self._late(t)) - t) for t in self._ends]
        return any(a - abs(self._late(t)) > self.frame for a, t in zip(after, self._ends, strict=True))

    @property
    def _ends(self) -> tuple[float, ...]:
        return self.found.pairs[0][0], self.found.pairs[-1][0]

    def _late(self, time: float) -> float:
        return self.shift + self.drift * time


def trials(name: str, path: Path, seen: Observations) -> Iterator[Trial]:
    """A film with its sound late, early and sped up or slowed down, listened to anew each time."""
    own = sound.read(path, rate=RATE).samples
    for shift, drift in [*((s, 0.0) for s in SHIFTS), *((0.0, d) for d in DRIFTS)]:
        onsets = listen(Sound(), _shifted(own, shift, drift)).observations.onsets
        yield Trial(name, shift, drift, float(1 / seen.video.frame_rate), told(seen, onsets))


def told(seen: Observations, onsets: Sequence[Onset], reach: float = Reach().lag) -> Alignment:
    """What is told of onsets against a film's moments."""
    frame = float(1 / seen.video.frame_rate)
    return align(seen_marks(seen.moments), heard_marks(onsets), Reach(lag=reach, frame=frame))


def strangers(films: Sequence[Observations], reach: float) -> tuple[int, int]:
    """Every sound turned round by so many parts of its length against the picture of every other film: how many there
    are, and in how many something was moved."""
    tried = moved = 0
    for seen in films:
        for other in films:
            if other is seen or not other.onsets:
                continue
            for turn in range(TURNS):
                tried += 1
                moved += told(seen, _turned(other, Fraction(turn, TURNS)), reach).moves
    return tried, moved


def _turned(film: Observations, share: Fraction) -> tuple[Onset, ...]:
    length = film.video.duration
    turned = (Onset((o.time + share * length) % length, o.strength) for o in film.onsets)
    return tuple(sorted(turned, key=lambda onset: onset.time))


def _shifted(own: NDArray[np.float32], shift: float, drift: float) -> NDArray[np.float32]:
    if drift:
        places = np.arange(round(own.shape[1] * (1 + drift))) / (1 + drift)
        return np.array([np.interp(places, np.arange(own.shape[1]), side) for side in own], np.float32)
    samples = round(shift * RATE)
    if samples < 0:
        return own[:, -samples:]
    return np.concatenate([np.zeros((len(own), samples), np.float32), own], axis=1)
