"""A true-peak limiter with lookahead, as a curve of gain: one curve can be set on every stem of a mix.

Written here because pedalboard's limiter looks neither ahead nor between the samples, and gives no curve.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.filters import convolved
from v2a.dsp.levels import gain_of

_PHASES = 4
_NEPERS = math.log(10.0) / 20.0
_HALF = 16
_BATCH = 2048
# No phase of the interpolator raises a peak by more than this factor (the sum of its absolute taps).
_OVERSHOOT = 2.44
# What other interpolators may read above this one.
_MARGIN = 0.06


@functools.cache
def _interpolator() -> NDArray[np.float32]:
    """Taps of the values at 1/4, 2/4 and 3/4 between two samples, one column each.

    First those of a long Kaiser-windowed sinc, as resamplers have, then those of libebur128's short Hann-windowed
    one: what neither sees above the ceiling, no meter does.
    """
    places = np.arange(-_HALF + 1, _HALF + 1, dtype=np.float64)[:, np.newaxis]
    distance = places - np.arange(1, _PHASES) / _PHASES
    kaiser = np.i0(7.0 * np.sqrt(np.clip(1.0 - (distance / _HALF) ** 2, 0.0, 1.0))) / np.i0(7.0)
    hann = np.where(np.abs(distance) < 6.0, 0.5 + 0.5 * np.cos(np.pi * distance / 6.0), 0.0)
    long = np.sinc(distance) * kaiser
    taps = np.hstack([long / long.sum(axis=0), np.sinc(distance) * hann]).astype(np.float32)
    taps.flags.writeable = False
    return taps


def between(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest of a sample and the three values between it and the next, over all channels.

    Needs 15 samples of context before and 16 after, which are used up.
    """
    length = samples.shape[1] - 2 * _HALF + 1
    largest = np.abs(samples[:, _HALF - 1 : _HALF - 1 + length]).max(axis=0)
    for channel in samples:
        windows = np.lib.stride_tricks.sliding_window_view(channel, 2 * _HALF)
        values = _interpolator().T @ windows.T
        np.maximum(largest, np.abs(values, out=values).max(axis=0), out=largest)
    return np.asarray(largest, dtype=np.float32)


class Limiter:
    """Pushed blocks of the mix, it answers with the gain of as many samples as are settled by then.

    `ceiling` is in dBTP, or in dBFS where it looks at samples only; `lookahead` and `release` are in seconds. The
    gains come in order and, with those of `flush`, are as many as the samples that were pushed.
    """

    def __init__(
        self,
        rate: int,
        channels: int,
        ceiling: float,
        *,
        lookahead: float = 0.005,
        release: float = 0.12,
        between_samples: bool = True,
    ) -> None:
        self._between = between_samples
        self._ceiling = gain_of(ceiling - (_MARGIN if between_samples else 0.0))
        self._ahead = max(2, round(rate * lookahead))
        self._decay = math.exp(-1.0 / (release * rate))
        self._sound = np.zeros((channels, _HALF), np.float32)
        # Silence before the first sample, so that a peak there has its slope down like any other.
        self._need = np.zeros(self._ahead)
        self._held = np.zeros(self._ahead)
        self._skip = self._ahead
        self._last = 0.0
        self._before = 0.0
        self.reduction = 0.0

    @property
    def latency(self) -> int:
        """How many samples the gains lag behind what was pushed."""
        return self._ahead + _HALF

    def push(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take channels × samples; answer with the gains that are settled."""
        self._sound = np.concatenate([self._sound, block], axis=1)
        fresh = self._needed()
        self._need = np.concatenate([self._need, fresh])
        settled = len(self._need) - self._ahead
        if settled <= 0:
            return np.zeros(0, np.float32)
        gains = self._gains(settled)
        skipped = min(self._skip, settled)
        self._skip -= skipped
        return gains[skipped:]

    def flush(self) -> NDArray[np.float32]:
        """The gains of the samples that are still waiting."""
        silence = np.zeros((self._sound.shape[0], self.latency), np.float32)
        return self.push(silence)

    def _needed(self) -> NDArray[np.float64]:
        """The reduction in dB that each new sample asks for, and with it the three values before and after it."""
        count = self._sound.shape[1] - 2 * _HALF
        if count <= 0:
            return np.zeros(0)
        asked = np.zeros(count)
        for first, last in self._hot(count):
            asked[first:last] = self._over(self._sound[:, first : last + 2 * _HALF])
        self._sound = self._sound[:, count:]
        # What lies between two samples concerns the later one too.
        before = np.concatenate([[self._before], asked[:-1]])
        self._before = float(asked[-1])
        return np.asarray(np.maximum(asked, before), dtype=np.float64)

    def _hot(self, count: int) -> list[tuple[int, int]]:
        """The stretches where something between the samples could be over the ceiling."""
        loudest = np.abs(self._sound).max(axis=0)
        reach = self._ceiling / (_OVERSHOOT if self._between else 1.0)
        if loudest.max() <= reach:
            return []
        firsts = np.arange(0, count, _BATCH)
        highest = np.maximum.reduceat(loudest, firsts)
        edges = np.maximum.reduceat(loudest[2 * _HALF :], firsts)
        hot = firsts[np.maximum(highest, edges) > reach]
        return [(int(first), min(int(first) + _BATCH, count)) for first in hot]

    def _over(self, part: NDArray[np.float32]) -> NDArray[np.float64]:
        """By how many dB a stretch is over the ceiling, sample by sample."""
        if self._between:
            highest = between(part[:, 1:]).astype(np.float64)
        else:
            highest = np.abs(part[:, _HALF:-_HALF]).max(axis=0).astype(np.float64)
        return np.asarray(20.0 * np.log10(np.maximum(highest / self._ceiling, 1.0)), dtype=np.float64)

    def _gains(self, settled: int) -> NDArray[np.float32]:
        idle = self._last == 0.0 and not self._held.any() and not self._need.any()
        if idle:
            self._need = self._need[settled:]
            return np.ones(settled, np.float32)
        held = self._released(self._hold(settled))
        around = np.concatenate([self._held, held])
        self._held = around[-self._ahead :]
        self._need = self._need[settled:]
        reduction = self._smoothed(around)
        self.reduction = max(self.reduction, float(reduction.max()))
        return np.exp(reduction * -_NEPERS).astype(np.float32)

    def _hold(self, settled: int) -> NDArray[np.float64]:
        """For each sample the most that it or one of the next `ahead` samples asks for."""
        size = self._ahead + 1
        padded = np.pad(self._need, (0, -len(self._need) % size)).reshape(-1, size)
        before = np.maximum.accumulate(padded, axis=1).reshape(-1)
        after = np.maximum.accumulate(padded[:, ::-1], axis=1)[:, ::-1].reshape(-1)
        return np.maximum(after[:settled], before[self._ahead : self._ahead + settled])

    def _released(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Come back exponentially: the running maximum of what is held and what is left of before."""
        result = np.empty_like(held)
        step = 16384
        for first in range(0, len(held), step):
            part = held[first : first + step]
            decay = self._decay ** np.arange(1, len(part) + 1)
            grown = np.maximum.accumulate(np.maximum(part / decay, self._last))
            result[first : first + step] = grown * decay
            self._last = float(result[first + len(part) - 1])
            if self._last < 1e-4:
                self._last = 0.0
        return result

    def _smoothed(self, around: NDArray[np.float64]) -> NDArray[np.float64]:
        """A weighted mean over the lookahead: it is down in full when the peak comes."""
        window = np.hanning(self._ahead + 3)[1:-1]
        smooth = convolved(around[np.newaxis, :], window / window.sum())[0]
        # What an FFT leaves of nothing is not a reduction.
        return np.asarray(np.where(smooth < 1e-9, 0.0, smooth), dtype=np.float64)
