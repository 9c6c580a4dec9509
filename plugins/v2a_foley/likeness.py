"""A synthesised sound that comes near a recording: it takes on the recording's colour and shape in time.

Cross-synthesis by short-time levels in bands, as in a channel vocoder (Dudley, 1939): in each band and at each time
the level moves, in dB, from the sound's own towards the reference's. Where the sound has nothing that could be raised,
such as the ring of a bell under a dull knock, the reference itself fills in what is missing. The sync point stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from v2a_foley.vocoder import Bands, Frames, Wave, bands_of, curve, frames, joined, levels

_DEPTH = 70.0
_RAISED, _LOWERED = 18.0, -60.0
_STEP = 0.005
_RISE, _BELOW = 6.0, 12.0
_SLOW, _SOON = 12, 4
_APART, _LEAD = 0.12, 0.01
_SILENT, _UNHEARD = 1e-4, 1e-3
_SLOPE = 0.001


@dataclass(frozen=True)
class Stroke:
    """One sound within a reference, in samples: where it starts, where its onset is, and where it ends."""

    start: int
    onset: int
    end: int


@dataclass(frozen=True, eq=False)
class Likeness:
    """A reference (channels × samples) and how much of it a sound takes on, from 0 to 1."""

    sound: Wave
    rate: int
    strength: float

    def struck(self, wave: Wave, sync: int, number: int, room: int) -> Wave:
        """A struck sound like the reference's main stroke, onset on sync point; it may ring on for `room` samples.

        Where it is the `number`-th of several (from 1 on), the strokes of the reference take turns.
        """
        if not self._heard:
            return wave
        stroke = self._main if not number else self._strokes[(number - 1) % len(self._strokes)]
        length = min(max(wave.shape[-1], sync + stroke.end - stroke.onset), max(room, wave.shape[-1]))
        own = _fitted(wave, 0, length)
        other = _fitted(
            self.sound[..., stroke.start : stroke.end], stroke.onset - stroke.start - sync, length
        )
        before = _before(length, sync, self.rate)
        return _after(wave, self._near(own, _spread(other, own), before))

    def lasting(self, wave: Wave, sync: int) -> Wave:
        """A lasting sound with the reference's course from start to end, its loudest point on the sync point.

        Of a reference that is longer than the sound, the part around the loudest point is taken.
        """
        if not self._heard:
            return wave
        length = wave.shape[-1]
        at = self._loudest
        if self.sound.shape[-1] > length:
            first = min(max(0, at - sync), self.sound.shape[-1] - length)
            other = _spread(self.sound[..., first : first + length], wave)
            return self._near(wave, other, np.zeros(length))
        one, two = frames(wave), frames(_spread(self.sound, wave))
        bands = bands_of(self.rate)
        mine, theirs = levels(one, bands), levels(two, bands)
        theirs = np.maximum(theirs - theirs.max(), -_DEPTH)
        course = _turned(theirs, len(mine), at / self.sound.shape[-1], sync / length)
        gain = self._gain(np.maximum(mine - mine.max(), -_DEPTH), course)
        return joined(one * curve(gain, bands), length)

    def _near(self, own: Wave, other: Wave, before: Wave) -> Wave:
        """The sound with the reference's levels at each time; what lies before its attack by itself.

        So the attack spreads over no more of the time before it than it did.
        """
        bands = bands_of(self.rate)
        one, two = frames(own), frames(other)
        tops = [float(levels(part, bands).max()) for part in (one, two)]
        if not before.any():
            return joined(self._shaped(one, two, bands, tops), own.shape[-1])
        early = (frames(own * before), frames(other * before))
        first = joined(self._shaped(*early, bands, tops), own.shape[-1])
        rest = joined(self._shaped(one - early[0], two - early[1], bands, tops), own.shape[-1])
        return first * (before > 0) + rest * (before < 1)

    def _shaped(self, one: Frames, two: Frames, bands: Bands, tops: list[float]) -> Frames:
        """The sound's frames at new levels, with as much of the reference's as these still lack."""
        there, theirs = (levels(part, bands) - top for part, top in zip((one, two), tops))
        mine = np.maximum(there, -_DEPTH)
        gain = self._gain(mine, theirs)
        missing = 10 ** ((mine + self.strength * (theirs - mine)) / 10) - 10 ** ((there + gain) / 10)
        lent = 10 * np.log10(np.clip(missing / 10 ** (theirs / 10), 1e-9, 1))
        return np.asarray(one * curve(gain, bands) + two * curve(lent + tops[0] - tops[1], bands))

    def _gain(self, mine: Wave, theirs: Wave) -> Wave:
        """How far the sound's own levels are moved towards the reference's, in dB."""
        return np.asarray(np.clip(self.strength * (theirs - mine), _LOWERED, _RAISED))

    @cached_property
    def _mono(self) -> Wave:
        return np.asarray(np.abs(self.sound).max(axis=0)) if self.sound.size else np.zeros(0)

    @property
    def _heard(self) -> bool:
        """Whether there is a reference to be heard, long enough to have a colour."""
        return self.strength > 0 and self._mono.size >= 64 and float(self._mono.max()) > _SILENT

    @property
    def _loudest(self) -> int:
        """The sample around which a fiftieth of a second is loudest."""
        size = max(1, round(0.02 * self.rate))
        power = np.add.reduceat(self._mono**2, np.arange(0, self._mono.size, size))
        return min(int(np.argmax(power)) * size + size // 2, self._mono.size - 1)

    @cached_property
    def _main(self) -> Stroke:
        """The strongest stroke, with all that lies around it."""
        strongest = max(self._strokes, key=lambda s: float(self._mono[s.onset : s.end].max(initial=0.0)))
        return Stroke(0, strongest.onset, self._mono.size)

    @cached_property
    def _strokes(self) -> tuple[Stroke, ...]:
        """The strokes that are not much weaker than the strongest: the level leaps over its own slow course."""
        step = max(1, round(_STEP * self.rate))
        edges = np.arange(0, self._mono.size, step)
        level = 20 * np.log10(np.maximum.reduceat(self._mono, edges) + 1e-6)
        before = np.concatenate([np.full(_SLOW, -120.0), level])
        slow = np.lib.stride_tricks.sliding_window_view(before, _SLOW)[: level.size].max(axis=1)
        leaps = np.flatnonzero(level - slow > _RISE)
        soon = np.array([level[n : n + _SOON].max() for n in leaps])
        loud = leaps[soon > level.max() - _BELOW] if leaps.size else leaps
        first = [int(n) for n in loud[:1]] or [int(np.argmax(level))]
        for n in loud:
            if n - first[-1] > round(_APART / _STEP):
                first.append(int(n))
        onsets = [self._onset(n * step) for n in first]
        lead = round(_LEAD * self.rate)
        starts = [max(0, onset - lead) for onset in onsets]
        return tuple(Stroke(*s) for s in zip(starts, onsets, [*starts[1:], self._mono.size]))

    def _onset(self, at: int) -> int:
        """The first sample from here on that comes near the peak of the next hundredth of a second."""
        near = self._mono[at : at + round(0.01 * self.rate)]
        return at + int(np.argmax(near > 0.3 * near.max()))


def _fitted(wave: Wave, first: int, length: int) -> Wave:
    """So many samples from sample `first` on, which may lie before the sound; silence where there is none."""
    made = np.zeros((*wave.shape[:-1], length))
    a, b = max(0, first), min(wave.shape[-1], first + length)
    if a < b:
        made[..., a - first : b - first] = wave[..., a:b]
    return made


def _spread(other: Wave, own: Wave) -> Wave:
    """The reference in as many channels as the sound."""
    mono = other.mean(axis=0)
    if own.ndim == 1:
        return np.asarray(mono)
    return other if other.shape[0] == own.shape[0] else np.repeat(mono[np.newaxis], own.shape[0], axis=0)


def _before(length: int, sync: int, rate: int) -> Wave:
    """1 before the attack and 0 from it on, with a short slope between."""
    slope = round(_SLOPE * rate)
    return np.asarray(np.clip((sync - np.arange(length)) / slope, 0.0, 1.0))


def _after(wave: Wave, made: Wave) -> Wave:
    """What was made, silent where the sound has not begun, so that its attack stays where it is."""
    level = np.abs(wave).max(axis=0) if wave.ndim > 1 else np.abs(wave)
    begun = int(np.argmax(level > _UNHEARD * level.max(initial=0.0)))
    made[..., :begun] = 0.0
    return made


def _turned(course: Wave, count: int, loudest: float, sync: float) -> Wave:
    """A course of levels over so many frames, stretched so that its loudest point comes where the sync point is."""
    turn, at = np.clip([loudest, sync], 0.05, 0.95) if sync > 0 else (0.5, 0.5)
    place = np.interp(np.linspace(0, 1, count), [0, at, 1], [0, turn, 1]) * (course.shape[0] - 1)
    low = np.minimum(place.astype(np.intp), max(0, course.shape[0] - 2))
    high = np.minimum(low + 1, course.shape[0] - 1)
    part = (place - low)[:, np.newaxis]
    return np.asarray(course[low] * (1 - part) + course[high] * part)
