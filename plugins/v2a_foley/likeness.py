"""A synthesised sound that comes near a recording: it takes on the recording's colour and shape in time.

Cross-synthesis by short-time levels in bands, as in a channel vocoder (Dudley, 1939): in each band and at each time
the level moves, in dB, from the sound's own towards the reference's. Where the sound has nothing that could be raised,
such as the ring of a bell under a dull knock, the reference itself fills in what is missing. The sync point stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from v2a_foley.vocoder import HOP, SIZE, Bands, Frames, Spectra, Wave, bands_of, curve, joined, levels

_DEPTH = 70.0
_RAISED, _LOWERED = 18.0, -60.0
_STEP = 0.005
_RISE, _BELOW = 6.0, 12.0
_SLOW, _SOON = 12, 4
_APART, _LEAD = 0.12, 0.01
_SILENT, _UNHEARD = 1e-4, 1e-3
_SLOPE, _FADE = 0.001, 0.03
_EMPHASIS = 0.95
_RIVAL, _BEFORE = 0.6, 0.3
_HUSH, _FORE, _OVER = 0.1, 15.0, 4.0


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
        piece = _faded(_spread(self.sound[..., stroke.start : stroke.end], own), round(_FADE * self.rate))
        other = _fitted(piece, stroke.onset - stroke.start - sync, length)
        return _after(wave, self._near(own, other, _before(length, sync, self.rate), self._hush))

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
            return self._near(wave, other, np.zeros(length), None)
        bands, one = bands_of(self.rate), Spectra(wave)
        mine, theirs = one.levels(bands), Spectra(_spread(self.sound, wave)).levels(bands)
        theirs = np.maximum(theirs - theirs.max(), -_DEPTH)
        course = _turned(theirs, len(mine), at / self.sound.shape[-1], sync / length)
        gain = self._gain(np.maximum(mine - mine.max(), -_DEPTH), course)
        return joined(_raised(one, gain, bands), length)

    def _near(self, own: Wave, other: Wave, before: Wave, hush: Wave | None) -> Wave:
        """The sound with the reference's levels at each time; what lies before its attack by itself.

        So the attack spreads over no more of the time before it than it did. What is no louder than the `hush` of the
        reference is none of its sound.
        """
        bands, length = bands_of(self.rate), own.shape[-1]
        one, two = Spectra(own), Spectra(other)
        tops = (float(one.levels(bands).max()), max(_top(part, bands, hush) for part in two))

        def made(one: Spectra, two: Spectra) -> Wave:
            return joined((self._shaped(a, b, bands, hush, tops) for a, b in zip(one, two)), length)

        if not before.any():
            return made(one, two)
        early = made(Spectra(own * before), Spectra(other * before)) * (before > 0)
        return early + made(Spectra(own * (1 - before)), Spectra(other * (1 - before))) * (before < 1)

    def _shaped(
        self, one: Frames, two: Frames, bands: Bands, hush: Wave | None, tops: tuple[float, float]
    ) -> Frames:
        """The sound's frames at new levels, with as much of the reference's as these still lack."""
        raw = levels(two, bands)
        clean = _above(raw, hush)
        there, theirs = levels(one, bands) - tops[0], raw + clean - tops[1]
        mine = np.maximum(there, -_DEPTH)
        gain = self._gain(mine, theirs)
        missing = 10 ** ((mine + self.strength * (theirs - mine)) / 10) - 10 ** ((there + gain) / 10)
        lent = clean + 10 * np.log10(np.clip(missing / 10 ** (theirs / 10), 1e-9, 1))
        return np.asarray(one * curve(gain, bands) + two * curve(lent + tops[0] - tops[1], bands))

    def _gain(self, mine: Wave, theirs: Wave) -> Wave:
        """How far the sound's own levels are moved towards the reference's, in dB."""
        return np.asarray(np.clip(self.strength * (theirs - mine), _LOWERED, _RAISED))

    @cached_property
    def _mono(self) -> Wave:
        return np.asarray(np.abs(self.sound).max(axis=0)) if self.sound.size else np.zeros(0)

    @cached_property
    def _views(self) -> tuple[Wave, Wave]:
        """The reference as its onsets show, at one height: as it is, and with its rumble held down."""
        raised = self.sound - _EMPHASIS * np.pad(self.sound, ((0, 0), (1, 0)))[:, :-1]
        bright = np.abs(raised).max(axis=0)
        return self._mono / self._mono.max(), bright / max(float(bright.max()), 1e-9)

    @cached_property
    def _hush(self) -> Wave | None:
        """The levels of the quietest tenth of a second, where something in the recording stands out against it."""
        size = round(_HUSH * self.rate / HOP)
        around = SIZE // HOP + 1
        bands = bands_of(self.rate)
        found = Spectra(self.sound.mean(axis=0)).levels(bands)[around:-around]
        if len(found) < 4 * size:
            return None
        sums = np.cumsum(np.pad(10 ** (found / 10), ((1, 0), (0, 0))), axis=0)
        means = (sums[size:] - sums[:-size]) / size
        quiet = 10 * np.log10(np.maximum(means[int(np.argmin(means.sum(axis=1)))], 1e-30))
        return quiet if float((found - quiet).max()) > _FORE else None

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
        """The strongest stroke, with what leads up to it, and all after it up to one that is nearly as strong."""
        strokes, views = self._strokes, self._views
        peaks = np.array([[v[s.onset : s.end].max(initial=0.0) for v in views] for s in strokes])
        number = int(np.argmax(peaks.sum(axis=1)))
        rival = (peaks > _RIVAL * peaks[number]).all(axis=1)
        end = next(
            (s.start for s, r in zip(strokes[number + 1 :], rival[number + 1 :]) if r), self._mono.size
        )
        onset = strokes[number].onset
        return Stroke(max(0, onset - round(_BEFORE * self.rate)), onset, end)

    @cached_property
    def _strokes(self) -> tuple[Stroke, ...]:
        """The strokes that are not much weaker than the strongest, at least an eighth of a second apart."""
        found = sorted(onset for view in self._views for onset in _onsets(view, self.rate))
        onsets = found[:1]
        for onset in found:
            if onset - onsets[-1] > _APART * self.rate:
                onsets.append(onset)
        starts = [max(0, onset - round(_LEAD * self.rate)) for onset in onsets]
        return tuple(Stroke(*s) for s in zip(starts, onsets, [*starts[1:], self._mono.size]))


def _onsets(view: Wave, rate: int) -> list[int]:
    """Where the level leaps over its own slow course, near the height of the whole; else where that is highest."""
    step = max(1, round(_STEP * rate))
    level = 20 * np.log10(np.maximum.reduceat(view, np.arange(0, view.size, step)) + 1e-6)
    before = np.concatenate([np.full(_SLOW, -120.0), level])
    slow = np.lib.stride_tricks.sliding_window_view(before, _SLOW)[: level.size].max(axis=1)
    leaps = [int(n) for n in np.flatnonzero(level - slow > _RISE)]
    loud = [n for n in leaps if level[n : n + _SOON].max() > level.max() - _BELOW] or [int(np.argmax(level))]
    found = []
    for n in loud:
        near = view[n * step : n * step + round(0.01 * rate)]
        found.append(n * step + int(np.argmax(near > 0.3 * near.max())))
    return found


def _above(level: Wave, hush: Wave | None) -> Wave:
    """The gain in dB that leaves of levels what lies above the hush; its noise goes up and down by some dB."""
    if hush is None:
        return np.zeros_like(level)
    left = 1 - _OVER * 10 ** (np.minimum(hush - level, 30.0) / 10)
    return np.asarray(10 * np.log10(np.maximum(left, 1e-6)))


def _top(spectra: Frames, bands: Bands, hush: Wave | None) -> float:
    level = levels(spectra, bands)
    return float((level + _above(level, hush)).max())


def _raised(spectra: Spectra, gain: Wave, bands: Bands) -> Iterator[Frames]:
    """The frames with a gain in dB for each of them and each band."""
    at = 0
    for part in spectra:
        yield part * curve(gain[at : at + part.shape[-2]], bands)
        at += part.shape[-2]


def _faded(wave: Wave, count: int) -> Wave:
    """The sound with its last samples taken to nothing."""
    made, count = wave.copy(), min(count, wave.shape[-1])
    made[..., wave.shape[-1] - count :] *= np.linspace(1.0, 0.0, count)
    return made


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
