"""Width: the sides louder or softer, wide enough out of mono too, and the same as ever when it is folded to mono."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import OWN, Board
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option

# Delays of Schroeder's all-passes in seconds: they spread a sound without colouring it.
_DELAYS, _FEEDBACK = (0.0037, 0.0061, 0.0113), 0.6


@dataclass(frozen=True)
class WidthParams:
    """How wide, how much of the middle is spread, and from which pitch on."""

    width: float = option(1.2, "The sides, as a factor: 0 is mono, 1 as it is.", low=0, high=3)
    spread: float = option(0.0, "How much of the middle is spread to the sides.", low=0, high=1)
    bass: float = option(120.0, "What is below stays in the middle.", unit="Hz", low=0, high=1000)


class Width(Effect):
    """Makes a stem wider or narrower; the sum of left and right is untouched."""

    card: ClassVar[EffectCard] = EffectCard(
        "width", "1", OWN, "Wider or narrower, the same in mono", linear=True, params=WidthParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound; only two channels have width."""
        chosen = params if isinstance(params, WidthParams) else WidthParams()
        return _Sides(chosen, rate) if channels == 2 else Board([], rate)


class _Sides(Processor):
    """Half the sum of left and right is kept, half their difference is scaled and gets what is spread."""

    def __init__(self, params: WidthParams, rate: int) -> None:
        import pedalboard

        self._params = params
        bass = [pedalboard.HighpassFilter(params.bass)] if params.bass > 0 else []
        self._high = Board(bass, rate)
        self._spread = [_AllPass(round(delay * rate)) for delay in _DELAYS] if params.spread > 0 else []

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        middle, side = (block[0] + block[1]) / 2, (block[0] - block[1]) / 2
        wanted = self._params.width * side
        if self._spread:
            spread = middle
            for one in self._spread:
                spread = one(spread)
            wanted = wanted + self._params.spread * spread
        sides = self._high(np.asarray(wanted, np.float32)[np.newaxis])[0]
        return np.stack([middle + sides, middle - sides]).astype(np.float32)

    def close(self) -> None:
        """Forget what was heard."""
        self._high.close()


class _AllPass:
    """Schroeder's all-pass: y[n] = x[n-d] - g·x[n] + g·y[n-d], in steps of at most its delay."""

    def __init__(self, delay: int) -> None:
        self._delay = max(1, delay)
        self._x, self._y = np.zeros(self._delay), np.zeros(self._delay)

    def __call__(self, samples: NDArray[np.floating]) -> NDArray[np.floating]:
        made = np.empty(len(samples))
        for start in range(0, len(samples), self._delay):
            now = samples[start : start + self._delay].astype(np.float64)
            out = self._x[: len(now)] - _FEEDBACK * now + _FEEDBACK * self._y[: len(now)]
            self._x = np.concatenate([self._x[len(now) :], now])
            self._y = np.concatenate([self._y[len(now) :], out])
            made[start : start + len(now)] = out
        return made
