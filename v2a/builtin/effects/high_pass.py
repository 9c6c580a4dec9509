"""A high-pass filter against rumble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from v2a.builtin.effects.board import LICENCE, Board
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class HighPassParams:
    """Where the filter begins and how steep it is."""

    frequency: float = option(60.0, "Three dB down here.", unit="Hz", low=10, high=2000)
    slope: int = option(12, "How steep it is, in steps of 6.", unit="dB per octave", low=6, high=48)


class HighPass(Effect):
    """Takes away what is below a frequency."""

    card: ClassVar[EffectCard] = EffectCard(
        "high-pass", "1", LICENCE, "Takes away rumble", linear=True, params=HighPassParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        import pedalboard

        chosen = params if isinstance(params, HighPassParams) else HighPassParams()
        stages = max(1, round(chosen.slope / 6))
        # Each stage is 3 dB down at its own corner; together they are to be 3 dB down at the chosen one.
        corner = chosen.frequency * (2.0 ** (1.0 / stages) - 1.0) ** 0.5
        return Board([pedalboard.HighpassFilter(corner) for _ in range(stages)], rate)
