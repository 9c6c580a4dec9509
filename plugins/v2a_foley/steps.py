"""Footsteps: heel, sole and push-off on what lies underfoot.

The force of a foot on the ground has two humps, at the heel's landing and at the toe's push-off (Whittle, "Gait
Analysis", 2007). On hard ground the landing is a struck body and the sole's friction a faint hiss (Ekimov and Sabatier,
"Vibration and sound signatures of human footsteps in buildings", 2006); loose ground is a cloud of particle collisions
whose rate follows that force (Cook, "Modeling Bill's Gait", 2002, and PhISEM).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.grounds import GROUNDS, LIKE, Hard, Loose
from v2a_foley.shape import Wave, band, even, fall, high, noise, put, ring, samples, strewn
from v2a_foley.strike import Body, struck
from v2a_foley.wants import Want
from v2a_foley.water import splash


@dataclass(frozen=True)
class Gait:
    """How a foot stands: seconds on the ground, seconds from heel to sole, the sole's strength beside the heel's."""

    stance: float
    roll: float
    sole: float


def footsteps(want: Want) -> Hit:
    """One step; the sync point is the heel's strike."""
    quality = want.quality
    hard, loose = GROUNDS.get(LIKE.get(quality.surface, quality.surface), GROUNDS["concrete"])
    gait = _gait(want)
    length = samples(min(want.after, gait.stance + 0.15), want.rate)
    wave = np.zeros(length)
    if hard is not None:
        wave += hard.level * even(_landing(want, hard, gait, length))
    if loose is not None:
        wave += loose.level * even(_giving(want, loose, gait, length))
    if quality.surface in ("metal", "tin"):
        put(wave, 0, even(struck(want, Body(240, 40, 9.0, 0.16, 0.5, 0.4, plate=True), 0.4)), 0.15)
    if quality.wetness > 0.3:
        shallow = replace(quality, size=0.05 + 0.15 * quality.force)
        put(wave, 0, even(high(splash(replace(want, quality=shallow)).wave, 250, want.rate)), quality.wetness)
    return Hit(wave)


def _gait(want: Want) -> Gait:
    """A runner stands half as long and lands on the whole foot; no two steps are alike."""
    rng, hurry = want.rng, want.quality.speed
    stance = (0.28 if hurry > 0.7 else 0.66 - 0.12 * hurry) * float(rng.uniform(0.9, 1.1))
    sole = (0.25 + 0.3 * hurry) * float(rng.uniform(0.6, 1.3))
    return Gait(stance, (0.09 - 0.06 * hurry) * float(rng.uniform(0.8, 1.25)), sole)


def _landing(want: Want, hard: Hard, gait: Gait, length: int) -> Wave:
    """A heel and then a sole on hard ground, and the sole's friction as the foot rolls and pushes off."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(length)
    put(wave, 0, _blow(want, hard, 1.0))
    put(wave, samples(gait.roll, rate), _blow(want, hard, 1.25), gait.sole)
    time = np.arange(length) / rate
    x = time / gait.stance
    press = np.minimum(1, time / 0.005) * np.exp(-time / 0.12) + 0.25 * np.exp(-(((x - 0.3) / 0.2) ** 2))
    press += 0.7 * np.exp(-(((x - 0.68) / 0.15) ** 2))
    knots = np.arange(0, time[-1] + 0.06, 0.03)
    grip = np.interp(time, knots, rng.uniform(0.3, 1.3, len(knots)))
    scuff = band(noise(rng, length) * press * grip, 300, 7000, rate)
    return even(wave) + hard.scuff * scuff / max(float(np.std(scuff)), 1e-9)


def _blow(want: Want, hard: Hard, higher: float) -> Wave:
    """One contact: the ground's short modes, the sole's flick, the click of a hard heel, the floor that answers."""
    rng, rate, force = want.rng, want.rate, want.quality.force
    weight = 2.0 ** (0.6 * (0.5 - want.quality.size))
    count = samples(0.25, rate)
    time = np.arange(count) / rate
    pitch = hard.pitch * weight * higher
    modes = pitch * np.array([1.0, 1.6, 2.3, 3.1, 4.4]) * rng.uniform(0.93, 1.07, 5)
    long = 6.9 * hard.ring / np.array([1.0, 1.2, 1.5, 2.0, 2.5]) * rng.uniform(0.8, 1.25, 5)
    loud = np.array([1.0, 0.9, 0.7, 0.5, 0.35]) * rng.uniform(0.6, 1.2, 5)
    flick = noise(rng, count) * np.minimum(1, time / 0.0008) * np.exp(-time / (0.8 * hard.ring))
    edge = hard.edge * higher * (0.6 + 0.8 * force)
    click = noise(rng, count) * np.minimum(1, time / 0.0003) * np.exp(-time / 0.0025)
    wave = 0.6 * even(ring(modes, long, loud, count, rate)) + 0.6 * even(band(flick, 150, edge, rate))
    wave += hard.click * (0.4 + 1.2 * force) * even(band(click, 1200, 6000, rate))
    floor = hard.floor * weight * np.array([1.0, 1.7, 2.9]) * rng.uniform(0.95, 1.05)
    answer = even(ring(floor, np.array([0.25, 0.2, 0.15]), np.array([1.0, 0.6, 0.4]), count, rate))
    wave += hard.hollow * (0.5 + want.quality.size) * answer
    return wave * fall(count, 0.6, rate)


def _giving(want: Want, loose: Loose, gait: Gait, length: int) -> Wave:
    """A foot that sinks into loose ground: grains that collide under its force, the hiss of the smallest, a dull thud."""
    rng, rate = want.rng, want.rate
    time = np.arange(length) / rate
    stance = 0.75 * gait.stance
    x = time / stance
    press = np.minimum(1, time / loose.give) * np.exp(-np.maximum(0, time - loose.give) / (0.16 * stance))
    press += loose.between * np.exp(-(((x - 0.38) / 0.25) ** 2)) * (x > 0.02)
    press += loose.push * np.exp(-(((x - 0.68 * rng.uniform(0.93, 1.07)) / 0.13) ** 2))
    chance = press * loose.grains / rate * (0.6 + 0.8 * want.quality.force)
    hits = (rng.random(length) < chance) * rng.exponential(1.0, length) ** loose.rare * np.sqrt(press)
    grains = strewn(hits, np.stack([_grain(rng, loose, rate) for _ in range(12)]), rng)
    hiss = band(noise(rng, length) * press, loose.bottom, loose.top, rate)
    wave = even(grains) + loose.hiss * even(hiss)
    thud = np.sin(2 * np.pi * np.cumsum(70 + 50 * np.exp(-time / 0.03)) / rate) * np.exp(-time / 0.035)
    weight = 0.5 + want.quality.size
    return even(wave) + loose.thud * weight * thud * np.minimum(1, time / max(loose.give, 0.004))


def _grain(rng: np.random.Generator, loose: Loose, rate: int) -> Wave:
    """One collision of two grains: a flick of noise about a pitch, with some ring where they are stones."""
    count = samples(0.02, rate)
    time = np.arange(count) / rate
    pitch = float(np.exp(rng.uniform(np.log(loose.bottom), np.log(loose.top))))
    long = loose.long * float(rng.uniform(0.4, 1.3))
    flick = even(band(noise(rng, count) * np.exp(-time / long), 0.6 * pitch, 1.7 * pitch, rate))
    return even(flick + loose.stones * np.sin(2 * np.pi * pitch * time) * np.exp(-time / long))
