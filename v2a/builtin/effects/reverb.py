"""A room around a sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from v2a.builtin.effects.board import LICENCE, Board
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class ReverbParams:
    """How large and how soft the room is, and how much of it is heard."""

    size: float = option(0.3, "From a cupboard (0) to a hall (1).", low=0, high=1)
    damping: float = option(0.5, "From stone (0) to curtains (1).", low=0, high=1)
    wet: float = option(0.2, "How much of the room is heard.", low=0, high=1)
    dry: float = option(0.8, "How much of the sound itself is heard.", low=0, high=1)
    width: float = option(1.0, "From mono (0) to wide (1).", low=0, high=1)


class Reverb(Effect):
    """Puts a sound into a room; it rings on, so a stem wants silence behind what it plays."""

    card: ClassVar[EffectCard] = EffectCard(
        "reverb", "1", LICENCE, "Puts a sound into a room", linear=True, params=ReverbParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        import pedalboard

        p = params if isinstance(params, ReverbParams) else ReverbParams()
        return Board([pedalboard.Reverb(p.size, p.damping, p.wet, p.dry, p.width)], rate)
