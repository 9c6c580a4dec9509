"""Things that break: glass, wood, ceramic. A first crack, then a shower of pieces, each a small struck body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, fall, high, noise, put, ring, samples
from v2a_foley.strike import Body, struck
from v2a_foley.wants import Want


def shatter(want: Want) -> Hit:
    """Glass or china breaks: the crack at the sync point, the burst, the pieces that fall and settle."""
    china = want.quality.material in ("ceramic", "stone", "plastic")
    rng, rate, size = want.rng, want.rate, want.quality.size
    count = samples(min(want.after, 1.0 + 1.2 * size), rate)
    wave = np.zeros(count)
    time = np.arange(count) / rate
    crack = (
        high(noise(rng, count), 1200 if china else 2000, rate)
        * np.exp(-time / 0.012)
        * np.minimum(1, time / 0.0003)
    )
    put(wave, 0, even(crack), 1.0)
    for _ in range(int((50 if china else 110) * (0.3 + 1.2 * size))):
        late = (
            float(rng.gamma(1.1, 0.09)) if rng.random() < 0.55 else float(rng.gamma(2.4, 0.13 + 0.06 * size))
        )
        gain = float(rng.random()) ** 1.7 * float(np.exp(-late / 0.9))
        put(wave, samples(late, rate), _piece(rng, rate, china), gain)
    spray = (
        high(noise(rng, count), 2200 if china else 3500, rate)
        * np.exp(-time / 0.15)
        * np.minimum(1, time / 0.004)
    )
    spray *= 1 + 2 * (rng.random(count) < 0.01)
    return Hit(wave + (0.3 if china else 0.8) * even(spray))


def _piece(rng: np.random.Generator, rate: int, china: bool) -> Wave:
    """A piece that lands: a tick and a few modes that have nothing to do with each other."""
    base = float(
        np.exp(rng.uniform(np.log(800), np.log(2600)) if china else rng.uniform(np.log(1500), np.log(6000)))
    )
    pitch = base * np.cumprod(np.concatenate([[1.0], rng.uniform(1.1, 1.7, 5)]))
    long = float(rng.uniform(0.3, 1.0)) * (0.05 if china else 0.12)
    wave = even(ring(pitch, long / np.arange(1, 7) ** 0.4, rng.uniform(0.2, 1, 6), samples(0.2, rate), rate))
    tick = noise(rng, samples(0.002, rate)) * np.linspace(1, 0, samples(0.002, rate))
    put(wave, 0, tick, 0.4)
    wave[-48:] *= np.linspace(1, 0, 48)
    return wave


def snap(want: Want) -> Hit:
    """Wood breaks: fibres that give way faster and faster, the snap, splinters that fall."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    before = min(want.before, 0.12 + 0.3 * size)
    sync = samples(before, rate) if before > 0.005 else 0
    count = sync + samples(min(want.after, 0.8), rate)
    wave = np.zeros(count)
    body = Body(520 - 280 * size, 16, 1.35, 0.068, 0.63, 1.07, soft=0.77)
    time = 0.0
    gap = 0.024
    while time < before - 0.004:
        fibre = even(struck(replace(want, after=0.05), body, 0.05))
        put(wave, samples(time, rate), fibre, 0.08 + 0.28 * float(rng.random()) ** 2)
        time += gap * float(rng.exponential(1.0)) + 0.003
        gap *= 0.8
    put(wave, sync, even(struck(want, body, 0.5)), 1.4)
    torn = samples(0.15, rate)
    burst = band(noise(rng, torn), 980, 5960, rate) * fall(torn, 0.077, rate)
    put(wave, sync, even(burst), 0.33)
    for _ in range(37):
        small = replace(body, pitch=float(rng.uniform(600, 1800)))
        late = samples(rng.gamma(2.0, 0.073), rate)
        put(
            wave,
            sync + late,
            even(struck(replace(want, after=0.08), small, 0.08)),
            0.05 * float(rng.random()) ** 2,
        )
    return Hit(wave, sync)
