"""Interface sounds: the beeps, confirmations and refusals of made-up machines; each machine has its own scale."""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, put, samples
from v2a_foley.wants import Want


def beep(want: Want) -> Hit:
    """One tone of a machine: size is its pitch, speed its shortness."""
    return Hit(_tone(want, _root(want), 0.2 - 0.13 * want.quality.speed))


def notification(want: Want) -> Hit:
    """Two or three soft tones that rise: something has come."""
    steps = (0, 4, 7) if want.rng.random() < 0.5 else (0, 7)
    return Hit(_melody(want, steps, 0.085, 0.5))


def denied(want: Want) -> Hit:
    """Two dull tones that fall: it cannot be done."""
    return Hit(_melody(want, (-12, -13), 0.15, 0.16))


def _root(want: Want) -> float:
    scale = np.array([0, 2, 4, 7, 9])
    return float(1050.0 * 2.0 ** (1.6 * (0.5 - want.quality.size)) * 2.0 ** (want.rng.choice(scale) / 12))


def _melody(want: Want, steps: tuple[int, ...], apart: float, long: float) -> Wave:
    root = _root(want)
    wave = np.zeros(samples(apart * len(steps) + long + 0.05, want.rate))
    for number, step in enumerate(steps):
        put(
            wave,
            samples(number * apart, want.rate) if number else 0,
            _tone(want, root * 2.0 ** (step / 12), long),
        )
    return wave


def _tone(want: Want, pitch: float, long: float) -> Wave:
    """A tone whose partials fade the faster the higher they are, like those of a struck bar, with a soft start."""
    rate, force = want.rate, want.quality.force
    count = samples(long + 0.06, rate)
    time = np.arange(count) / rate
    wave = np.zeros(count)
    for partial, loud in ((1, 1.0), (2, 0.25 * force), (3, 0.3 * force), (4.2, 0.1 * force)):
        wave += loud * np.sin(2 * np.pi * partial * pitch * time) * np.exp(-time * partial / (0.9 * long))
    return np.asarray(wave * np.minimum(1, time / 0.003) * np.minimum(1, (time[-1] - time) / 0.02))
