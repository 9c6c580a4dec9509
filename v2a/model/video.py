"""What a probe finds in a media file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from v2a.model.time import Span, nearest
from v2a.model.timecode import Timecode


@dataclass(frozen=True, slots=True)
class Identity:
    """What a media file is known by: its size and a digest over samples of its bytes, never its path."""

    size: int
    sample: str


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """One sound track of a file; `start` and `duration` are on the video's clock (first frame shown = 0)."""

    index: int
    codec: str
    rate: int
    channels: int
    layout: str
    start: Fraction
    duration: Fraction | None
    language: str = ""
    title: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour tags, as ffmpeg names them; empty where the file does not say."""

    primaries: str = ""
    transfer: str = ""
    matrix: str = ""
    range: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture track: sizes are as shown, after rotation and pixel shape."""

    index: int
    codec: str
    width: int
    height: int
    rotation: int
    pixel_format: str
    bit_depth: int
    pixel_aspect: Fraction
    colour: Colour


@dataclass(frozen=True, slots=True)
class Video:
    """A film: its picture, its sound tracks and its clock.

    The video's clock starts at 0 with the first frame shown; `start_time` is where that frame lies in the
    container. `frame_rate` is the nominal rate; where `variable` is set only a frame's own timestamp counts.
    """

    path: str
    identity: Identity
    container: str
    duration: Fraction
    frame_rate: Fraction
    variable: bool
    frames: int | None
    start_time: Fraction
    start_timecode: Timecode | None
    timecode_from: Literal["tmcd", "container", "stream", "mxf", "given", "none"]
    picture: Picture
    sound: tuple[SoundTrack, ...] = ()
    subtitles: int = 0
    chapters: int = 0

    @property
    def span(self) -> Span:
        """The whole film on its own clock."""
        return Span(Fraction(0), self.duration)

    @property
    def timecode(self) -> Timecode:
        """The start timecode, or 00:00:00:00 where the file has none."""
        return self.start_timecode or Timecode(0, self.frame_rate)

    def timecode_at(self, time: Fraction) -> Timecode:
        """The source timecode of a time on the video's clock."""
        return self.timecode.plus(time)

    def frame_time(self, time: float) -> Fraction:
        """The exact time of a frame out of its time in seconds, inside the film."""
        exact = Fraction(nearest(Fraction(time) * self.frame_rate)) / self.frame_rate
        if self.variable or abs(float(exact) - time) * float(self.frame_rate) > 0.05:
            exact = Fraction(time).limit_denominator(1_000_000)
        return min(max(exact, Fraction(0)), self.duration)

    @property
    def key(self) -> object:
        """What a store key may hold of a film: its identity and its clock, not its path."""
        return (self.identity, self.start_time, self.duration, self.frame_rate)
