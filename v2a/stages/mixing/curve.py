"""The one gain of a mix, sample by sample, with the limiter's work in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.limiter import Limiter
from v2a.stages.mixing.spool import Recorded

BLOCK = 1 << 17
STEP = 2048


@dataclass(frozen=True)
class Setting:
    """The one gain in dB for all stems, the ceiling the limiter works to, and the loudness in LUFS it is to bring."""

    gain: float
    ceiling: float | None
    between_samples: bool = True
    notes: tuple[str, ...] = ()
    target: float | None = None

    def limiter(self, rate: int) -> Limiter | None:
        """A limiter at the beginning of the film."""
        if self.ceiling is None:
            return None
        return Limiter(rate, 2, self.ceiling, between_samples=self.between_samples)


class Curve:
    """The gain of every sample, in order, with the limiter's work in it."""

    def __init__(self, setting: Setting, spool: Recorded, rate: int) -> None:
        self._limiter = setting.limiter(rate)
        self._factor = np.float32(10.0 ** (setting.gain / 20.0))
        self._spool = spool
        self._pushed = 0
        self._settled = np.zeros(0, np.float32)

    @property
    def reduction(self) -> float:
        """The most that the limiter took off so far, in dB."""
        return self._limiter.reduction if self._limiter is not None else 0.0

    def next(self, length: int) -> NDArray[np.float32]:
        """The gain of the next so many samples."""
        if self._limiter is None:
            return np.full(length, self._factor, np.float32)
        while len(self._settled) < length:
            self._settled = np.concatenate([self._settled, self._more(self._limiter)])
        answer, self._settled = self._settled[:length], self._settled[length:]
        return answer * self._factor

    def taken(self, gains: NDArray[np.float32]) -> NDArray[np.float64]:
        """What the limiter takes off such gains, in dB, in every step of 2048."""
        missing = -len(gains) % STEP
        steps = np.pad(gains, (0, missing), constant_values=self._factor).reshape(-1, STEP)
        found = np.zeros(len(steps))
        busy = steps.min(axis=1) < self._factor
        found[busy] = -20.0 * np.log10(steps[busy] / self._factor).mean(axis=1, dtype=np.float64)
        return found

    def _more(self, limiter: Limiter) -> NDArray[np.float32]:
        stop = min(self._pushed + BLOCK, self._spool.length)
        if stop == self._pushed:
            return limiter.flush()
        block = self._spool.read(self._pushed, stop) * self._factor
        self._pushed = stop
        return limiter.push(block)
