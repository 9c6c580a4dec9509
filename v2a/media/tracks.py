"""The samples of one sound track of any media file, at their own rate and at their own places in time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import FileDamaged, InputError
from v2a.media.container import decode_errors, opened, packets
from v2a.media.layouts import layout_of
from v2a.model import nearest

_PREROLL = Fraction(1, 2)
_JITTER = 200
_SILENCE = 65536


def _untold() -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Samples (channels × samples), and the sample of the clock that the first of them belongs to."""

    start: int
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """An opened sound track; `speakers` names its channels in order, `siblings` counts the file's other sound tracks."""

    path: str
    rate: int
    speakers: tuple[str, ...]
    _container: Any
    _stream: Any
    _layout: str
    siblings: int = 0

    def pieces(
        self,
        origin: Fraction | None,
        start: Fraction = Fraction(0),
        missed: Callable[[], None] = _untold,
    ) -> Iterator[Piece]:
        """Decoded pieces on a clock whose 0 lies at `origin` in the container, from a little before `start` on.

        Without an origin the track's own first sample is 0. Encoder delay and edit lists are respected; a packet
        that cannot be decoded leaves a gap, and `missed` is called for it.
        """
        frames = self._frames(missed)
        first = next(frames, None)
        if first is None:
            return
        began = self._time(first, Fraction(0))
        zero = began if origin is None else origin
        at = nearest((began - zero) * self.rate)
        if start > _PREROLL and self._sought(zero + start - _PREROLL):
            grid = at + first.samples
            frames = self._frames(missed)
            first = next(frames, None)
            if first is None:
                return
            at = self._on_grid(first, nearest((self._time(first, began) - zero) * self.rate), grid)
        while first is not None:
            samples = _floats(first)
            if samples.shape[1]:
                yield Piece(at, samples)
                at += samples.shape[1]
            first = next(frames, None)
            if first is not None and first.pts is not None:
                at = nearest((self._time(first, began) - zero) * self.rate)

    def _time(self, frame: Any, otherwise: Fraction) -> Fraction:
        return otherwise if frame.pts is None else frame.pts * Fraction(frame.time_base)

    def _sought(self, begin: Fraction) -> bool:
        try:
            self._container.seek(int(begin / self._stream.time_base), stream=self._stream)
        except decode_errors():
            return False
        self._stream.codec_context.flush_buffers()
        return True

    def _on_grid(self, frame: Any, at: int, grid: int) -> int:
        """The place that a frame has by counting, where the container's clock is coarser than a sample."""
        size = self._stream.codec_context.frame_size or frame.samples
        coarse = self._stream.time_base * self.rate
        if not size or coarse <= 1:
            return at
        counted = grid + nearest(Fraction(at - grid, size)) * size
        return counted if abs(counted - at) <= coarse else at

    def _frames(self, missed: Callable[[], None]) -> Iterator[Any]:
        even = None
        for packet in packets(self._container, self._stream, missed):
            try:
                frames = packet.decode()
            except decode_errors():
                if packet.size:
                    missed()
                continue
            for frame in frames:
                if frame.sample_rate == self.rate and len(frame.layout.channels) == len(self.speakers):
                    yield frame
                    continue
                even = even or self._evener()
                try:
                    yield from even.resample(frame)
                except decode_errors():
                    missed()
                    even = None

    def _evener(self) -> Any:
        """For tracks that change rate or channels on the way: everything as it was at the start."""
        import av

        return av.AudioResampler(format="fltp", layout=self._layout, rate=self.rate)


@contextlib.contextmanager
def track(path: Path | str, index: int | None = None) -> Iterator[Track]:
    """Open a sound track by its stream index, or the default one."""
    container = opened(path)
    try:
        streams = [s for s in container.streams.audio if s.codec_context is not None]
        if index is not None:
            streams = [s for s in streams if s.index == index]
        if not streams:
            raise InputError(
                "there is no sound in this file" if index is None else f"track {index} is not a sound track",
                where=str(path),
                remedy="Give a file with sound." if index is None else "Choose another track.",
            )
        stream = next((s for s in streams if int(s.disposition) & 1), streams[0])
        context = stream.codec_context
        layout = layout_of(context)
        if not context.sample_rate or not layout.speakers:
            raise FileDamaged("the sound cannot be read", where=str(path), remedy="Export the file again.")
        with contextlib.suppress(AttributeError, ValueError):
            stream.thread_type = "NONE"
        yield Track(
            str(path), context.sample_rate, layout.speakers, container, stream, context.layout.name,
            len(container.streams.audio) - 1,
        )  # fmt: skip
    finally:
        container.close()


def placed(pieces: Iterator[Piece], start: int, rate: int, channels: int) -> Iterator[NDArray[np.float32]]:
    """One unbroken stream from sample `start` on: silence in the gaps, and no sample twice.

    Timestamps that are off by less than 5 ms are rounding of the container, and the samples go on unbroken.
    """
    at: int | None = None
    for piece in pieces:
        begin, samples = piece.start, piece.samples
        if at is not None and abs(begin - at) < rate // _JITTER:
            begin = at
        at = begin + samples.shape[1]
        if begin > start:
            yield from _silence(begin - start, channels)
            start = begin
        rest = samples[:, start - begin :]
        if rest.shape[1]:
            yield rest
            start += rest.shape[1]


def _silence(length: int, channels: int) -> Iterator[NDArray[np.float32]]:
    for done in range(0, length, _SILENCE):
        yield np.zeros((channels, min(_SILENCE, length - done)), np.float32)


def _floats(frame: Any) -> NDArray[np.float32]:
    data: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    if not frame.format.is_planar:
        data = data.reshape(-1, channels).T
    if data.dtype == np.uint8:
        return np.asarray((data.astype(np.float32) - 128) / 128, np.float32)
    if np.issubdtype(data.dtype, np.integer):
        return np.asarray(data * (1.0 / -float(np.iinfo(data.dtype).min)), np.float32)
    return np.asarray(data, np.float32)
