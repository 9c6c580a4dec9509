"""Bowed strings.

Under the bow one corner runs round the string, which at the bridge is a sawtooth, sharper the harder the bow is pressed
(Helmholtz motion; Cremer, "The Physics of the Violin", 1984). The body's modes stay where they are while the pitch wavers, so
that each partial swells and fades on its own; the hair hisses as the string slips under it.
"""

from __future__ import annotations

import numpy as np

from v2a_foley.driven import Box, driven, level, wander
from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, hump, noise, samples
from v2a_foley.wants import Want

_BODY = Box(245, 6940, 48, ring=0.18, damping=0.98, tilt=-0.29, octaves=0.9, hill=3.4, voiced=True)
_CYCLE = 2048


def bow(want: Want) -> Hit:
    """A bow drawn over a string: the register is the size's, the pressure the force's; strongest at the sync point."""
    rng, rate, quality = want.rng, want.rate, want.quality
    length = 1.2 + 3.6 * (1.0 - quality.speed)
    before = min(want.before, 0.4 * length)
    sync = samples(before, rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, length - before), rate)
    time = np.arange(count) / rate
    stroke = hump(count, max(0.02, sync / count), 0.85)
    pitch = 154 * 2.0 ** (2.4 * (0.5 - quality.size)) * float(2 ** rng.uniform(-0.2, 0.2))
    turns = np.cumsum(pitch * _fingered(want, time)) / rate
    bite = np.exp(-time / 0.07)
    steady = (1 + 0.19 * wander(rng, count, 16 * time[-1])) * (1 - 0.6 * bite)
    slipping = 0.35 + 2 * np.exp(-(((np.mod(turns, 1.0) - 0.9) / 0.08) ** 2))
    hair = band(noise(rng, count) * slipping, 659, 9000, rate)
    string = level(_corner(turns, stroke, 4330 * (0.5 + quality.force) / pitch, 0.42 * rate / pitch))
    force = (string * steady + 0.045 * level(hair) + 0.024 * bite * noise(rng, count)) * stroke
    return Hit(even(even(driven(want, force, _BODY)) + 0.22 * even(force)), sync)


def _fingered(want: Want, time: Wave) -> Wave:
    """The pitch of a stopped string beside its mean: vibrato that comes in late, the finger's drift, a start that is flat."""
    rng = want.rng
    pace = 5.5 * (1 + 0.08 * wander(rng, len(time), 3 * time[-1]))
    turns = 2 * np.pi * np.cumsum(pace) / want.rate + rng.uniform(0, 6)
    vibrato = np.sin(turns) * np.clip((time - 0.15) / 0.35, 0, 1)
    drift = 0.00059 * wander(rng, len(time), 25 * time[-1])
    return np.asarray(1 + 0.0094 * vibrato + drift - 0.012 * np.exp(-time / 0.03))


def _corner(turns: Wave, stroke: Wave, reach: float, most: float) -> Wave:
    """A sawtooth along the turns of a string; its partials, `most` of them, reach the higher the stronger the stroke."""
    order = np.arange(1, int(min(80, most)) + 1)
    sines = np.sin(2 * np.pi * np.outer(np.arange(_CYCLE + 1) / _CYCLE, order))
    place = np.mod(turns, 1.0) * _CYCLE
    at = place.astype(int)
    part = place - at
    soft, hard = (np.einsum("ck,k->c", sines, np.exp(-order / far) / order) for far in (0.55 * reach, reach))
    return np.asarray(
        (soft[at] + part * (soft[at + 1] - soft[at])) * (1 - stroke)
        + (hard[at] + part * (hard[at + 1] - hard[at])) * stroke
    )
