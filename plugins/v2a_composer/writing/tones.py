"""Notes in the making, counted in beats, and the ground they stand on: which chord and which bass sounds when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from v2a_composer.writing.harmony import Slot
from v2a_composer.writing.voicing import Setting


class Tone(NamedTuple):
    """A note: its beat and length in beats, its pitch, its share of the level, and whether it is nailed to its time."""

    beat: float
    beats: float
    pitch: int
    force: float
    pinned: bool = False

    @property
    def end(self) -> float:
        """The beat at which it is let go."""
        return self.beat + self.beats


class Hanging(NamedTuple):
    """A suspension: the voice that still holds its pitch from the chord before, until a beat."""

    voice: int
    pitch: int
    until: float


class Footing(NamedTuple):
    """What a note stands on: the chord's beats, its scale and its steps, its pitch classes, and its four voices."""

    start: float
    end: float
    tonic: int
    scale: tuple[int, ...]
    steps: frozenset[int]
    pitches: tuple[int, ...]
    leading: int | None
    setting: Setting
    settles: bool
    hanging: Hanging | None = None

    def voices(self, beat: float) -> Setting:
        """The four voices at a beat, with what still hangs over."""
        if self.hanging is None or beat >= self.hanging.until - 1e-6:
            return self.setting
        bass, tenor, alto, soprano = (
            self.hanging.pitch if n == self.hanging.voice else pitch for n, pitch in enumerate(self.setting)
        )
        return bass, tenor, alto, soprano

    def resolving(self, beat: float) -> int | None:
        """The pitch class that a voice hangs over at a beat, and that nobody else should take from it."""
        if self.hanging is None or beat >= self.hanging.until - 1e-6:
            return None
        return self.setting[self.hanging.voice] % 12

    def pitch(self, place: int) -> int:
        """The MIDI pitch of a place on the ladder of steps, seven to the octave."""
        return 12 * (place // 7) + self.tonic + self.scale[place % 7]

    def place(self, pitch: int) -> int:
        """The place whose pitch lies nearest."""
        near = 7 * ((pitch - self.tonic) // 12)
        return min(range(near - 1, near + 8), key=lambda place: abs(self.pitch(place) - pitch))

    def inside(self, place: int) -> bool:
        """Whether a place belongs to the chord."""
        return place % 7 in self.steps

    def nearest(self, place: int, toward: int = 0) -> int:
        """The chord's place nearest to one; of two, that in the direction of `toward`."""
        for away in (0, 1, 2, 3):
            for side in (1, -1) if toward >= 0 else (-1, 1):
                if self.inside(place + side * away):
                    return place + side * away
        return place


class Ground:
    """All footings of a cue, and the bass once it is written."""

    def __init__(
        self, slots: Sequence[Slot], settings: Sequence[Setting], hangings: Sequence[Hanging | None]
    ) -> None:
        """Take the chords, their voices and what hangs over."""
        self.footings = tuple(
            Footing(
                s.start,
                s.end,
                s.chord.key.tonic,
                s.chord.scale,
                s.chord.steps,
                s.chord.pitches,
                s.chord.leading,
                v,
                s.settles,
                h,
            )
            for s, v, h in zip(slots, settings, hangings)
        )
        self.slots = tuple(slots)
        self._starts = [f.start for f in self.footings]

    def at(self, beat: float) -> Footing:
        """The footing at a beat."""
        return self.footings[self.number(beat)]

    def number(self, beat: float) -> int:
        """The number of the footing at a beat."""
        return max(0, bisect_right(self._starts, beat + 1e-6) - 1)

    def within(self, start: float, end: float) -> range:
        """The numbers of the footings that begin between two beats."""
        return range(bisect_right(self._starts, start - 1e-6), bisect_right(self._starts, end - 1e-6))


class BassLine:
    """The lowest lines, asked for what they do at a beat."""

    def __init__(self, *lines: Sequence[Tone]) -> None:
        """Take the notes of each line in order."""
        self._lines = [(line, [t.beat for t in line]) for line in lines]

    def moves(self, beat: float) -> list[tuple[int, int]]:
        """The pitches before and at a beat, of each line that moves on it."""
        found = []
        for line, starts in self._lines:
            n = bisect_right(starts, beat + 1e-6) - 1
            if n >= 1 and abs(starts[n] - beat) < 1e-3 and line[n].pitch != line[n - 1].pitch:
                found.append((line[n - 1].pitch, line[n].pitch))
        return found

    def parallel(self, beat: float, before: int, after: int) -> bool:
        """Whether a voice that moves at a beat goes with one of these lines in fifths or octaves."""
        return any(parallel(move, (before, after)) for move in self.moves(beat))


def parallel(low: tuple[int, int], high: tuple[int, int]) -> bool:
    """Whether two voices go from one fifth or octave to another."""
    before, after = (high[0] - low[0]) % 12, (high[1] - low[1]) % 12
    return before == after and before in (0, 7) and low[0] != low[1] and high[0] != high[1]
