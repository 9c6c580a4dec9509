"""The production sound of a film on the video's clock, as a stream of constant memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.media.channels import gains
from v2a.media.resample import converted, reblocked
from v2a.media.tracks import placed
from v2a.media.tracks import track as opened_track
from v2a.model import SoundTrack, Span, Video

_EDGE = 4096


@dataclass(frozen=True, slots=True)
class Grid:
    """Where to begin so that a part comes out as it would from the whole: in samples in, and samples out to skip."""

    start: int
    skip: int

    @classmethod
    def before(cls, first: int, rate_in: int, rate_out: int) -> Grid:
        """The beginning for output from sample `first` on, with room for the resampler's filter."""
        if rate_in == rate_out:
            return cls(first, 0)
        common = math.gcd(rate_in, rate_out)
        step_in, step_out = rate_in // common, rate_out // common
        edge = _EDGE * max(1, rate_in // rate_out)
        steps = max(0, (first * rate_in // rate_out - edge) // step_in)
        return cls(steps * step_in, first - steps * step_out)


def production(
    video: Video,
    rate: int,
    channels: int = 2,
    track: int | None = None,
    block: int = 48000,
    span: Span | None = None,
) -> AbstractContextManager[Iterator[NDArray[np.float32]]]:
    """Blocks of the production sound (channels × samples) from the first frame shown, or of a span of the film.

    `track` is a stream index; without it the default track is taken. Silence stands where there is no sound.
    """
    return _production(video, rate, channels, chosen(video, track), block, span or video.span)


def chosen(video: Video, track: int | None = None) -> SoundTrack | None:
    """The sound track meant by a stream index; without one the default track, else the first; none where silent."""
    if track is not None:
        return next((t for t in video.sound if t.index == track), None)
    return next((t for t in video.sound if t.default), video.sound[0] if video.sound else None)


@contextmanager
def _production(
    video: Video, rate: int, channels: int, track: SoundTrack | None, block: int, span: Span
) -> Iterator[Iterator[NDArray[np.float32]]]:
    wanted = span.samples(rate)
    with ExitStack() as stack:
        source: Iterator[NDArray[np.float32]] = iter(())
        skip = 0
        if track is not None:
            sound = stack.enter_context(opened_track(video.path, track.index))
            grid = Grid.before(wanted.start, sound.rate, rate)
            pieces = sound.pieces(video.start_time, Fraction(grid.start, sound.rate))
            native = placed(pieces, grid.start, sound.rate, len(sound.speakers))
            source = converted(native, gains(sound.speakers, channels), sound.rate, rate)
            skip = grid.skip
        yield reblocked(source, block, channels, skip, wanted.length)
