"""A parametric equaliser: two shelves and two bells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from v2a.builtin.effects.board import LICENCE, Board
from v2a.interfaces import Bench, Effect, EffectCard, Processor, option


@dataclass(frozen=True)
class EqualiserParams:
    """Gain, frequency and width of each band; a band of 0 dB does nothing."""

    low_gain: float = option(0.0, "Low shelf.", unit="dB", low=-24, high=24)
    low_frequency: float = option(120.0, "Corner of the low shelf.", unit="Hz", low=20, high=2000)
    body_gain: float = option(0.0, "Lower bell.", unit="dB", low=-24, high=24)
    body_frequency: float = option(400.0, "Centre of the lower bell.", unit="Hz", low=20, high=20000)
    body_width: float = option(0.7, "Q of the lower bell.", low=0.1, high=20)
    presence_gain: float = option(0.0, "Upper bell.", unit="dB", low=-24, high=24)
    presence_frequency: float = option(3000.0, "Centre of the upper bell.", unit="Hz", low=20, high=20000)
    presence_width: float = option(0.7, "Q of the upper bell.", low=0.1, high=20)
    high_gain: float = option(0.0, "High shelf.", unit="dB", low=-24, high=24)
    high_frequency: float = option(8000.0, "Corner of the high shelf.", unit="Hz", low=500, high=20000)


class Equaliser(Effect):
    """Raises and lowers parts of the spectrum."""

    card: ClassVar[EffectCard] = EffectCard(
        "eq", "1", LICENCE, "Two shelves and two bells", linear=True, params=EqualiserParams
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        import pedalboard

        p = params if isinstance(params, EqualiserParams) else EqualiserParams()
        bands = [
            (p.low_gain, pedalboard.LowShelfFilter(p.low_frequency, p.low_gain)),
            (p.body_gain, pedalboard.PeakFilter(p.body_frequency, p.body_gain, p.body_width)),
            (p.presence_gain, pedalboard.PeakFilter(p.presence_frequency, p.presence_gain, p.presence_width)),
            (p.high_gain, pedalboard.HighShelfFilter(p.high_frequency, p.high_gain)),
        ]
        return Board([band for gain, band in bands if gain != 0.0], rate)
