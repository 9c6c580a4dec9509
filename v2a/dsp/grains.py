"""Granular extension: any stretch of a steady sound out of a shorter recording of it, without a loop.

Long overlapping grains from ever other places of the recording (Roads, Microsound, 2001), each crossfaded into the next
so that the power stays, whatever the two have in common. Grain k follows from the seed and k alone, so any window can
be made by itself.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.crossfade import correlation, weights
from v2a.model import SampleSpan, derived_seed

Wave = NDArray[np.float32]

_LONGEST = 12.0
_SHORTEST = 0.25
_PART = 0.3
_OVERLAP = 0.3
_EVEN = 4.0
_ENDS = 6.0


def usable(wave: Wave, rate: int) -> Wave:
    """The recording without the fades at its ends."""
    part = steady(wave, rate)
    return wave[:, part.start : part.stop]


def steady(wave: Wave, rate: int) -> SampleSpan:
    """What lies between the fades at a recording's ends: from where it first comes near its usual level to where it last does."""
    step = round(0.2 * rate)
    count = wave.shape[1] // step
    if count < 8:
        return SampleSpan(0, wave.shape[1])
    power = (wave[:, : count * step].astype(np.float64) ** 2).mean(axis=0).reshape(count, step).mean(axis=1)
    levels = 10 * np.log10(power + 1e-12)
    near = np.flatnonzero(levels > np.median(levels) - _ENDS)
    return SampleSpan(int(near[0]) * step, int(near[-1] + 1) * step)


@dataclass(frozen=True, eq=False)
class Texture:
    """A recording that goes on for ever: `grain` is a grain's length in seconds (0: after the recording's length)."""

    wave: Wave
    rate: int
    seed: int
    grain: float = 0.0
    _size: int = field(init=False)
    _fade: int = field(init=False)
    _level: float = field(init=False)

    def __post_init__(self) -> None:
        length = self.wave.shape[1] / self.rate
        seconds = self.grain or min(_LONGEST, length * _PART)
        size = max(2, round(min(max(seconds, _SHORTEST), length * 0.5) * self.rate))
        object.__setattr__(self, "_size", size)
        object.__setattr__(self, "_fade", max(1, round(size * _OVERLAP)))
        object.__setattr__(self, "_level", _root_mean_square(self.wave))

    def window(self, start: int, length: int) -> Wave:
        """Samples `start` to `start + length` of the endless texture."""
        made = np.zeros((self.wave.shape[0], length), np.float32)
        stride = self._size - self._fade
        for number in range(max(0, start // stride - 2), (start + length) // stride + 3):
            begin, after = self._edge(number), self._edge(number + 1)
            low, high = max(start, begin), min(start + length, after)
            if low < high:
                piece = self._from(number, begin, after)
                made[:, low - start : high - start] = piece[:, low - begin : high - begin]
        return made

    def _from(self, number: int, begin: int, after: int) -> Wave:
        """From where a grain begins to where the next one does: the last one's end goes over into it."""
        grain, fade = self._grain(number), self._fade
        piece = grain[:, : after - begin].copy()
        if number:
            leaving = self._grain(number - 1)[:, -fade:]
            gains = weights(fade, correlation(leaving, grain[:, :fade]))
            piece[:, :fade] = leaving * gains.out + grain[:, :fade] * gains.into
        return piece

    def _edge(self, number: int) -> int:
        """Where a grain begins: not quite evenly, so that no beat is heard; the first begins before the start."""
        if number == 0:
            return -self._fade
        stride = self._size - self._fade
        sway = (self._size - 2 * self._fade) // 4
        return number * stride - self._fade + round(_draw(self.seed, "edge", number) * sway)

    def _grain(self, number: int) -> Wave:
        length = self._edge(number + 1) + self._fade - self._edge(number)
        room = self.wave.shape[1] - length
        at = round(self._place(number) * max(0, room))
        piece = self.wave[:, at : at + length]
        if piece.shape[1] < length:
            piece = np.pad(piece, ((0, 0), (0, length - piece.shape[1])), mode="reflect")
        return piece * self._even(piece)

    def _even(self, piece: Wave) -> np.float32:
        """The gain that takes a grain to the level of the whole, within a few dB."""
        own = _root_mean_square(piece)
        if own <= 0:
            return np.float32(1)
        return np.float32(np.clip(self._level / own, 10 ** (-_EVEN / 20), 10 ** (_EVEN / 20)))

    def _place(self, number: int) -> float:
        """Where in the recording a grain is from, 0 to 1: every part of it comes before any comes again."""
        parts = max(3, self.wave.shape[1] // self._size)
        round_, turn = divmod(number, parts)
        order = _order(self.seed, round_, parts)
        inside = (_draw(self.seed, "place", number) + 1) / 2
        return float((order[turn] + inside) / parts)


def _root_mean_square(wave: Wave) -> float:
    return float(np.sqrt(np.mean(wave.astype(np.float64) ** 2)))


def _draw(seed: int, name: str, number: int) -> float:
    """A number from -1 to 1."""
    return derived_seed(seed, name, number) / 2**62 - 1


@functools.lru_cache(64)
def _order(seed: int, number: int, parts: int) -> tuple[int, ...]:
    """The parts in some order; the first is never the last of the order before."""
    order = [int(n) for n in np.random.default_rng(derived_seed(seed, "order", number)).permutation(parts)]
    if number:
        before = np.random.default_rng(derived_seed(seed, "order", number - 1)).permutation(parts)
        if order[0] == before[-1]:
            order[0], order[1] = order[1], order[0]
    return tuple(order)
