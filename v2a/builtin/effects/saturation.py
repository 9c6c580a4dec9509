"""Saturation: harmonics of what is loud, without the aliasing that a plain curve has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import OWN
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option

_FLAT = 1e-5


@dataclass(frozen=True)
class SaturationParams:
    """How hard the curve is driven, and how much of the result is heard."""

    drive: float = option(6.0, "How far into the curve the sound is pushed.", unit="dB", low=0, high=36)
    mix: float = option(1.0, "How much of the saturated sound is heard.", low=0, high=1)


class Saturation(Effect):
    """Thickens a sound with odd harmonics; quiet sound passes as it is."""

    card: ClassVar[EffectCard] = EffectCard(
        "saturation", "1", OWN, "Odd harmonics of what is loud", params=SaturationParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        return _Curve(params if isinstance(params, SaturationParams) else SaturationParams(), channels)


class _Curve(Processor):
    """tanh by its antiderivative: the mean of the curve between two samples in place of its value at one of them.

    Parker, Zavalishin, Le Bivic: Reducing the aliasing of nonlinear waveshaping using continuous-time convolution,
    DAFx 2016. What comes out is half a sample late.
    """

    def __init__(self, params: SaturationParams, channels: int) -> None:
        self._drive, self._mix = 10.0 ** (params.drive / 20.0), params.mix
        self._last = np.zeros((channels, 1))

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        driven = np.concatenate([self._last, self._drive * block.astype(np.float64)], axis=1)
        self._last = driven[:, -1:]
        before, now = driven[:, :-1], driven[:, 1:]
        step = now - before
        flat = np.abs(step) < _FLAT
        rise = np.diff(_antiderivative(driven), axis=1) / np.where(flat, 1.0, step)
        curved = np.where(flat, np.tanh((now + before) / 2.0), rise) / self._drive
        return np.asarray((1.0 - self._mix) * block + self._mix * curved, dtype=np.float32)


def _antiderivative(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """log cosh x, which does not overflow."""
    return np.asarray(np.logaddexp(x, -x) - np.log(2.0), dtype=np.float64)
