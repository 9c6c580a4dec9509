"""A true-peak limiter for a stem; the mix has one of its own, whose curve is set on every stem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import OWN
from v2a.dsp.limiter import Limiter as Curve
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class LimiterParams:
    """Where it holds, and how fast it lets go."""

    ceiling: float = option(-1.0, "Nothing goes higher.", unit="dBTP", low=-40, high=0)
    gain: float = option(0.0, "Drive: gain before it.", unit="dB", low=-24, high=24)
    release: float = option(0.12, "How fast it lets go.", unit="s", low=0.01, high=2)


class Limiter(Effect):
    """Holds the peaks of a stem, between the samples too."""

    card: ClassVar[EffectCard] = EffectCard("limiter", "1", OWN, "Holds true peaks", params=LimiterParams)

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        return _Held(params if isinstance(params, LimiterParams) else LimiterParams(), rate, channels)


class _Held(Processor):
    """The sound, delayed by the limiter's lookahead, times the limiter's curve."""

    def __init__(self, params: LimiterParams, rate: int, channels: int) -> None:
        self._curve = Curve(rate, channels, params.ceiling, release=params.release)
        self._gain = np.float32(10.0 ** (params.gain / 20.0))
        self.latency = self._curve.latency
        self._sound = np.zeros((channels, 0), np.float32)
        self._gains = np.zeros(0, np.float32)
        self._owed = self.latency

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        raised = block * self._gain
        return self._out(raised, self._curve.push(raised), block.shape[1])

    def flush(self) -> NDArray[np.float32]:
        """What still waits for the lookahead."""
        return self._out(self._sound[:, :0], self._curve.flush(), self.latency)

    def _out(
        self, fresh: NDArray[np.float32], gains: NDArray[np.float32], length: int
    ) -> NDArray[np.float32]:
        self._sound = np.concatenate([self._sound, fresh], axis=1)
        self._gains = np.concatenate([self._gains, gains])
        silent = min(self._owed, length)
        self._owed -= silent
        ready = length - silent
        made = self._sound[:, :ready] * self._gains[:ready]
        self._sound, self._gains = self._sound[:, ready:], self._gains[ready:]
        return np.concatenate([np.zeros((len(made), silent), np.float32), made], axis=1)
