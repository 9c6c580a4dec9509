"""A thing that friction drives: the force on it goes through its modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.shape import Wave, ring, samples
from v2a_foley.wants import Want


@dataclass(frozen=True)
class Box:
    """Modes from the lowest to the highest in hertz, ever wider apart.

    The lowest falls by 60 dB in `ring` seconds, higher ones sooner by the power `damping`; they start weaker by the power
    `tilt`. `octaves` is how far they move between the largest and the smallest size; `hill` lifts those about 2 kHz, as a bridge does.
    What is `voiced`, as instruments are, has modes of much the same strength; elsewhere some are by chance hardly there.
    """

    lowest: float
    highest: float
    modes: int
    ring: float
    damping: float
    tilt: float
    octaves: float = 1.2
    hill: float = 0.0
    voiced: bool = False


def driven(want: Want, force: Wave, box: Box) -> Wave:
    """What a box as large as is wanted answers to a force; no two boxes are alike."""
    from scipy import signal

    rng, rate = want.rng, want.rate
    scale = 2.0 ** (box.octaves * (0.5 - want.quality.size)) * float(np.exp(rng.normal(0, 0.08)))
    place = (np.arange(box.modes) + rng.uniform(0, 1, box.modes)) / box.modes
    pitches = box.lowest * scale * (box.highest / box.lowest) ** place
    stay = box.ring * (pitches / pitches[0]) ** -box.damping * rng.uniform(0.6, 1.5, box.modes)
    if box.voiced:
        gains = rng.choice((-1.0, 1.0), box.modes) * rng.uniform(0.8, 1.2, box.modes)
    else:
        gains = rng.normal(0, 1, box.modes)
    gains *= (pitches / pitches[0]) ** -box.tilt
    gains *= 1 + box.hill * np.exp(-((np.log(pitches / 2000) / 0.35) ** 2))
    answer = ring(pitches, stay, gains, samples(min(0.6, 1.1 * float(stay.max())), rate), rate)
    return np.asarray(signal.oaconvolve(force, answer)[: len(force)])


def level(wave: Wave) -> Wave:
    """The wave at an RMS of 1."""
    return wave / max(float(np.std(wave)), 1e-12)


def wander(rng: np.random.Generator, count: int, knots: float) -> Wave:
    """A smooth random line of so many turns, mostly within -2 and 2."""
    most = max(1, round(knots))
    heights = rng.normal(0, 1, most + 2)
    place = np.linspace(0, most, min(count, 64 * most))
    at = place.astype(int)
    x = place - at
    bent = x * x * (3 - 2 * x)
    coarse = heights[at] * (1 - bent) + heights[at + 1] * bent
    return np.asarray(np.interp(np.linspace(0, most, count), place, coarse))
