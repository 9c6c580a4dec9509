"""Times as users write them: source timecode, seconds, or minutes and seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from v2a.model import Timecode, Video

_MINUTES = re.compile(r"^(\d{1,3}):([0-5]\d(?:\.\d+)?)$")
_SECONDS = re.compile(r"^[+-]?\d+(?:\.\d+)?\s*s?$")
_MICROSECOND = Decimal("0.000001")


def seconds_number(time: Fraction) -> int | float:
    """Seconds as a number to the microsecond."""
    value = (Decimal(time.numerator) / Decimal(time.denominator)).quantize(_MICROSECOND, ROUND_HALF_EVEN)
    return int(value) if value == value.to_integral_value() else float(value)


def read_seconds(value: object) -> Fraction:
    """A length of time in seconds out of a number, `12.5`, `12.5 s` or `1:02.5`; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a time")
    if isinstance(value, int | float):
        return _fraction(repr(value))
    text = value.strip()
    if minutes := _MINUTES.match(text):
        return 60 * Fraction(minutes[1]) + Fraction(minutes[2])
    if _SECONDS.match(text):
        return _fraction(text.rstrip("s").strip())
    raise ValueError(f"{value!r} is not a time: write seconds or HH:MM:SS:FF")


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except ValueError:
        raise ValueError(f"{text} is not a time") from None


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of one film are written: in timecode from `start` on, where its frames have one."""

    start: Timecode
    counts: bool

    @classmethod
    def of(cls, video: Video) -> Clock:
        """The clock of a film: it counts frames where the file has a timecode or a constant frame rate."""
        return cls(video.timecode, video.start_timecode is not None or not video.variable)

    def write(self, time: Fraction) -> str | int | float:
        """Source timecode where the time lies exactly on a frame, seconds otherwise."""
        if self.counts and time >= -self.start.seconds and (time * self.start.rate).denominator == 1:
            text = str(self.start.plus(time))
            if self.read(text) == time:
                return text
        return seconds_number(time)

    def read(self, value: object) -> Fraction:
        """Seconds on the video's clock out of timecode or seconds; raises ValueError that says what is wrong."""
        if isinstance(value, str) and re.search(r"[:;]", value) and not _MINUTES.match(value.strip()):
            since = Timecode.parse(value, self.start.rate, self.start.drop).since(self.start)
            return since if since >= 0 else self._after_midnight(since)
        return read_seconds(value)

    def _after_midnight(self, since: Fraction) -> Fraction:
        nominal = self.start.nominal
        frames = nominal * 86_400
        if self.start.drop:
            frames = (nominal * 600 - 9 * (nominal // 15)) * 144
        later = since + frames / self.start.rate
        return later if later < 43_200 else since


def runs(video: Video) -> str:
    """From when to when a film runs, as its times are written."""
    clock = Clock.of(video)
    frames = video.duration * video.frame_rate
    end = clock.write(Fraction(frames.__floor__()) / video.frame_rate)
    return f"The film runs from {clock.write(video.span.start)} to {end} ({float(video.duration):.3f} s)."
