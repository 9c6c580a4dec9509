"""True peaks by libebur128, looked for only where a sample is high enough for one.

Its interpolator is nine tenths of the cost of a loudness meter, and most of a film cannot hold the highest peak.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_STEP = 512
_COARSER = 96_000
_CONTEXT = 64
_RAMP = 40
_TAPS = 12
# What a meter may read above our own values between the samples, which follow the same taps.
_NEAR = 1.002
# No phase of libebur128's interpolator raises a peak by more than this factor: the sum of its absolute taps.
_OVERSHOOT = 1.865


@functools.cache
def _taps() -> NDArray[np.float32]:
    """Taps of the values at 1/4, 2/4 and 3/4 between two samples, one row each: a sinc under libebur128's window."""
    distance = np.arange(-_TAPS // 2 + 1, _TAPS // 2 + 1) - np.array([[0.25], [0.5], [0.75]])
    taps = np.sinc(distance) * (0.5 + 0.5 * np.cos(np.pi * distance / (_TAPS // 2)))
    return np.asarray(taps, np.float32)


class TruePeak:
    """The highest true peak of a stream, as a factor of full scale."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._channels = channels
        self._waiting = np.zeros((channels, 2 * _CONTEXT), np.float32)
        self._highest = 0.0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take some more: channels × samples."""
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        if self._waiting.shape[1] >= 2 * _CONTEXT + _STEP:
            self._look(self._waiting)
            self._waiting = self._waiting[:, -2 * _CONTEXT :].copy()

    def highest(self) -> float:
        """The highest peak; call it when all is added."""
        rest = self._waiting * np.minimum(np.arange(self._waiting.shape[1]) / _RAMP, 1.0).astype(np.float32)
        return max(self._highest, self._measured(rest))

    def _look(self, sound: NDArray[np.float32]) -> None:
        inner = sound.shape[1] - 2 * _CONTEXT
        starts = np.minimum(np.arange(0, inner, _STEP), inner - _STEP)
        last = sound.shape[1] - _CONTEXT
        steps = np.append(starts[:-1], last - _CONTEXT - _STEP) + _CONTEXT
        loudest = np.maximum(sound[:, :last].max(axis=0), -sound[:, :last].min(axis=0))
        highest = np.maximum.reduceat(loudest, steps)
        # The loudest step first: after it, most others are known not to come near.
        for chosen in (np.array([highest.argmax()]), np.arange(len(starts))):
            hot = starts[chosen[highest[chosen] * _OVERSHOOT > self._highest]]
            hot = hot[self._guessed(sound, hot) * _NEAR > self._highest]
            if hot.size:
                self._highest = max(self._highest, self._peak_of(sound, hot))

    def _guessed(self, sound: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The highest value at or between the samples of each step, where the library looks at quarters of them."""
        if self._rate >= _COARSER or len(starts) < 2:
            return np.full(len(starts), np.inf, np.float32)
        found = np.zeros(len(starts), np.float32)
        for channel in sound:
            pieces = np.lib.stride_tricks.sliding_window_view(channel, _STEP + 2 * _CONTEXT)[starts]
            np.maximum(found, np.abs(pieces).max(axis=1), out=found)
            windows = np.lib.stride_tricks.sliding_window_view(pieces, _TAPS, axis=1)
            between = np.abs(_taps() @ windows.reshape(-1, _TAPS).T).max(axis=0)
            np.maximum(found, between.reshape(len(starts), -1).max(axis=1), out=found)
        return found

    def _peak_of(self, sound: NDArray[np.float32], starts: NDArray[np.int64]) -> float:
        width = _STEP + 2 * _CONTEXT
        window = np.ones(width, np.float32)
        window[:_RAMP] = np.linspace(0.0, 1.0, _RAMP, dtype=np.float32)
        window[-_RAMP:] = window[:_RAMP][::-1]
        pieces = np.lib.stride_tricks.sliding_window_view(sound, width, axis=1)[:, starts] * window
        return self._measured(pieces.reshape(self._channels, -1))

    def _measured(self, sound: NDArray[np.float32]) -> float:
        import pyebur128

        frames = np.ascontiguousarray(sound.T, dtype=np.float32)
        state = pyebur128.R128State(self._channels, self._rate, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
        state.add_frames(frames.reshape(-1), len(frames))
        return float(max(pyebur128.get_true_peak(state, c) for c in range(self._channels)))
