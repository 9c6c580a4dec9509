"""Where the players sit: their place in the stereo picture, their distance, and how loud their section is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import v2a


@dataclass(frozen=True, slots=True)
class Seat:
    """A place from -1 (left) to 1 (right), how much of an instrument's own width is kept, metres away, level in dB.

    What is no metres away is heard without the hall.
    """

    pan: float = 0.0
    width: float = 0.7
    metres: float = 5.0
    level: float = 0.0


_SECTIONS: Mapping[str, Seat] = {
    "strings": Seat(0.0, 0.7, 6.0, 0.0),
    "brass": Seat(0.25, 0.6, 8.5, 1.0),
    "winds": Seat(-0.1, 0.6, 7.0, 0.0),
    "voices": Seat(0.0, 0.9, 9.0, -1.0),
    "keys": Seat(-0.12, 0.8, 3.5, 0.0),
    "plucked": Seat(0.2, 0.7, 3.0, 0.0),
    "mallets": Seat(0.35, 0.6, 5.0, -2.0),
    "bass": Seat(0.0, 0.4, 0.0, 1.0),
    "synths": Seat(0.0, 1.0, 2.5, -1.5),
    "percussion": Seat(0.0, 0.8, 6.0, 3.0),
}
# Within their section, by General MIDI program.
_CHAIRS: Mapping[int, float] = {
    40: -0.35, 41: 0.08, 42: 0.28, 43: 0.42, 45: 0.1, 46: -0.45, 47: 0.25, 110: -0.3,
    56: 0.3, 57: 0.4, 58: 0.45, 60: -0.25, 68: 0.02, 69: 0.06, 70: 0.2, 71: 0.16, 72: -0.2, 73: -0.15,
}  # fmt: skip
_ENSEMBLES = range(44, 52)
_CENTRE, _SPREAD = 62.0, 40.0


def seat_of(voice: v2a.Voice) -> Seat:
    """A player's seat: strings sit from left to right as they sound from high to low."""
    seat = _SECTIONS.get(voice.section, Seat())
    if voice.drums or not voice.notes:
        return seat
    if voice.section == "strings" and voice.program in _ENSEMBLES:
        middle = sum(n.pitch for n in voice.notes) / len(voice.notes)
        return replace(seat, pan=min(0.4, max(-0.4, (_CENTRE - middle) / _SPREAD)))
    return replace(seat, pan=_CHAIRS.get(voice.program, seat.pan))
