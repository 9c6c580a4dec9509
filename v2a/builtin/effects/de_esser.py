"""A de-esser: what is above a corner is compressed by itself, so that an S stays under the word it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import LICENCE, Linked
from v2a.dsp.filters import band_response, centred
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option

_ATTACK, _RELEASE, _HALF = 0.5, 60.0, 127


@dataclass(frozen=True)
class DeEsserParams:
    """What is taken for an S, and how firmly it is held."""

    frequency: float = option(5500.0, "Sibilance lies above this.", unit="Hz", low=2000, high=12000)
    threshold: float = option(-32.0, "Sibilance is held here.", unit="dBFS", low=-80, high=0)
    ratio: float = option(4.0, "How many dB of sibilance in become one dB out.", low=1, high=20)


class DeEsser(Effect):
    """Holds sibilants back, and nothing else."""

    card: ClassVar[EffectCard] = EffectCard(
        "de-esser", "2", LICENCE, "Holds sibilants back", params=DeEsserParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        return _Split(params if isinstance(params, DeEsserParams) else DeEsserParams(), rate, channels)


class _Split(Processor):
    """The sound less its highs, and the highs compressed: their sum is the sound where nothing is held back.

    The highs are split off by a symmetrical filter, so that they stay in phase with the rest; half of it is latency.
    """

    latency = _HALF

    def __init__(self, params: DeEsserParams, rate: int, channels: int) -> None:
        import pedalboard

        self._response = band_response(rate, params.frequency, rate, _HALF)
        self._before = np.zeros((channels, 2 * _HALF), np.float32)
        self._held = Linked(pedalboard.Compressor(params.threshold, params.ratio, _ATTACK, _RELEASE), rate)

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        if not block.shape[1]:
            return block
        sound = np.concatenate([self._before, block], axis=1)
        self._before = sound[:, -2 * _HALF :]
        highs = centred(sound, self._response)
        return np.asarray(sound[:, _HALF:-_HALF] - highs + self._held(highs), dtype=np.float32)

    def flush(self) -> NDArray[np.float32]:
        """What waits for the filter."""
        return self(np.zeros((len(self._before), _HALF), np.float32))

    def close(self) -> None:
        """Forget what was heard."""
        self._held.close()
