"""A section: the players who sit together, as they sound without the hall."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing import hall
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
        self._rack, self._send = rack, np.float32(0.5 * hall.send(metres))
        self._bus, self._spare = np.empty((2, _STRIP), np.float32), np.empty((3, _STRIP), np.float32)

    def play(self, number: int, dry: Sound, sent: Sound, alone: Sound | None = None) -> None:
        """Add a block to what all play, and to what goes into the hall; `alone` gets what this section plays."""
        first = number * BLOCK
        heard = np.flatnonzero((self._starts < first + BLOCK) & (self._ends > first))
        tones = [self._tone(self._line[n], first + BLOCK) for n in heard]
        for at in range(0, BLOCK, _STRIP):
            low, here = first + at, slice(at, at + _STRIP)
            now = [tone for tone in tones if tone.one.start < low + _STRIP and tone.one.end > low]
            if now:
                bus = self._mixed(now, low)
                dry[:, here] += bus
                if alone is not None:
                    alone[:, here] = bus
                sent[here] += self.sent(bus)

    def sent(self, dry: Sound) -> Sound:
        """What goes into the hall of what is played."""
        return np.asarray((dry[0] + dry[1]) * self._send)

    def _tone(self, one: Played, until: int) -> _Tone:
        wave = self._rack.wave(one.tone, min(one.end, until) - one.start)
        return _Tone(one, wave, np.array([[one.left], [one.right]], np.float32))

    def _mixed(self, tones: Sequence[_Tone], first: int) -> Sound:
        """A strip of the tones that sound in it."""
        bus, spare = self._bus, self._spare
        bus[:] = 0
        for tone in tones:
            one = tone.one
            low, high = max(one.start, first), min(one.end, first + _STRIP)
            wave, fell = tone.wave[low - one.start : high - one.start], one.start + one.held
            if high > fell:
                held = max(0, fell - low)
                since = low + held - fell
                falling = spare[2, : high - low]
                falling[:held] = wave[:held]
                fall = _fall(one.release)[since : high - fell]
                np.multiply(wave[held:], fall, out=falling[held:])
                wave = falling
            bus[:, low - first : high - first] += np.multiply(wave, tone.gains, out=spare[:2, : high - low])
        return bus


@dataclass(frozen=True, slots=True)
class _Tone:
    """What is played, its sound, and its gain on the left and right."""

    one: Played
    wave: Sound
    gains: Sound


@functools.lru_cache(maxsize=64)
def _fall(release: int) -> Sound:
    """The end of a tone, evenly in dB, and down to nothing."""
    fall = np.exp(np.arange(release, dtype=np.float32) * np.float32(-5 * HEARD * np.log(10) / release))
    floor = np.float32(10.0 ** (-5 * HEARD))
    return np.asarray(np.maximum(fall - floor, 0) / (1 - floor), np.float32)
