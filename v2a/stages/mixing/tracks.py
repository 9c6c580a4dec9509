"""The tracks of a mix: any stretch of a stem, made of the regions that sound there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.ducking import HALF, Automation, ducked
from v2a.dsp.fades import Shape, envelope
from v2a.dsp.levels import finite, gain_of
from v2a.dsp.pan import stereo
from v2a.dsp.rooms import ROOMS, Room, answered, tail, wetness
from v2a.model import Audio, Breakpoint, Region, Ride, Stem, nearest
from v2a.stages.mixing.spool import Spool


@dataclass(frozen=True)
class Ducking:
    """How a stem steps back for speech: by how much, and by how much between 1 and 4 kHz, in dB."""

    automation: Automation
    depth: float
    band_depth: float

    def ride(self, stem: Stem, rate: int, start: Fraction) -> Ride:
        """The same as automation of a stem whose first sample lies at `start`."""
        points = (
            Breakpoint(start + Fraction(n, rate), -self.depth * amount, -self.band_depth * amount)
            for n, amount in self.automation.corners()
        )
        return Ride(stem, tuple(points))


class Track(Protocol):
    """A stem that can be asked for any stretch of samples."""

    def render(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""

    def dry(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples, before ducking."""

    @property
    def ducking(self) -> Ducking | None:
        """How it steps back for speech, if it does."""


@dataclass(frozen=True)
class Production:
    """The production sound, as it is."""

    spool: Spool
    ducking: Ducking | None = None

    def dry(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""
        return self.render(start, stop)

    def render(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""
        return self.spool.read(start, stop)


@dataclass(frozen=True, eq=False)
class Piece:
    """A region in samples of the mix: the sound it plays, where it starts in it, and its gain as a factor."""

    region: Region
    sound: Audio
    start: int
    stop: int
    offset: int
    gain: float
    fade_in: int
    fade_out: int

    @classmethod
    def of(cls, region: Region, sound: Audio, gain: float, origin: int) -> Piece:
        """The piece for a region, `gain` dB on top of the region's own, on a mix that begins at sample `origin`."""
        span = region.span.samples(sound.rate)
        return cls(
            region,
            sound,
            span.start - origin,
            span.stop - origin,
            nearest(region.offset * sound.rate),
            gain_of(gain + region.gain),
            nearest(region.fade_in * sound.rate),
            nearest(region.fade_out * sound.rate),
        )

    @property
    def shape(self) -> Shape:
        """Backgrounds and music are faded by power, the rest by amplitude."""
        return "power" if self.region.stem in ("bg", "mx") else "cosine"

    def add_to(self, block: NDArray[np.float32], at: int) -> None:
        """Add what sounds in a block that begins at sample `at`."""
        first, last = max(self.start, at), min(self.stop, at + block.shape[1])
        inside = (first - self.start, last - self.start)
        taken = self.sound.samples[:, max(0, inside[0] + self.offset) : max(0, inside[1] + self.offset)]
        if not taken.shape[1]:
            return
        sound = stereo(finite(taken), self.region.pan)
        gain: float | NDArray[np.float32] = self.gain
        shape = envelope(inside, self.stop - self.start, self.fade_in, self.fade_out, self.shape)
        if shape is not None:
            gain = shape[: sound.shape[1]] * np.float32(self.gain)
        block[:, first - at : first - at + sound.shape[1]] += sound * gain


class _Pieces:
    """Pieces in order of time."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = sorted(pieces, key=lambda p: (p.start, p.region.cue))
        self._starts = np.array([p.start for p in self._pieces], np.int64)
        self._stops = np.array([p.stop for p in self._pieces], np.int64)

    def any(self, start: int, stop: int) -> bool:
        """Whether anything sounds there."""
        return bool(((self._starts < stop) & (self._stops > start)).any())

    def sum(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""
        block = np.zeros((2, stop - start), np.float32)
        for n in np.flatnonzero((self._starts < stop) & (self._stops > start)):
            self._pieces[n].add_to(block, start)
        return block


class _Sends:
    """What the regions of one room send to it, each by its distance."""

    def __init__(self, space: Room, pieces: Sequence[Piece], rate: int) -> None:
        sent = [replace(p, gain=p.gain * wetness(space, p.region.distance)) for p in pieces]
        self._pieces, self._space, self._rate = _Pieces(sent), space, rate
        self._reach = tail(space, rate).shape[1] - 1

    def add_to(self, block: NDArray[np.float32], start: int) -> None:
        """Add the room to a block that begins at sample `start`."""
        first, stop = start - self._reach, start + block.shape[1]
        if self._pieces.any(first, stop):
            block += answered(self._pieces.sum(first, stop).mean(0), self._space, self._rate)


class Regions:
    """A stem made of regions, with the rooms they are in, ducked where it is asked to."""

    def __init__(self, pieces: Sequence[Piece], rate: int, ducking: Ducking | None = None) -> None:
        self._pieces = _Pieces(pieces)
        inside = {space: [p for p in pieces if p.region.room == space.name] for space in ROOMS}
        self._sends = {space: _Sends(space, sent, rate) for space, sent in inside.items() if sent}
        self._rate = rate
        self.ducking = ducking

    def dry(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples, before ducking."""
        block = self._pieces.sum(start, stop)
        for sends in self._sends.values():
            sends.add_to(block, start)
        return block

    def render(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""
        return _stepping_back(self, self.ducking, self._rate, start, stop)


@dataclass(frozen=True)
class Treated:
    """A stem as its effects left it, `gain` dB louder, ducked where it is asked to."""

    spool: Spool
    rate: int
    ducking: Ducking | None = None
    gain: float = 0.0

    def dry(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples, before ducking."""
        return self.spool.read(start, stop) * np.float32(gain_of(self.gain))

    def render(self, start: int, stop: int) -> NDArray[np.float32]:
        """Stereo, 2 × samples."""
        return _stepping_back(self, self.ducking, self.rate, start, stop)


def _stepping_back(
    track: Track, ducking: Ducking | None, rate: int, start: int, stop: int
) -> NDArray[np.float32]:
    """A stretch of a stem, softer where it steps back for speech."""
    if ducking is None or ducking.automation.idle(start, stop):
        return track.dry(start, stop)
    around = track.dry(start - HALF, stop + HALF)
    amount = ducking.automation.amount(start, stop)
    return ducked(around, amount, rate, ducking.depth, ducking.band_depth)


Tracks = Mapping[str, Track]


def total(parts: Sequence[NDArray[np.float32]], length: int) -> NDArray[np.float32]:
    """The sum of stems, always in the same order."""
    result = np.zeros((2, length), np.float32)
    for part in parts:
        result += part
    return result
