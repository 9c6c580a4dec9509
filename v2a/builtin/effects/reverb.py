"""A room around a sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import LICENCE, Board
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option

# Seconds of a room's answer that hold nearly all of it.
_ANSWER = 3


@dataclass(frozen=True)
class ReverbParams:
    """How large and how soft the room is, and how much of it is heard beside the sound itself."""

    size: float = option(0.3, "From a cupboard (0) to a hall (1).", low=0, high=1)
    damping: float = option(0.5, "From stone (0) to curtains (1).", low=0, high=1)
    wet: float = option(0.25, "How much of the room is heard.", low=0, high=1)
    dry: float = option(1.0, "How much of the sound itself is heard.", low=0, high=1)
    width: float = option(1.0, "From mono (0) to wide (1).", low=0, high=1)


class Reverb(Effect):
    """Puts a sound into a room, as loud as it was; it rings on, so a stem wants silence behind what it plays."""

    card: ClassVar[EffectCard] = EffectCard(
        "reverb", "2", LICENCE, "Puts a sound into a room", linear=True, params=ReverbParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        return _Room(params if isinstance(params, ReverbParams) else ReverbParams(), rate)


class _Room(Processor):
    """The sound and its room: at `wet` and `dry` of 1 both are as loud as what went in, and so are any two together.

    The room is measured by its answer to a click, since it is louder the larger and the harder it is.
    """

    def __init__(self, params: ReverbParams, rate: int) -> None:
        import pedalboard

        room = pedalboard.Reverb(params.size, params.damping, 1.0, 0.0, params.width)
        click = np.zeros((2, _ANSWER * rate), np.float32)
        click[:, 0] = 1.0
        measured = Board([room], rate)
        energy = float((measured(click).astype(np.float64) ** 2).sum()) / 2
        measured.close()
        both = float(np.hypot(params.wet, params.dry)) or 1.0
        self._wet = np.float32(params.wet / both / np.sqrt(energy))
        self._dry = np.float32(params.dry / both)
        self._room = Board([room], rate)

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        return np.asarray(self._dry * block + self._wet * self._room(block), dtype=np.float32)

    def close(self) -> None:
        """Forget what was heard."""
        self._room.close()
