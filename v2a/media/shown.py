"""The frames of a picture in the order they are shown, from any time on, with the file's own times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any

from v2a.media import container as files
from v2a.media.holes import Holes, SoundTimes
from v2a.media.losses import Losses
from v2a.model import Video

_LEADS = (Fraction(0), Fraction(5), Fraction(40), Fraction(300))


@dataclass(frozen=True, eq=False)
class Shown:
    """A decoded frame and the time it is shown from, in seconds on the video's clock."""

    time: Fraction
    frame: Any


def half_tick(video: Video) -> Fraction:
    """How early a frame may count as shown: containers that count milliseconds round up as often as down."""
    coarse = any(name in video.container for name in ("matroska", "flv"))
    return Fraction(1, 2000) if coarse else Fraction(0)


class ShownFrames:
    """The opened picture of a film."""

    def __init__(self, video: Video, losses: Losses, stopped: Callable[[], bool]) -> None:
        self._video = video
        self._losses = losses
        self._stopped = stopped
        self._sound = SoundTimes(video)
        self._open()

    def _open(self) -> None:
        self._container = files.opened(self._video.path)
        self._stream = self._container.streams[self._video.picture.index]
        self._fresh = True
        files.only(self._container, self._stream)
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.options = {"skip_loop_filter": "noref"}

    def __enter__(self) -> ShownFrames:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()
        self._sound.close()

    def since(self, start: Fraction) -> Iterator[Shown]:
        """The frames in order of time, beginning with the one shown at `start` or earlier.

        They are what decoding from the file's beginning gives: a key frame that lies late enough is looked for
        further and further back, and at last the file is read from its beginning.
        """
        for lead in _LEADS:
            if start - lead <= 0:
                break
            frames = self._after_seek(start - lead)
            first = next(frames, None)
            if first is not None and first.time <= start:
                yield first
                yield from frames
                return
        if not self._fresh:
            self._container.close()
            self._open()
        yield from self._in_order()

    def _after_seek(self, target: Fraction) -> Iterator[Shown]:
        """From the first frame on that needs no earlier one; those shown before it may lack what they refer to."""
        self._fresh = False
        if not files.seek(self._container, self._stream, target + self._video.start_time):
            return
        frames = self._in_order(sought=True)
        for shown in frames:
            if shown.frame.key_frame:
                yield shown
                break
        yield from frames

    def _in_order(self, *, sought: bool = False) -> Iterator[Shown]:
        self._fresh = False
        last: Fraction | None = None
        step = 1 / self._video.frame_rate
        base = Fraction(self._stream.time_base)
        holes = Holes(self._video, self._losses, self._sound, None if sought else Fraction(0))
        for frame in files.frames(self._container, self._stream, holes.missed, self._stopped):
            ticks = frame.pts if frame.pts is not None else frame.dts
            if ticks is None and sought:
                return
            if ticks is None:
                time = Fraction(0) if last is None else last + step
            else:
                time = ticks * base - self._video.start_time
            if last is not None and time <= last:
                self._losses.add(last, last + step, "frames out of order")
            if time < 0 or (last is not None and time <= last):
                continue
            last = time
            holes.shown(time, frame)
            yield Shown(time, frame)
        if not self._stopped():
            holes.end(self._video.duration)
