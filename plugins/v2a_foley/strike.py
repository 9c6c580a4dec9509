"""Things that are struck: impacts, bells, knocks and hammers, as modes excited by a contact.

Modal synthesis (van den Doel and Pai, 1998): a body is a set of damped sines; the contact's duration, shorter the
harder the hit, decides how much of the high ones it excites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.blows import blow
from v2a_foley.foley import Hit
from v2a_foley.materials import MATERIALS, NAIL
from v2a_foley.shape import Wave, even, fall, high, low, noise, put, ring, samples
from v2a_foley.wants import Want


@dataclass(frozen=True)
class Body:
    """A struck material: lowest mode in hertz, number of modes, their spacing, ring in seconds, damping, contact noise.

    A plate's modes lie evenly in frequency by chance, those of other bodies go up by `spread`. `soft` is
    how long contact lasts beside that of wood.
    """

    pitch: float
    modes: int
    spread: float
    ring: float
    damping: float
    click: float
    plate: bool = False
    soft: float = 1.0


_CLANG = Body(330, 50, 18.0, 2.0, 0.4, 0.9, plate=True, soft=0.2)


def struck(want: Want, body: Body, seconds: float) -> Wave:
    """A body hit once: its modes jitter with every hit, as the place of contact does."""
    rng, force, rate = want.rng, want.quality.force, want.rate
    count = samples(min(seconds, want.after), rate)
    order = np.arange(body.modes)
    base = body.pitch * 2.0 ** (1.6 * (0.5 - want.quality.size))
    pitch = base * body.spread**order * (1 + rng.normal(0, 0.04, body.modes))
    if body.plate:
        pitch = rng.uniform(base, base * body.spread, body.modes)
    contact = 0.004 * body.soft * (1.2 - force) * 2.0 ** (want.quality.size - 0.5)
    gains = rng.uniform(0.3, 1.0, body.modes) / (1 + (pitch * contact) ** 2)
    seconds_each = body.ring * (pitch / base) ** -body.damping * rng.uniform(0.7, 1.3, body.modes)
    wave = even(ring(pitch, seconds_each, gains, count, rate))
    press = samples(contact, rate)
    wave[:press] *= np.sin(np.linspace(0, np.pi / 2, press))[: len(wave)]
    tick = noise(rng, min(count, samples(0.02, rate)))
    tick *= fall(len(tick), 0.004 + contact * 2, rate)
    put(wave, 0, low(tick, 1500 + 9000 * force, rate), 0.35 * body.click)
    return wave


def impact(want: Want) -> Hit:
    """Something hits something of the given material."""
    how = MATERIALS.get(want.quality.material, MATERIALS["wood"])
    return Hit(blow(want, how, 1.5))


def bell(want: Want) -> Hit:
    """A bell: hum, prime, tierce, quint and nominal as founders tune them (Rossing), each split into a slow beat."""
    rng, rate, size = want.rng, want.rate, want.quality.size
    nominal = 3600.0 * 2.0 ** (-2.2 * size) * rng.uniform(0.9, 1.1)
    ratios = np.array([0.25, 0.5, 0.6, 0.75, 1.0, 1.33, 1.5, 2.0, 2.6, 3.1, 3.9])
    gains = np.array([0.5, 0.9, 1.0, 0.5, 1.2, 0.5, 0.55, 0.5, 0.35, 0.25, 0.2])
    long = (4.0 + 7.0 * size) * (ratios / 0.25) ** -0.65
    pitch = np.concatenate([ratios, ratios * (1 + rng.uniform(0.0006, 0.0022, len(ratios)))]) * nominal
    both = np.concatenate([gains, 0.6 * gains]) * (0.6 + 0.8 * rng.random(2 * len(ratios)))
    count = samples(min(want.after, 12.0), rate)
    wave = even(ring(pitch, np.concatenate([long, long]), both, count, rate))
    clang = even(struck(want, _CLANG, 0.3))
    put(wave, 0, high(clang, 900, rate), 0.3)
    return Hit(wave)


def panel(want: Want, pitch: float) -> Wave:
    """A door's panel that is struck somewhere: close-set modes that its frame soon stills."""
    rng, rate = want.rng, want.rate
    count = samples(min(0.4, want.after), rate)
    heavy = 2.0 ** (0.8 * (0.5 - want.quality.size)) * float(rng.uniform(0.95, 1.05))
    ratios = 1.27 ** np.arange(9) * np.exp(rng.normal(0, 0.03, 9))
    long = 6.9 * 0.014 * ratios**-0.5 * rng.uniform(0.8, 1.25, 9)
    return even(ring(pitch * heavy * ratios, long, rng.uniform(0.5, 1.0, 9) / ratios**0.4, count, rate))


def knock(want: Want) -> Hit:
    """Knuckles on a door: bone on wood, the panel that answers, the air behind it."""
    rng, rate, force = want.rng, want.rate, want.quality.force
    wave = panel(want, 185.0)
    bone = noise(rng, samples(0.03, rate))
    bone *= np.exp(-np.arange(len(bone)) / (0.004 * rate)) * np.minimum(
        1, np.arange(len(bone)) / (0.0005 * rate)
    )
    put(wave, 0, even(low(high(bone, 250, rate), 1800 + 2600 * force, rate)), 0.35)
    heavy = 2.0 ** (0.8 * (0.5 - want.quality.size)) * float(rng.uniform(0.95, 1.05))
    air = ring(
        np.array([88.0, 142.0]) * heavy, np.array([0.12, 0.1]), np.array([1.0, 0.8]), len(wave), want.rate
    )
    return Hit(wave + 0.45 * even(air))


def hammer(want: Want) -> Hit:
    """A hammer on a nail: steel that rings hard and bright, and the wood beneath it."""
    return Hit(blow(want, NAIL, 0.6))
