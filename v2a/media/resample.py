"""Other sample rates and other numbers of channels; soxr is used here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.media.channels import gains, names
from v2a.model import Audio, nearest

_QUALITY = "VHQ"


def resample(audio: Audio, rate: int) -> Audio:
    """The same sound at another sample rate, without delay, `length * rate / audio.rate` samples long (nearest)."""
    if rate == audio.rate:
        return audio
    stream = Resampler(audio.rate, rate, audio.channels)
    return Audio(np.concatenate([stream(audio.samples), stream.flush()], axis=1), rate)


class Resampler:
    """Resamples a stream; all blocks together come out as `resample` would give the whole."""

    def __init__(self, rate_in: int | Fraction, rate_out: int, channels: int) -> None:
        self.rate_in = rate_in
        self.rate_out = rate_out
        self.channels = channels
        self._taken = 0
        self._given = 0
        self._stream = None
        if rate_in != rate_out:
            import soxr

            self._stream = soxr.ResampleStream(float(rate_in), rate_out, channels, quality=_QUALITY)

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is ready after a block (channels × samples); it may be empty."""
        self._taken += block.shape[1]
        if self._stream is None:
            return block
        out = self._run(block, last=False)
        self._given += out.shape[1]
        return out

    def flush(self) -> NDArray[np.float32]:
        """The rest, so that the length is exact; the stream ends here."""
        if self._stream is None:
            return np.zeros((self.channels, 0), np.float32)
        out = self._run(np.zeros((self.channels, 0), np.float32), last=True)
        rest = nearest(Fraction(self._taken * self.rate_out) / self.rate_in) - self._given
        return np.pad(out[:, :rest], ((0, 0), (0, max(0, rest - out.shape[1]))))

    def _run(self, block: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        assert self._stream is not None
        frames = np.ascontiguousarray(block.T, dtype=np.float32)
        out: NDArray[np.float32] = self._stream.resample_chunk(frames, last=last)
        return np.ascontiguousarray(out.reshape(-1, self.channels).T)


def to_channels(audio: Audio, channels: int) -> Audio:
    """The same sound in another number of channels; surround folds after ITU-R BS.775, without its LFE."""
    if channels == audio.channels:
        return audio
    return Audio(gains(names(audio.channels), channels) @ audio.samples, audio.rate)


def converted(
    blocks: Iterator[NDArray[np.float32]], matrix: NDArray[np.float32], rate_in: int, rate_out: int
) -> Iterator[NDArray[np.float32]]:
    """A stream of blocks in other channels (by a matrix of gains) and at another rate."""
    channels, source = matrix.shape
    plain = channels == source and bool(np.array_equal(matrix, np.eye(channels)))
    stream = Resampler(rate_in, rate_out, channels)
    for block in blocks:
        yield stream(block if plain else matrix @ block)
    yield stream.flush()


def reblocked(
    blocks: Iterator[NDArray[np.float32]], block: int, channels: int, skip: int = 0, length: int | None = None
) -> Iterator[NDArray[np.float32]]:
    """The stream in equal blocks (the last one shorter), without its first `skip` samples.

    Where a `length` is given exactly so many samples come: cut, or filled with silence.
    """
    buffer = np.zeros((channels, block), np.float32)
    filled = given = 0
    for piece in blocks:
        dropped = min(skip, piece.shape[1])
        skip -= dropped
        rest = piece[:, dropped:]
        while rest.shape[1] and (length is None or given + filled < length):
            room = block - filled if length is None else min(block - filled, length - given - filled)
            part = rest[:, :room]
            buffer[:, filled : filled + part.shape[1]] = part
            filled += part.shape[1]
            rest = rest[:, part.shape[1] :]
            if filled == block:
                yield buffer.copy()
                given, filled = given + block, 0
        if length is not None and given + filled >= length:
            break
    yield from _rest(buffer, filled, given, length)


def _rest(
    buffer: NDArray[np.float32], filled: int, given: int, length: int | None
) -> Iterator[NDArray[np.float32]]:
    block = buffer.shape[1]
    total = given + filled if length is None else length
    buffer[:, filled:] = 0
    while given < total:
        size = min(block, total - given)
        yield buffer[:, :size].copy()
        given += size
        buffer[:] = 0
