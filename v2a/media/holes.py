"""Where frames are missing from a picture: beside errors, and where a demuxer passed over bytes without a word."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from v2a.media import container as files
from v2a.media.losses import Losses
from v2a.media.production import chosen
from v2a.model import Video

PAUSE = Fraction(1, 10)
_HELD = 4
_B = 3
_REORDERED = 32
_LASTING = Fraction(10)
_AROUND = Fraction(1)
_FAR = Fraction(10)


class Holes:
    """Where frames are missing; a film whose frames last longer than usual while its sound goes on has no holes.

    A decoder with threads tells an error some frames before or after the place where its frame is missing. What
    follows a hole, or a damaged frame that others are predicted from, is damaged until the next key frame.
    """

    def __init__(self, video: Video, losses: Losses, sound: SoundTimes, since: Fraction | None) -> None:
        """Nothing was shown yet; `since` is when the first frame is due, where that is known."""
        self._video, self._losses, self._sound = video, losses, sound
        self._step = 1 / video.frame_rate
        self._next = since
        self._unsure: Fraction | None = None
        self._left = 0
        self._found = True
        self._mended: Fraction | None = None
        self._broken: Fraction | None = None

    def missed(self) -> None:
        """An error was met."""
        if self._left == 0:
            self._unsure, self._found, self._mended = self._next, False, None
        self._left = _REORDERED

    def shown(self, time: Fraction, frame: Any) -> None:
        """The next frame that is shown; a key frame needs no earlier one."""
        near = self._left > 0
        self._left = max(self._left - 1, 0)
        if self._next is not None and self._is_hole(self._next, time, near):
            self._losses.add(self._next, time, "no picture")
            self._found, self._broken = True, time
        self._next = time + self._step
        if frame.key_frame and self._mended is None and self._unsure is not None and time > self._unsure:
            self._mended = time
        if frame.key_frame or (self._broken is not None and time - self._broken > _LASTING):
            self._broken = None
        if self._broken is None and frame.is_corrupt and frame.pict_type != _B:
            self._broken = time
        if self._broken is not None or frame.is_corrupt:
            self._losses.add(time, self._next, "damaged picture")
        self._settle()

    def _is_hole(self, due: Fraction, time: Fraction, near: bool) -> bool:
        """Beside an error any frame that is late; else a pause in which the sound is missing too."""
        if near or time - due <= (_HELD - 1) * self._step:
            return near and time - due > self._step / 2
        silent = self._sound.missing(due, time)
        return not self._video.variable if silent is None else silent

    def end(self, duration: Fraction) -> None:
        """There are no more frames."""
        if self._left and self._next is not None and duration - self._next > self._step / 2:
            self._losses.add(self._next, duration, "no picture")
            self._found = True
        self._left = 0
        self._settle()

    def _settle(self) -> None:
        if self._left == 0 and not self._found and self._unsure is not None and self._next is not None:
            end = min(self._mended or self._next, self._unsure + _LASTING)
            self._losses.add(self._unsure, end, "damaged picture")
            self._found = True


class SoundTimes:
    """When a film has sound, by the times of its packets; the file is opened only once that is asked for.

    A picture that stands still and a hole in the file look the same in the times of the frames. The sound tells them
    apart: it goes on beneath a still, and is missing beside a hole.
    """

    def __init__(self, video: Video) -> None:
        """Nothing is read yet."""
        self._video = video
        source = chosen(video)
        self._index = None if source is None else source.index
        self._opened: Any = None
        self._forget()

    def _forget(self) -> None:
        self._first: Fraction | None = None
        self._end: Fraction | None = None
        self._gaps: list[tuple[Fraction, Fraction]] = []

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def missing(self, start: Fraction, end: Fraction) -> bool | None:
        """Whether sound is missing in or near a stretch of the film; nothing where it has none there to miss.

        Picture and sound of one moment lie up to a second apart in a file.
        """
        if self._index is None:
            return None
        self._read(start - _AROUND, end + _AROUND)
        if self._first is None or self._end is None or self._first > start or self._end < end:
            return None
        return any(a < end + _AROUND and b > start - _AROUND for a, b in self._gaps)

    def _read(self, start: Fraction, end: Fraction) -> None:
        if self._opened is None or (self._first is not None and start < self._first):
            self._open(start)
        elif self._end is not None and start > self._end + _FAR:
            self._go(start)
        while self._end is None or self._end < end:
            packet = next(self._packets, None)
            if packet is None:
                return
            if packet.pts is not None:
                self._take(packet)

    def _open(self, start: Fraction) -> None:
        self.close()
        self._opened = files.opened(self._video.path)
        self._stream = self._opened.streams[self._index]
        files.only(self._opened, self._stream)
        self._packets = files.packets(self._opened, self._stream)
        self._forget()
        if start > _FAR:
            self._go(start)

    def _go(self, start: Fraction) -> None:
        if files.seek(self._opened, self._stream, start + self._video.start_time):
            self._packets = files.packets(self._opened, self._stream)
            self._forget()

    def _take(self, packet: Any) -> None:
        base = Fraction(packet.time_base)
        time = packet.pts * base - self._video.start_time
        if self._first is None or self._end is None:
            self._first = self._end = time
        if time - self._end > PAUSE:
            self._gaps.append((self._end, time))
        self._end = max(self._end, time + (packet.duration or 0) * base)
