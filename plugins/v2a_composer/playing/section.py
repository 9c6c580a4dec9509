"""A section: the players who sit together, as they sound without the hall."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing import hall
from v2a_composer.playing.doubling import MARGINS, Buses
from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.strokes import HEARD, Played

Sound = NDArray[np.float32]

# Tones are added up in strips that stay near the processor.
_STRIP = 1 << 14


class Section:
    """What its players play, in order, and how far away they sit."""

    def __init__(self, line: Sequence[Played], rack: Rack, metres: float) -> None:
        """Take what is played from the rack; what is no metres away is heard without the hall."""
        self._line = sorted(line, key=lambda one: one.start)
        self._starts = np.array([one.start for one in self._line], np.int64)
        self._ends = np.array([one.end for one in self._line], np.int64)
        self._octaves = np.array([rack.octaves(one.tone) for one in self._line], np.int64)
        self._rack, self.send = rack, np.float32(0.5 * hall.send(metres))
        self._bus, self._spare = np.empty((2, _STRIP), np.float32), np.empty((3, _STRIP), np.float32)

    def play(self, number: int, whole: Buses, alone: Buses | None = None) -> None:
        """Add a block to what all play, left, right and into the hall; `alone` gets what this section plays."""
        for octaves, margin in enumerate(MARGINS):
            first, last = (number * BLOCK >> octaves) - margin, ((number + 1) * BLOCK >> octaves) + margin
            heard = (self._starts < last << octaves) & (self._ends > first << octaves)
            tones = [
                self._tone(self._line[n], octaves, first, last)
                for n in np.flatnonzero(heard & (self._octaves == octaves))
            ]
            if not tones:
                continue
            bus, own = whole.bus(octaves), None if alone is None else alone.bus(octaves)
            for low in range(first, last, _STRIP):
                high = min(low + _STRIP, last)
                now = [tone for tone in tones if tone.start < high and tone.end > low]
                if now:
                    mixed, here = self._mixed(now, low, high), slice(low - first, high - first)
                    bus[:2, here] += mixed
                    bus[2, here] += self.sent(mixed)
                    if own is not None:
                        own[:, here] = mixed

    def sent(self, dry: Sound) -> Sound:
        """What goes into the hall of what is played."""
        return np.asarray((dry[0] + dry[1]) * self.send)

    def _tone(self, one: Played, octaves: int, first: int, last: int) -> _Tone:
        start, end, fell = (at >> octaves for at in (one.start, one.end, one.start + one.held))
        since = max(start, first)
        wave = self._rack.wave(one.tone, min(end, last) - start, since - start)
        gains = np.array([[one.left], [one.right]], np.float32)
        return _Tone(start, end, fell, since, wave, gains, _fall(one.release >> octaves))

    def _mixed(self, tones: Sequence[_Tone], first: int, last: int) -> Sound:
        """A strip of the tones that sound in it."""
        bus, spare = self._bus[:, : last - first], self._spare
        bus[:] = 0
        for tone in tones:
            low, high = max(tone.start, first), min(tone.end, last)
            wave, fell = tone.wave[low - tone.since : high - tone.since], tone.fell
            if high > fell:
                held = max(0, fell - low)
                falling = spare[2, : high - low]
                falling[:held] = wave[:held]
                np.multiply(wave[held:], tone.fall[low + held - fell : high - fell], out=falling[held:])
                wave = falling
            bus[:, low - first : high - first] += np.multiply(wave, tone.gains, out=spare[:2, : high - low])
        return bus


@dataclass(frozen=True, slots=True)
class _Tone:
    """A tone at its own rate: from where to where it is heard, where it is let go, its sound since a sample of the cue, its
    gains and its end."""

    start: int
    end: int
    fell: int
    since: int
    wave: Sound
    gains: Sound
    fall: Sound


@functools.lru_cache(maxsize=64)
def _fall(release: int) -> Sound:
    """The end of a tone, evenly in dB, and down to nothing."""
    fall = np.exp(np.arange(release, dtype=np.float32) * np.float32(-5 * HEARD * np.log(10) / release))
    floor = np.float32(10.0 ** (-5 * HEARD))
    return np.asarray(np.maximum(fall - floor, 0) / (1 - floor), np.float32)
