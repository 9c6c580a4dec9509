"""A compressor, for stems only: it is not linear, so it has no place on the mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import LICENCE, Linked
from v2a.dsp.levels import gain_of
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class CompressorParams:
    """Where compression begins, how much there is of it, and how fast."""

    threshold: float = option(-18.0, "Compression begins here.", unit="dBFS", low=-80, high=0)
    ratio: float = option(2.0, "How many dB in become one dB out.", low=1, high=20)
    attack: float = option(0.01, "How fast it takes hold.", unit="s", low=0.0001, high=1)
    release: float = option(0.15, "How fast it lets go.", unit="s", low=0.001, high=5)
    makeup: float = option(0.0, "Gain towards the next effect.", unit="dB", low=-24, high=24)


class Compressor(Effect):
    """Evens out levels."""

    card: ClassVar[EffectCard] = EffectCard(
        "compressor", "2", LICENCE, "Evens out levels", params=CompressorParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        import pedalboard

        p = params if isinstance(params, CompressorParams) else CompressorParams()
        compressor = pedalboard.Compressor(p.threshold, p.ratio, p.attack * 1000.0, p.release * 1000.0)
        return _Pressed(Linked(compressor, rate), p.makeup)


class _Pressed(Processor):
    def __init__(self, linked: Linked, makeup: float) -> None:
        self._linked, self._gain = linked, np.float32(gain_of(makeup))

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        return self._linked(block) * self._gain

    def close(self) -> None:
        """Forget what was heard."""
        self._linked.close()
