"""Casting: which instrument of a font plays a voice, and what is said where it has none of that kind."""

from __future__ import annotations

from dataclasses import dataclass

import v2a
from v2a_composer.soundfont.font import DRUMS, Font, Preset
from v2a_composer.soundfont.zones import Zone

_FAMILY = 8
_PIANO = 0


@dataclass(frozen=True, slots=True)
class Cast:
    """The preset that plays a voice, none where nothing fits, and a note on that."""

    preset: Preset | None
    note: str = ""


def cast(font: Font, voice: v2a.Voice) -> Cast:
    """The voice's own program, the nearest of its family of eight, the piano; of drums the kit, or the standard one."""
    if voice.drums:
        wanted = [(DRUMS, voice.program), (DRUMS, 0), *((b, p) for b, p in font.places if b == DRUMS)]
        missing = "drums"
    else:
        first = voice.program // _FAMILY * _FAMILY
        family = sorted(range(first, first + _FAMILY), key=lambda p: (abs(p - voice.program), p))
        wanted = [
            *((0, p) for p in family),
            (0, _PIANO),
            *(place for place in font.places if place[0] != DRUMS),
        ]
        missing = f"program {voice.program + 1}"
    for bank, program in wanted:
        preset = font.preset(bank, program)
        if preset is not None:
            fits = program == voice.program
            return Cast(
                preset, "" if fits else f"{font.name} has no {missing}: {preset.name} plays {voice.name}"
            )
    return Cast(None, f"{font.name} has no {missing}: {voice.name} is left out")


def sounding(zones: tuple[Zone, ...], key: int, velocity: int, drums: bool) -> list[Zone]:
    """The zones for a note; beyond an instrument's range the nearest ones are stretched, but never a drum."""
    fits = [z for z in zones if key in z.keys and velocity in z.velocities]
    if fits or drums:
        return fits
    loud = [z for z in zones if velocity in z.velocities] or list(zones)
    off = {id(z): max(z.keys.low - key, key - z.keys.high, 0) for z in loud}
    least = min(off.values(), default=0)
    return [z for z in loud if off[id(z)] == least]
