"""Footsteps: heel, sole and push-off on what lies underfoot, and the leg that swings past.

The force of a foot on the ground has two humps, at the heel's landing and at the toe's push-off (Whittle, "Gait
Analysis", 2007). On hard ground the landing is a struck body and the sole's friction a faint hiss (Ekimov and Sabatier,
"Vibration and sound signatures of human footsteps in buildings", 2006); loose ground is a cloud of particle collisions
whose rate follows that force (Cook, "Modeling Bill's Gait", 2002, and PhISEM).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.grounds import GROUNDS, LIKE, PLATE, PLATE_LEVEL, Grains, Hard, Loose, Press
from v2a_foley.shape import Wave, band, even, high, noise, put, ring, samples, strewn
from v2a_foley.strike import struck
from v2a_foley.wants import Want
from v2a_foley.water import splash

_TICK = 0.002
_SWING = 0.012
_PAT = 0.15


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
        put(wave, 0, even(struck(want, PLATE, 0.8)), PLATE_LEVEL)
    if quality.wetness > 0.3:
        put(wave, 0, _water(want))
    return Hit(even(wave) + _SWING * _leg(want, gait, length))


def _gait(want: Want) -> Gait:
    """A walker stands for three fifths of a stride, a runner half as long, on the whole foot; no two steps are alike."""
    rng, hurry = want.rng, want.quality.speed
    stance = (0.36 if hurry > 0.7 else 0.75 - 0.12 * hurry) * float(rng.uniform(0.9, 1.1))
    sole = (0.35 + 0.3 * hurry) * float(rng.uniform(0.6, 1.3))
    return Gait(stance, (0.11 - 0.06 * hurry) * float(rng.uniform(0.8, 1.25)), sole)


def _landing(want: Want, hard: Hard, gait: Gait, length: int) -> Wave:
    """A heel and then a sole on hard ground, and the sole's friction as the foot rolls and pushes off."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(length)
    put(wave, 0, _blow(want, hard, 1.0))
    put(wave, samples(gait.roll, rate), _blow(want, hard, 1.25), gait.sole)
    time = np.arange(0, length / rate + _TICK, _TICK)
    x = time / gait.stance
    press = np.exp(-time / 0.12) + 0.25 * np.exp(-(((x - 0.3) / 0.2) ** 2))
    press += 0.7 * np.exp(-(((x - 0.68) / 0.15) ** 2))
    press[0] = 0
    knots = np.arange(0, time[-1] + 0.06, 0.03)
    press *= np.interp(time, knots, rng.uniform(0.3, 1.3, len(knots)))
    scuff = band(noise(rng, length) * _course(time, press, length, rate), 300, 7000, rate)
    return even(wave) + hard.scuff * scuff / max(float(np.std(scuff)), 1e-9)


def _blow(want: Want, hard: Hard, higher: float) -> Wave:
    """One contact: the ground's short modes, the sole's flick, the click of a hard heel, dust, the floor that answers."""
    rng, rate, force = want.rng, want.rate, want.quality.force
    weight = 2.0 ** (0.6 * (0.5 - want.quality.size))
    modes = hard.pitch * weight * higher * np.array([1.0, 1.6, 2.3, 3.1, 4.4]) * rng.uniform(0.93, 1.07, 5)
    long = 6.9 * hard.ring / np.array([1.0, 1.2, 1.5, 2.0, 2.5]) * rng.uniform(0.8, 1.25, 5)
    loud = np.array([1.0, 0.9, 0.7, 0.5, 0.35]) * rng.uniform(0.6, 1.2, 5)
    floor = hard.floor.top * weight * np.array([1.0, 1.7, 2.9]) * rng.uniform(0.95, 1.05)
    fading = hard.floor.seconds * np.array([1.0, 0.8, 0.6])
    count = samples(0.3, rate)
    wave = even(ring(floor, fading, np.array([1.0, 0.6, 0.4]), count, rate))
    wave *= hard.floor.level * (0.5 + want.quality.size) * np.minimum(1, np.linspace(30, 0, count))
    put(wave, 0, even(ring(modes, long, loud, samples(10 * hard.ring, rate), rate)), 0.6)
    edge = hard.edge * higher * (0.6 + 0.8 * force)
    put(wave, 0, even(band(_burst(want, 0.0008, 0.8 * hard.ring), 150, edge, rate)), 0.6)
    click = even(band(_burst(want, 0.0003, 0.0025), 1200, 6000, rate))
    put(wave, 0, click, hard.click * (0.4 + 1.2 * force))
    put(
        wave, 0, even(band(_burst(want, 0.002, hard.dust.seconds), 200, hard.dust.top, rate)), hard.dust.level
    )
    return wave


def _burst(want: Want, rise: float, fade: float) -> Wave:
    """Noise that rises and fades, in seconds."""
    count = samples(rise + 6 * fade, want.rate)
    time = np.arange(count) / want.rate
    return noise(want.rng, count) * np.minimum(1, time / rise) * np.exp(-time / fade)


def _course(time: Wave, value: Wave, length: int, rate: int) -> Wave:
    """What is known at some times, at every sample."""
    return np.asarray(np.interp(np.arange(length), time * rate, value))


def _giving(want: Want, loose: Loose, gait: Gait, length: int) -> Wave:
    """A foot that sinks into loose ground: grains that collide under its force, the hiss of the smallest, a dull thud; and the
    pat of the heel, which is what is in sync."""
    rng, rate = want.rng, want.rate
    press = _weight(want, loose.press, 0.65 * gait.stance, length)
    grains = _collisions(want, loose.grains, press)
    pace = max(4, int(length / rate / loose.hiss.steady) + 2)
    knots = np.exp(loose.hiss.uneven * rng.normal(0, 1, pace))
    unsteady = np.interp(np.arange(length), np.linspace(0, length, pace), knots)
    hiss = band(noise(rng, length) * press * unsteady, loose.hiss.bottom, loose.hiss.top, rate)
    wave = even(even(grains) + loose.hiss.level * even(hiss))
    if loose.thud is not None:
        thud = even(band(_burst(want, loose.press.give, loose.thud.seconds), 50, loose.thud.top, rate))
        put(wave, 0, thud, loose.thud.level * (0.5 + want.quality.size))
    put(wave, 0, even(band(_burst(want, 0.0008, 0.005), 120, 1500, rate)), _PAT)
    return wave


def _weight(want: Want, press: Press, stance: float, length: int) -> Wave:
    """The force of the foot at every sample, from the heel's landing to the toe that lifts."""
    landing = press.give * np.array([0.0, 0.25, 0.5, 0.75])
    time = np.concatenate([landing, np.arange(press.give, length / want.rate + _TICK, _TICK)])
    x = time / stance
    force = np.minimum(1, time / press.give)
    force *= np.exp(-np.maximum(0, time - press.give) / (press.sink * stance))
    force += press.between * np.exp(-(((x - 0.38) / 0.25) ** 2)) * (x > 0.02)
    force += press.push * np.exp(-(((x - 0.68 * want.rng.uniform(0.93, 1.07)) / 0.13) ** 2))
    return _course(time, force, length, want.rate)


def _collisions(want: Want, grains: Grains, press: Wave) -> Wave:
    """Grains that collide by chance, the oftener and the louder the harder they are pressed; few are much louder."""
    rng = want.rng
    expected = np.cumsum(press) * grains.number / want.rate * (0.6 + 0.8 * want.quality.force)
    number = int(rng.poisson(expected[-1]))
    at = np.minimum(np.searchsorted(expected, rng.uniform(0, expected[-1], number)), len(press) - 1)
    loud = rng.exponential(1.0, number) ** grains.rare * press[at]
    heard = loud > 0.004 * loud.max(initial=0)
    hits = np.zeros(len(press))
    hits[at[heard]] = loud[heard]
    return strewn(hits, _kinds(rng, grains, want.rate), rng)


def _kinds(rng: np.random.Generator, grains: Grains, rate: int, kinds: int = 12) -> Wave:
    """Collisions of two grains, a row each: a flick of noise about a pitch, with some ring where they are stones."""
    count = samples(0.016, rate)
    time = np.arange(count) / rate
    higher = (grains.top / grains.bottom) ** rng.random((kinds, 1))
    pitch = grains.bottom * higher
    fading = np.exp(
        -time / (grains.long * rng.uniform(0.4, 1.3, (kinds, 1)) * higher ** (-0.5 * grains.tilt))
    )
    size = 1 << (count + count // 4).bit_length()
    away = np.maximum(np.fft.rfftfreq(size, 1 / rate), 1.0) / pitch
    about = 1 / (1 + 0.9j * (away - 1 / away))
    flick = np.fft.irfft(np.fft.rfft(rng.standard_normal((kinds, count)) * fading, size) * about, size)[
        :, :count
    ]
    flick /= np.abs(flick).max(axis=1, keepdims=True)
    both = flick + grains.stones * np.sin(2 * np.pi * pitch * time) * fading
    both *= np.minimum(1, np.arange(count)[::-1] / (0.1 * count))
    return np.asarray(both / np.abs(both).max(axis=1, keepdims=True) * higher**-grains.tilt)


def _water(want: Want) -> Wave:
    """What the foot throws up: a film of water on wet ground, more from a puddle."""
    quality = want.quality
    puddle = quality.surface == "puddle"
    size = (0.28 if puddle else 0.05) + 0.2 * quality.force
    thrown = splash(replace(want, quality=replace(quality, size=size))).wave
    return quality.wetness * (1.6 if puddle else 0.8) * even(high(thrown, 350, want.rate))


def _leg(want: Want, gait: Gait, length: int) -> Wave:
    """The cloth of the other leg as it swings past, faint, while this foot stands."""
    rng, rate = want.rng, want.rate
    count = samples(gait.stance, rate)
    late = samples(float(rng.uniform(0.01, 0.1)) * gait.stance, rate)
    place = np.linspace(0, 1, 12)
    rubbing = np.sin(np.pi * place) ** 2 * rng.lognormal(0, 0.5, 12)
    wave = np.zeros(length)
    brush = noise(rng, count) * np.interp(np.linspace(0, 1, count), place, rubbing)
    put(wave, late, even(band(brush, 900, 5000, rate)), float(rng.uniform(0.6, 1.4)))
    return wave
