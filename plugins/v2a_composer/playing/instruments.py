"""An instrument of a font in a player's hands: what it plays for a key and a velocity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_composer.playing.casting import sounding
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.tone import RATE, Stroke, Struck, struck
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.font import Font
from v2a_composer.soundfont.zones import Zone

_FORCES = 24
_ATTACK = 0.59
_QUICK = 0.29
_SLOW = 0.12
_AT_ONCE = 0.02
_LATEST = 0.25
_SMOOTH = 240


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the zones that sound for a note, and how loud it is."""

    struck: Struck
    number: int
    gain: float


class Instrument:
    """A preset's zones; timbre follows velocity in steps, loudness exactly."""

    def __init__(self, font: Font, rack: Rack, zones: tuple[Zone, ...], drums: bool) -> None:
        """Take the zones of a preset; `drums` are never stretched to other keys."""
        self._font, self._rack, self._zones, self._drums = font, rack, zones, drums
        self._known: dict[tuple[int, int, int, float], tuple[Struck, int]] = {}
        self._leads: dict[tuple[int, int], int] = {}

    def layers(self, key: int, velocity: int, held: float) -> list[Layer]:
        """What sounds when a key is struck and held for so many seconds."""
        return [
            Layer(*self._struck(zone, key, velocity, held), zone.gain(key, velocity))
            for zone in sounding(self._zones, key, velocity, self._drums)
        ]

    def _struck(self, zone: Zone, key: int, velocity: int, held: float) -> tuple[Struck, int]:
        force = _force(velocity)
        plays_out = zone.amounts[g.LOOPS] & 3 == 3
        name = (id(zone), key, force, held if plays_out else 0.0)
        if name not in self._known:
            pool = self._font.samples
            head = pool.head(zone.sample)
            assert head is not None, "a font's zones have samples"
            made = struck(zone, head, len(pool.wave(zone.sample)), Stroke(key, force, held))
            self._known[name] = made, self._rack.number(made.tone)
        return self._known[name]

    def lead(self, key: int, velocity: int) -> int:
        """How many samples a note begins before it is heard to begin: what swells reaches half its height on time."""
        if self._drums:
            return 0
        name = (key, _force(velocity))
        if name not in self._leads:
            self._leads[name] = self._rise(self.layers(*name, _ATTACK))
        return self._leads[name]

    def _rise(self, layers: list[Layer]) -> int:
        if not layers:
            return 0
        slow = max(layer.struck.tone.loudness.falls for layer in layers) > _SLOW
        total = np.zeros(round((_ATTACK if slow else _QUICK) * RATE) // _SMOOTH)
        for layer in layers:
            smooth = _SMOOTH >> layer.struck.tone.octaves
            wave = self._rack.wave(layer.number, len(total) * smooth)[: len(total) * smooth]
            count = len(wave) // smooth
            power = np.square(wave[: count * smooth], dtype=np.float64).reshape(-1, smooth).mean(axis=1)
            total[:count] += layer.gain**2 * power
        level = np.sqrt(total)
        at = int(np.argmax(level >= 0.5 * level.max())) * _SMOOTH
        return 0 if at < _AT_ONCE * RATE else min(at, round(_LATEST * RATE))


def _force(velocity: int) -> int:
    """A velocity in the steps in which timbre follows it."""
    return min(127, max(1, round(velocity / _FORCES) * _FORCES))
