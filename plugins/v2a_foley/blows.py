"""What happens where two things hit each other: modes, the noise of two rough faces, the support, the hits that follow.

A struck thing has dozens of modes that lie close and by chance; a contact of some milliseconds presses the low ones out of
it and leaves the high ones (van den Doel and Pai, 1998). Its rough faces meet in many points, which is a burst of noise;
what it lies on is pushed and answers low; and unless it is held it leaves the ground and comes back, ever sooner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.shape import Wave, band, even, noise, put, ring, samples
from v2a_foley.wants import Want


@dataclass(frozen=True)
class Modes:
    """A thing's modes, from the lowest to the highest in hertz: evenly spread where `spread` is 1, ever wider apart near 0.

    Each falls by 60 dB in `ring` seconds (the lowest; higher ones sooner by the power `damping`), and starts weaker by the
    power `tilt`.
    """

    lowest: float
    highest: float
    count: int
    spread: float
    ring: float
    damping: float
    tilt: float


@dataclass(frozen=True)
class Contact:
    """Where the faces meet: for how many seconds, and their noise beside the modes: its level, band in hertz, decay."""

    seconds: float
    rough: float
    bottom: float
    top: float
    dies: float


@dataclass(frozen=True)
class Support:
    """What is beneath: its level beside the modes, its lowest mode in hertz, the seconds in which it falls to a third."""

    level: float = 0.0
    pitch: float = 100.0
    gives: float = 0.02


@dataclass(frozen=True)
class Rebound:
    """The hits that follow: how many on average, seconds to the first, what each keeps of the one before."""

    times: float = 0.0
    seconds: float = 0.05
    keeps: float = 0.4


@dataclass(frozen=True)
class Blow:
    """How a thing sounds when it is hit; skin that meets as well is a `slap`."""

    modes: Modes
    contact: Contact
    support: Support = Support()
    rebound: Rebound = Rebound()
    slap: Contact | None = None


def blow(want: Want, how: Blow, seconds: float) -> Wave:
    """One blow and those that follow it, of a thing as large as is wanted and as hard."""
    rng, rate = want.rng, want.rate
    wave = np.zeros(samples(min(seconds, want.after), rate))
    scale = 2.0 ** (1.4 * (0.5 - want.quality.size)) * float(np.exp(rng.normal(0, 0.06)))
    modes, again = how.modes, how.rebound
    place = (np.arange(modes.count) + rng.uniform(0, 1, modes.count)) / modes.count
    wide = (modes.highest / modes.lowest) ** modes.spread - 1
    pitches = modes.lowest * scale * (1 + place * wide) ** (1 / modes.spread)
    stay = modes.ring * (pitches / pitches[0]) ** -modes.damping * rng.uniform(0.6, 1.4, modes.count)
    at, gain, gap = 0.0, 1.0, again.seconds * float(rng.uniform(0.7, 1.4))
    for _ in range(1 + int(again.times + rng.random())):
        put(wave, samples(at, rate) if at else 0, _hit(want, how, scale, _Body(pitches, stay), gain), gain)
        at += gap
        gap *= again.keeps**0.5 * float(rng.uniform(0.8, 1.2))
        gain *= again.keeps * float(rng.uniform(0.6, 1.3))
    return wave


@dataclass(frozen=True, eq=False)
class _Body:
    """The modes of one thing: hertz, and seconds to fall by 60 dB."""

    pitches: Wave
    stay: Wave


def _hit(want: Want, how: Blow, scale: float, body: _Body, gain: float) -> Wave:
    """One contact: a weaker one lasts longer, and so leaves the high modes alone, and its faces hiss less."""
    rng, rate = want.rng, want.rate
    force = want.quality.force * gain**0.5
    press = how.contact.seconds * 2.0 ** (1.6 * (0.5 - force)) / scale
    loud = rng.normal(0, 1, len(body.pitches)) * (body.pitches / body.pitches[0]) ** -how.modes.tilt
    loud /= 1 + (body.pitches * press) ** 2
    count = samples(min(1.2 * float(body.stay.max()), 2.5) + 0.05, rate)
    wave = even(ring(body.pitches, body.stay, loud, count, rate))
    wave *= np.sin(0.5 * np.pi * np.minimum(1.0, np.arange(count) / max(1.0, 0.5 * press * rate)))
    support = how.support
    faces = [face for face in (how.contact, how.slap) if face is not None]
    bright = scale**0.5 * 2.0 ** (1.6 * (force - 0.5))
    bursts = [face.rough * _burst(want, face, press, face.top * bright) for face in faces]
    out = np.zeros(max(count, *map(len, bursts), samples(6 * support.gives, rate)))
    put(out, 0, wave)
    for burst in bursts:
        put(out, 0, burst, 4.0 ** (force - 0.5))
    low = support.pitch * scale**0.5 * np.array([1.0, 1.55, 2.3]) * np.exp(rng.normal(0, 0.06, 3))
    fades = np.array([1.0, 0.8, 0.6])
    return out + support.level * even(ring(low, 6.9 * support.gives * fades, fades, len(out), rate))


def _burst(want: Want, contact: Contact, press: float, top: float) -> Wave:
    """The noise of two faces that meet; its peak is 1."""
    size = samples(8 * contact.dies + 0.004, want.rate)
    time = np.arange(size) / want.rate
    burst = (
        noise(want.rng, size) * np.minimum(1, time / min(0.0015, 0.5 * press)) * np.exp(-time / contact.dies)
    )
    burst = band(burst, min(contact.bottom, 0.6 * top), top, want.rate) * np.linspace(1, 0, size) ** 0.2
    return even(burst)
