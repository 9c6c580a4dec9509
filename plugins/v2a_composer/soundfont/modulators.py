"""Modulators: what key and velocity add to a generator (SoundFont 2.04, 8.2 to 8.4); no controller is ever moved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from v2a_composer.soundfont.generators import ATTENUATION, CUTOFF

_VELOCITY, _KEY = 2, 3
_CONTROLLER, _DOWN, _BOTH_WAYS = 0x80, 0x100, 0x200
_ABSOLUTE = 2


@dataclass(frozen=True, slots=True)
class Modulator:
    """A source, times another, times an amount, goes to a generator."""

    source: int
    target: int
    amount: int
    scale: int = 0
    transform: int = 0

    @property
    def names(self) -> tuple[int, int, int, int]:
        """What makes two modulators the same one; velocity to cutoff had another scale in version 2.01."""
        told = (self.source & 0x3FF, self.target) == (_VELOCITY | _DOWN, CUTOFF)
        return self.source, self.target, 0 if told else self.scale, self.transform

    def value(self, key: int, velocity: int) -> float:
        """What it adds for a note; a controller rests, and whatever it moves stays where it is."""
        made = self.amount * _heard(self.source, key, velocity) * _heard(self.scale, key, velocity)
        return abs(made) if self.transform == _ABSOLUTE else made


DEFAULTS = (
    Modulator(0x0502, ATTENUATION, 960),
    Modulator(_VELOCITY | _DOWN, CUTOFF, -2400),
)


def merged(*layers: Iterable[Modulator]) -> tuple[Modulator, ...]:
    """Modulators of which a later one takes the place of the same one before."""
    kept: dict[tuple[int, int, int, int], Modulator] = {}
    for layer in layers:
        kept.update({m.names: m for m in layer})
    return tuple(kept.values())


def added(instrument: Sequence[Modulator], preset: Iterable[Modulator]) -> tuple[Modulator, ...]:
    """An instrument's modulators with those of a preset: amounts of the same ones add up."""
    kept = {m.names: m for m in instrument}
    for one in preset:
        known = kept.get(one.names)
        kept[one.names] = replace(known, amount=known.amount + one.amount) if known else one
    return tuple(m for m in kept.values() if m.amount)


def _heard(source: int, key: int, velocity: int) -> float:
    """A source between 0 and 1, or between -1 and 1; no source at all is 1."""
    number = source & 0x7F
    if source & _CONTROLLER or number not in (0, _VELOCITY, _KEY):
        return 0.0
    if number == 0:
        return 1.0
    share = (velocity if number == _VELOCITY else key) / 128.0
    if source & _DOWN:
        share = 127.0 / 128.0 - share
    if not source & _BOTH_WAYS:
        return _bent(share, source >> 10)
    return math.copysign(_bent(abs(2 * share - 1), source >> 10), share - 0.5)


def _bent(share: float, curve: int) -> float:
    if curve == 1:
        return _concave(share)
    if curve == 2:
        return 1.0 - _concave(1.0 - share)
    if curve == 3:
        return float(share >= 0.5)
    return share


def _concave(share: float) -> float:
    """As 96 dB of attenuation fall with the square of what is left."""
    return min(1.0, -40.0 / 96.0 * math.log10(max(1e-9, 1.0 - share)))
