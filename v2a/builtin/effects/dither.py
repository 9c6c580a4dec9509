"""Dither for a stem that somebody brings to fewer bits: noise in place of the steps' own distortion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import OWN
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class DitherParams:
    """To how many bits the sound is brought."""

    bits: int = option(16, "Bits of the steps.", low=8, high=24)
    seed: int = option(0, "What its noise is drawn from.", low=0)


class Dither(Effect):
    """Rounds to fewer bits with triangular noise of two steps, which leaves no distortion and no modulation.

    Lipshitz, Wannamaker, Vanderkooy: Quantization and dither, a theoretical survey, JAES 1992.
    """

    card: ClassVar[EffectCard] = EffectCard(
        "dither", "1", OWN, "To fewer bits, without distortion", params=DitherParams, last=True
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        return _Steps(params if isinstance(params, DitherParams) else DitherParams(), channels)


class _Steps(Processor):
    def __init__(self, params: DitherParams, channels: int) -> None:
        self._steps = 2.0 ** (params.bits - 1)
        self._rng = np.random.default_rng(params.seed)
        self._channels = channels

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; digital silence stays silent."""
        noise = self._rng.random((block.shape[1], 2, self._channels)).sum(axis=1).T - 1.0
        rounded = np.round(block.astype(np.float64) * self._steps + noise) / self._steps
        return np.asarray(np.where(block.any(axis=0), rounded, 0.0), dtype=np.float32)
