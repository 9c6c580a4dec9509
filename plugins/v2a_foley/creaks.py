"""Hinges and boards that creak.

Slowly driven friction holds and lets go: each slip is an impulse to what creaks, and the faster it is driven the closer they
come, until they are a tone that moves with the hinge (Serafin, "The Sound of Friction", 2004). A door's weight on its hinge is
never even, so that the slips stop and start again many times in a swing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.driven import Box, driven, level, wander
from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, even, hump, low, noise, samples
from v2a_foley.wants import Want

_HINGE = Box(509, 8070, 40, ring=0.0022, damping=0.74, tilt=-1.2)
_BOXES = {
    "": _HINGE,
    "wood": replace(_HINGE, lowest=240),
    "metal": replace(_HINGE, ring=0.03, damping=0.4),
    "glass": replace(_HINGE, lowest=1100, highest=9000, ring=0.02),
    "plastic": replace(_HINGE, highest=2800),
}
_SLOW, _FASTER = 186, 11.0


def creak(want: Want) -> Hit:
    """A hinge or a board creaks; loudest at the sync point."""
    length = 0.5 + 0.9 * (1.0 - want.quality.speed)
    before = min(want.before, 0.45 * length)
    sync = samples(before, want.rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.55 * length), want.rate)
    return Hit(creaking(want, count, max(0.02, sync / count)), sync)


def creaking(want: Want, count: int, peak: float) -> Wave:
    """Stick and slip for so many samples, strongest at the relative place `peak`; slips come faster as the hinge does."""
    rng, rate = want.rng, want.rate
    pace = _paced(want, count, peak)
    turns = np.cumsum(pace) / rate
    late = np.sort(np.arange(1, int(turns[-1]) + 1) + 0.0093 * rng.normal(0, 1, int(turns[-1])))
    slips = np.minimum(np.searchsorted(turns, late), count - 1)
    pulses = np.zeros(count)
    pulses[slips] = np.exp(rng.normal(0, 0.13, len(slips)))
    grit = noise(rng, count) * np.exp(-np.mod(turns, 1.0) / 0.11)
    force = level(low(pulses, 12900, rate, 1)) + 0.014 * level(grit)
    return even(driven(want, force * _swing(want, count, peak), _BOXES.get(want.quality.material, _HINGE)))


def _paced(want: Want, count: int, peak: float) -> Wave:
    """Slips a second."""
    quick = 2.0 ** (1.2 * (want.quality.speed - 0.5))
    uneven = 2.0 ** (0.076 * wander(want.rng, count, 1.6 * count / want.rate))
    return np.asarray(_SLOW * quick * _FASTER ** hump(count, peak, 0.34) * uneven)


def _swing(want: Want, count: int, peak: float) -> Wave:
    """How strongly the hinge is driven, which ever again is hardly at all."""
    seconds = count / want.rate
    held = 1 / (1 + np.exp(-2.1 * (wander(want.rng, count, 37 * seconds) - 1.5)))
    return np.asarray(hump(count, peak, 0.2) * held * np.exp(0.15 * wander(want.rng, count, 14 * seconds)))
