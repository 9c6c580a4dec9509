"""Things that are dragged: a rough surface is a noise whose band moves with the speed (van den Doel, Kry and Pai,
"FoleyAutomatic", 2001).
"""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, hump, noise, put, resonant, samples
from v2a_foley.wants import Want

_BODIES = {
    "": (1890.0, 1.35, 7.0),
    "wood": (1500.0, 1.35, 7.0),
    "metal": (1150.0, 1.36, 40.0),
    "stone": (900.0, 1.3, 3.0),
    "plastic": (700.0, 1.5, 6.0),
    "glass": (1900.0, 1.4, 30.0),
}


def _body(want: Want, force: Wave, modes: int) -> Wave:
    """The thing that is rubbed, as the resonances of its material and size."""
    pitch, spread, quality = _BODIES.get(want.quality.material, _BODIES[""])
    pitch *= 2.0 ** (1.2 * (0.5 - want.quality.size))
    out = np.zeros(len(force))
    for n in range(modes):
        centre = pitch * spread**n * float(np.exp(want.rng.normal(0, 0.07)))
        if centre < 0.4 * want.rate:
            wide = quality * float(np.exp(want.rng.normal(0, 0.25)))
            out += (
                float(np.exp(want.rng.normal(0, 0.35)))
                / (1 + 0.1 * n)
                * resonant(force, centre, wide, want.rate)
            )
    return out


def slide(want: Want) -> Hit:
    """Something heavy is dragged over the ground by jerks: the faster it moves, the louder and brighter it grates, with
    grit, its own body and a rumble; fastest at the sync point.
    """
    rng, rate, quality = want.rng, want.rate, want.quality
    length = 0.6 + 1.1 * (1.1 - quality.speed)
    before = min(want.before, 0.45 * length)
    sync = samples(before, rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.55 * length), rate)
    coarse = 2.0 ** (1.2 * (quality.size - 0.5))
    speed = hump(count, max(0.02, sync / count), 0.5) * _jerks(rng, count, sync, rate)
    scrape = _grating(rng, speed, 413 / coarse, 5370 / coarse * 2.0 ** (quality.speed - 0.5), rate)
    grit = (rng.random(count) < 1290 * speed / rate) * rng.exponential(1.0, count) ** 0.74
    wave = even(scrape) + 0.03 * (0.4 + 1.2 * quality.force) * even(band(grit, 800, 8000, rate))
    box = 165 / coarse * 1.52 ** np.arange(5) * np.exp(rng.normal(0, 0.07, 5))
    wave += 0.08 * even(
        np.asarray(sum(g * resonant(scrape, f, 3, rate) for f, g in zip(box, rng.uniform(0.6, 1.4, 5))))
    )
    wave += 0.07 * even(band(noise(rng, count) * speed**0.5, 50, 380, rate))
    if quality.material in ("metal", "glass"):
        wave += 0.4 * even(_body(want, scrape, 6))
    return Hit(wave * _rounded(count, 0.03, rate), sync)


def _jerks(rng: np.random.Generator, count: int, sync: int, rate: int) -> Wave:
    """Pulls that follow each other, four or five a second and none like another, the strongest at the sync point."""
    pulls = np.zeros(count)

    def pull() -> Wave:
        return hump(samples(float(rng.uniform(0.6, 1.5)) / 4.4, rate), 0.39, 0.8)

    strongest = pull()
    first = sync - int(0.39 * len(strongest))
    put(pulls, first, strongest)
    at = first + int(len(strongest) * rng.uniform(0.7, 1.1))
    while at < count:
        later = pull()
        put(pulls, at, later, float(rng.uniform(0.65, 1.0)))
        at += int(len(later) * rng.uniform(0.7, 1.1))
    at = first
    while at > 0:
        earlier = pull()
        at -= int(len(earlier) * rng.uniform(0.7, 1.1))
        put(pulls, at, earlier, float(rng.uniform(0.65, 1.0)))
    return 0.27 + 0.73 * pulls / max(float(pulls.max()), 1e-9)


def _grating(rng: np.random.Generator, speed: Wave, bottom: float, top: float, rate: int) -> Wave:
    """Rough on rough: noise in a band that goes up with the speed, and is louder for it."""
    source = noise(rng, len(speed))
    moving = speed / max(float(speed.max()), 1e-9)
    height = 3 * moving**1.14
    wave = np.zeros(len(speed))
    for n in range(4):
        centre = bottom * (top / bottom) ** (n / 3)
        share = np.maximum(0, 1 - 0.9 * np.abs(height - n)) * 0.74**n
        wave += share * band(source, 0.6 * centre, 1.6 * centre, rate)
    return wave * moving**1.74


def _rounded(count: int, seconds: float, rate: int) -> Wave:
    """1 but for a short rise and fall at the ends."""
    ramp = min(samples(seconds, rate), count // 3 + 1)
    edge = np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    shape = np.ones(count)
    shape[:ramp] = edge
    shape[count - ramp :] *= edge[::-1]
    return shape
