"""Things that rub: creaks, slides and bows.

Friction holds and lets go. Slowly driven, the slips come one by one, each an impulse to the body that creaks; faster
they lock to the body's own modes, as a bowed string's do (Helmholtz motion; Smith, "Efficient simulation of the
reed-bore and bow-string mechanisms", 1986); a rough surface is a noise whose band moves with the speed (van den Doel,
Kry and Pai, "FoleyAutomatic", 2001).
"""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, hump, low, noise, put, resonant, samples
from v2a_foley.wants import Want

_BODIES = {
    "": (1890.0, 1.35, 7.0),
    "wood": (1500.0, 1.35, 7.0),
    "metal": (1150.0, 1.36, 40.0),
    "stone": (900.0, 1.3, 3.0),
    "plastic": (700.0, 1.5, 6.0),
    "glass": (1900.0, 1.4, 30.0),
}


def creak(want: Want) -> Hit:
    """A hinge or a board creaks; loudest at the sync point."""
    length = 0.5 + 0.9 * (1.0 - want.quality.speed)
    before = min(want.before, 0.45 * length)
    sync = samples(before, want.rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.55 * length), want.rate)
    return Hit(creaking(want, count, max(0.02, sync / count)), sync)


def creaking(want: Want, count: int, peak: float) -> Wave:
    """Stick and slip for so many samples, strongest at the relative place `peak`; slips come faster as the hinge does."""
    rng, rate, quality = want.rng, want.rate, want.quality
    x = np.linspace(0, 1, count)
    moving = np.exp(0.31 * _random(rng, x, 6)) * (0.4 + 0.9 * hump(count, peak, 0.7))
    pace = 269.0 * 6.0 ** (quality.speed - 0.5) * 5.0 ** (moving / float(moving.max()))
    slips = np.flatnonzero(np.diff(np.floor(np.cumsum(pace) / rate)) > 0)
    late = (rng.normal(0, 0.008, len(slips)) * rate / pace[slips]).astype(int)
    pulses = np.zeros(count)
    pulses[np.clip(slips + late, 0, count - 1)] = np.exp(rng.normal(0, 0.08, len(slips)))
    pulses = low(pulses, 14_000, rate, 1) + 0.0002 * noise(rng, count)
    unsteady = np.exp(0.8 * _random(rng, x, 12))
    return even(_body(want, pulses, 4) * hump(count, peak, 0.5) * unsteady)


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


def _random(rng: np.random.Generator, place: Wave, knots: int) -> Wave:
    """A random line over relative places from 0 to 1, through so many knots."""
    return np.asarray(np.interp(place, np.linspace(0, 1, knots + 2), rng.normal(0, 1, knots + 2)))


def bow(want: Want) -> Hit:
    """A bow drawn over a string or an edge: the pitch is the size's, the pressure the force's; strongest at the sync point.

    A digital waveguide: two delay lines meet at the bow, whose friction falls as the speed of slipping rises.
    """
    rate = want.rate
    length = 1.2 + 1.8 * (1.0 - want.quality.speed)
    before = min(want.before, 0.4 * length)
    sync = samples(before, rate) if before > 0.01 else 0
    count = sync + samples(min(want.after, 0.6 * length), rate)
    stroke = hump(count, max(0.02, sync / count), 0.35)
    string = _helmholtz(want, stroke)
    body = sum(
        gain * resonant(string, centre * 2.0 ** (0.7 * (0.5 - want.quality.size)), wide, rate)
        for centre, wide, gain in ((280, 8, 1.0), (460, 10, 0.9), (900, 5, 0.6), (2400, 2.5, 0.8))
    )
    return Hit(even(np.asarray(body) + 0.25 * string) * stroke**0.5 * _rounded(count, 0.08, rate), sync)


def _helmholtz(want: Want, stroke: Wave) -> Wave:
    """The string's motion under the bow: a sawtooth that jitters as the hair's grip does, with the hair's rasp."""
    rng, rate = want.rng, want.rate
    count = len(stroke)
    pitch = 260.0 * 2.0 ** (3.2 * (0.45 - want.quality.size)) * float(rng.uniform(0.95, 1.05))
    time = np.arange(count) / rate
    vibrato = 0.006 * np.sin(2 * np.pi * 5.4 * time + rng.uniform(0, 6)) * np.clip(time - 0.3, 0, 0.5) * 2
    knots = np.arange(0, time[-1] + 0.04, 0.02)
    shaky = 0.003 * np.interp(time, knots, rng.normal(0, 1, len(knots)))
    turns = np.cumsum(pitch * (1 + vibrato + shaky)) / rate
    saw = np.zeros(count)
    highest = int(min(40, 0.4 * rate / pitch))
    for n in range(1, highest + 1):
        bright = np.exp(-n / (6 + 14 * want.quality.force) * (1.3 - 0.6 * stroke))
        saw += bright / n**0.6 * np.sin(2 * np.pi * n * turns)
    slip = np.mod(turns, 1.0) < 0.14
    rasp = band(noise(rng, count) * (0.3 + slip), 1200, 7000, rate)
    return even(saw) + 0.05 * (0.5 + want.quality.force) * even(rasp)
