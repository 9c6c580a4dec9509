"""SMPTE timecode: frame counts with an explicit rate and an explicit drop-frame flag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from v2a.model.time import nearest

_PATTERN = re.compile(r"^(\d{1,2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})$")


@dataclass(frozen=True, slots=True, order=True)
class Timecode:
    """A frame number counted from midnight, at a frame rate, in drop-frame counting or not."""

    frame: int
    rate: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        if self.drop and self.rate.denominator != 1001:
            raise ValueError(f"drop frame does not exist at {self.rate} frames a second")
        if self.drop and self.nominal % 30:
            raise ValueError(f"drop frame does not exist at {self.rate} frames a second")

    @property
    def nominal(self) -> int:
        """Frames in one second of the count: 24 for 24000/1001."""
        return nearest(self.rate)

    @classmethod
    def parse(cls, text: str, rate: Fraction, drop: bool | None = None) -> Timecode:
        """Read `HH:MM:SS:FF`; a semicolon or comma before the frames means drop frame unless `drop` says otherwise."""
        match = _PATTERN.match(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a timecode: write HH:MM:SS:FF")
        hours, minutes, seconds = (int(match[n]) for n in (1, 2, 3))
        frames = int(match[5])
        if drop is None:
            drop = match[4] in ";," and rate.denominator == 1001 and nearest(rate) % 30 == 0
        nominal = nearest(rate)
        if minutes > 59 or seconds > 59 or frames >= nominal:
            raise ValueError(f"{text!r} is not a timecode at {nominal} frames a second")
        count = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames
        if drop:
            dropped = nominal // 15
            if seconds == 0 and frames < dropped and minutes % 10:
                raise ValueError(f"{text!r} does not exist in drop frame: frames 0 and 1 are skipped there")
            total = hours * 60 + minutes
            count -= dropped * (total - total // 10)
        return cls(count, rate, drop)

    @property
    def seconds(self) -> Fraction:
        """Real seconds since the count began at 00:00:00:00."""
        return self.frame / self.rate

    def plus(self, seconds: Fraction) -> Timecode:
        """The timecode of the frame nearest to so many real seconds later."""
        return Timecode(self.frame + nearest(seconds * self.rate), self.rate, self.drop)

    @property
    def day(self) -> int:
        """How many frames a day of the count has."""
        dropped = self.nominal // 15 if self.drop else 0
        return 144 * (self.nominal * 600 - 9 * dropped)

    @property
    def wrapped(self) -> Timecode:
        """The same count within one day: what lies before midnight is of the day before."""
        return Timecode(self.frame % self.day, self.rate, self.drop)

    def since(self, start: Timecode) -> Fraction:
        """Real seconds from another timecode of the same rate to this one."""
        return (self.frame - start.frame) / self.rate

    def __str__(self) -> str:
        """`HH:MM:SS:FF`, with a semicolon in drop frame; it wraps at 24 hours."""
        nominal, frame = self.nominal, self.frame
        if self.drop:
            dropped = nominal // 15
            per_ten = nominal * 600 - 9 * dropped
            per_one = nominal * 60 - dropped
            tens, rest = divmod(frame, per_ten)
            frame += 9 * dropped * tens
            if rest >= nominal * 60:
                frame += dropped * (1 + (rest - nominal * 60) // per_one)
        frame %= nominal * 86400
        seconds, frames = divmod(frame, nominal)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        width = 3 if nominal > 100 else 2
        return f"{hours:02}:{minutes:02}:{seconds:02}{';' if self.drop else ':'}{frames:0{width}}"
