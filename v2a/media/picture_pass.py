"""The picture's half of a decode pass: every frame is decoded once and fitted to every need that wants it."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Frames, PictureNeed
from v2a.media import container as files
from v2a.media.decoded import Seen, Step
from v2a.media.fitting import Fitter
from v2a.media.losses import Losses
from v2a.media.shown import Shown, ShownFrames, half_tick
from v2a.model import Span, Video

_BATCH = 16
_BATCH_BYTES = 16 << 20


class _Batch:
    """Collects the frames of one need; it decides which it wants from the time they are shown."""

    def __init__(self, need: PictureNeed, span: Span, shape: tuple[int, int, int]) -> None:
        self.need = need
        self._span, self._shape = span, shape
        self._room = max(min(_BATCH, _BATCH_BYTES // max(math.prod(shape), 1)), 1)
        self._next = 0 if need.rate is None else math.ceil(span.start * need.rate)
        self._times: list[float] = []
        self._pixels = np.empty((self._room, *shape), np.uint8)

    def wanted(self, start: Fraction, until: Fraction) -> list[Fraction]:
        """The times at which this need wants the frame that is shown from `start` on."""
        if self.need.rate is None:
            return [start] if self._span.contains(start) else []
        times = []
        while (time := self._next / self.need.rate) < min(until, self._span.end):
            times.append(time)
            self._next += 1
        return times

    def add(self, time: Fraction, pixels: NDArray[np.uint8] | int) -> Seen | None:
        """Take a frame; a full batch is handed out."""
        self._pixels[len(self._times)] = pixels
        self._times.append(float(time))
        return self.flush() if len(self._times) == self._room else None

    def flush(self) -> Seen | None:
        """Hand out what has come together."""
        if not self._times:
            return None
        frames = Frames(np.array(self._times), self._pixels[: len(self._times)])
        self._times, self._pixels = [], np.empty((self._room, *self._shape), np.uint8)
        return Seen(self.need, frames)


def watch(
    video: Video,
    needs: Sequence[PictureNeed],
    span: Span,
    losses: Losses,
    stopped: Callable[[], bool],
) -> Generator[Step, None, None]:
    """Decode the frames of a span, in batches for every need."""
    fitters = {_look(need): Fitter(need, video.picture) for need in needs}
    batches = [_Batch(need, span, fitters[_look(need)].shape) for need in needs]
    late = half_tick(video)
    held: Shown | None = None
    with ShownFrames(video, losses, stopped) as frames:
        for shown in frames.since(span.start):
            if held is not None:
                yield from _hand_out(held, shown.time - late, batches, fitters, losses)
            held = shown
            if shown.time >= span.end:
                break
    if stopped():
        return
    if held is None:
        losses.add(span.start, span.end, "no picture")
    yield from _hand_out(held or Shown(span.end, None), span.end, batches, fitters, losses)
    yield from (Step(span.end, seen) for batch in batches if (seen := batch.flush()))


def _look(need: PictureNeed) -> tuple[object, ...]:
    return need.width, need.height, need.fit, need.pixels


def _hand_out(
    held: Shown,
    until: Fraction,
    batches: Sequence[_Batch],
    fitters: dict[tuple[object, ...], Fitter],
    losses: Losses,
) -> Iterator[Step]:
    fitted: dict[tuple[object, ...], NDArray[np.uint8] | int] = {}
    for batch in batches:
        for time in batch.wanted(held.time, until):
            look = _look(batch.need)
            if look not in fitted:
                fitted[look] = _fitted(held, until, fitters[look], losses)
            seen = batch.add(time, fitted[look])
            if seen is not None:
                yield Step(held.time, seen)


def _fitted(held: Shown, until: Fraction, fitter: Fitter, losses: Losses) -> NDArray[np.uint8] | int:
    """The pixels, or black where there is no frame to fit."""
    if held.frame is None:
        return 0
    try:
        return fitter(held.frame)
    except files.decode_errors():
        losses.add(held.time, until, "no picture")
        return 0
