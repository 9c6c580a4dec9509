"""The production sound of a film on the video's clock, as a stream of constant memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.media.channels import gains, names
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

    `track` is a stream index; without it the default track is taken, or a pair of mono tracks as left and right.
    Silence stands where there is no sound.
    """
    shape = _Shape(rate, channels, block)
    one = chosen(video, track)
    if one is None:
        return _production(video, (), shape, span or video.span)
    other = partner(video, one) if track is None else None
    return _production(video, (one,) if other is None else (one, other), shape, span or video.span)


def chosen(video: Video, track: int | None = None) -> SoundTrack | None:
    """The sound track meant by a stream index; without one the default track, else the first; none where silent."""
    if track is not None:
        return next((t for t in video.sound if t.index == track), None)
    return next((t for t in video.sound if t.default), video.sound[0] if video.sound else None)


def partner(video: Video, track: SoundTrack) -> SoundTrack | None:
    """The right side to a mono track that is the left one, as studios and cameras write stereo into MXF and MOV."""
    if track.channels != 1 or not track.codec.startswith("pcm_"):
        return None
    alike = [t for t in video.sound if t.codec == track.codec and t.channels == 1]
    following = next((t for t in alike if t.index > track.index), None)
    if track != alike[0] or following is None or following.title or track.title:
        return None
    same = (following.rate, following.start, following.language) == (track.rate, track.start, track.language)
    return following if same else None


@dataclass(frozen=True, slots=True)
class _Shape:
    rate: int
    channels: int
    block: int


@contextmanager
def _production(
    video: Video, tracks: Sequence[SoundTrack], shape: _Shape, span: Span
) -> Iterator[Iterator[NDArray[np.float32]]]:
    wanted = span.samples(shape.rate)
    with ExitStack() as stack:
        if len(tracks) == 2:
            mono = _Shape(shape.rate, 1, shape.block)
            left, right = (stack.enter_context(_production(video, (one,), mono, span)) for one in tracks)
            matrix = gains(names(2), shape.channels)
            yield (matrix @ np.concatenate(sides) for sides in zip(left, right, strict=True))
            return
        source: Iterator[NDArray[np.float32]] = iter(())
        skip = 0
        if tracks:
            sound = stack.enter_context(opened_track(video.path, tracks[0].index))
            grid = Grid.before(wanted.start, sound.rate, shape.rate)
            pieces = sound.pieces(video.start_time, Fraction(grid.start, sound.rate))
            native = placed(pieces, grid.start, sound.rate, len(sound.speakers))
            source = converted(native, gains(sound.speakers, shape.channels), sound.rate, shape.rate)
            skip = grid.skip
        yield reblocked(source, shape.block, shape.channels, skip, wanted.length)
