"""Things that pass: a train, an aeroplane overhead. Doppler shift, the air between, and the way from side to side.

A source that passes at speed v and nearest distance d is heard at c / (c + v_r) times its pitch and at d / r of its
level; the air takes the high part the more the farther it is (ISO 9613-1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, high, low, noise, phase, put, samples, shaped
from v2a_foley.wants import Want

_SOUND = 343.0


@dataclass(frozen=True, eq=False)
class Path:
    """A straight way past the listener, on the clock of the samples: nearness from 0 to 1, shift, side from -1 to 1."""

    near: Wave
    doppler: Wave
    side: Wave
    sync: int


def way(want: Want, speed: float, distance: float) -> Path:
    """The way of something that passes at so many metres a second and at so many metres, nearest at the sync point."""
    sync = round(want.before * want.rate)
    count = sync + samples(want.after, want.rate)
    time = (np.arange(count) - sync) / want.rate
    away = np.sqrt((speed * time) ** 2 + distance**2)
    doppler = _SOUND / (_SOUND + speed * speed * time / away)
    side = (1 if want.rng.random() < 0.5 else -1) * speed * time / away
    return Path(distance / away, doppler, side, sync)


def placed(wave: Wave, path: Path, want: Want) -> Hit:
    """The sound on its way from side to side, faded in and out at the ends of the cue."""
    ramp = min(len(wave) // 4, samples(0.25, want.rate))
    wave = even(wave)
    wave[:ramp] *= np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    wave[len(wave) - ramp :] *= np.cos(np.linspace(0, np.pi / 2, ramp)) ** 2
    angle = (0.8 * path.side + 1) * np.pi / 4
    return Hit(np.stack([np.cos(angle), np.sin(angle)]) * wave * np.sqrt(2), path.sync)


def brightened(source: Wave, near: Wave, edges: tuple[float, ...], rate: int) -> Wave:
    """Noise that loses its high part with distance: filters of rising edge, faded from one to the next."""
    place = near * (len(edges) - 1)
    out = np.zeros(len(source))
    for n, edge in enumerate(edges):
        weight = np.maximum(0, 1 - np.abs(place - n))
        if weight.any():
            out += weight * low(source, edge, rate, 1)
    return out


def train_pass(want: Want) -> Hit:
    """A train goes by: rolling noise, rails that sing, flanges that squeal, every axle's two knocks at the joint before us."""
    rng, rate, quality = want.rng, want.rate, want.quality
    speed = 12.0 + 30.0 * quality.speed
    length = 60.0 + 160.0 * quality.size
    sync = round(want.before * rate)
    count = sync + samples(want.after, rate)
    time = (np.arange(count) - sync) / rate
    along = np.clip(np.abs(speed * time) - length / 2, 0, None)
    near = 1 / np.sqrt(1 + (along / 12.0) ** 2)
    roll = shaped(rng, count, lambda f: 1 / (1 + (f / 230) ** 1.5) / (1 + (45 / f) ** 2), rate)
    pitch = 820.0 * float(rng.uniform(0.9, 1.1))
    sing = shaped(
        rng,
        count,
        lambda f: 1 / (1 + ((f - pitch) / (0.084 * pitch)) ** 2) + 0.3 / (1 + ((f - 2 * pitch) / 150) ** 2),
        rate,
    )
    source = even(roll) + 0.61 * even(sing) + 0.064 * even(_squeal(rng, count, rate))
    wave = even(brightened(source, near, (500.0, 1200.0, 3000.0, 9000.0), rate) * near**1.39)
    for bogie in np.arange(-length / 2, length / 2, 18.0):
        for late in (0.0, 2.5, 13.0, 15.5):
            at = sync + round((bogie + late) / speed * rate)
            size = samples(0.25, rate)
            fade = np.exp(-np.arange(size) / (0.048 * rate))
            fade *= np.minimum(1, np.arange(size) / (0.002 * rate))
            knock = even(band(noise(rng, size) * fade, 50, 4400, rate))
            put(wave, at, knock * 0.145 * float(rng.uniform(0.6, 1.1)))
    angle = np.clip(speed * time / (length / 2 + 20), -1, 1) * (1 if rng.random() < 0.5 else -1)
    return placed(wave, Path(near, near, angle, sync), want)


def _squeal(rng: np.random.Generator, count: int, rate: int) -> Wave:
    """Flanges that rub along the rail: high tones that come and go and waver, as wheels stick and slip in turn.

    After Thompson, "Railway Noise and Vibration" (2009), chapter 9.
    """
    out, knots = np.zeros(count), np.linspace(0, count, int(count / rate / 0.15) + 3)
    for pitch in rng.uniform(1800, 4200, 3):
        loud = np.interp(np.arange(count), knots, np.maximum(0, rng.normal(-0.3, 1, len(knots))))
        waver = np.interp(np.arange(count), knots[::2], rng.normal(0, 0.003, len(knots[::2])))
        out += loud * np.sin(phase(pitch * (1 + waver), rate))
    return out


def flyover(want: Want) -> Hit:
    """An aeroplane overhead: the jet's roar, deepest after it has passed, and its fans' whine that falls with the shift."""
    rng, rate, quality = want.rng, want.rate, want.quality
    path = way(want, 70.0 + 80.0 * quality.speed, 120.0 + 300.0 * quality.size)
    count = len(path.near)
    jet = shaped(rng, count, lambda f: 1 / (1 + (f / 700) ** 2.2) / (1 + (60 / f) ** 1.5), rate)
    knots = np.linspace(0, count, max(4, round(6 * count / rate)))
    flutter = np.exp(0.18 * np.interp(np.arange(count), knots, rng.normal(0, 1, len(knots))))
    roar = brightened(jet, path.near, (300.0, 700.0, 1800.0, 6000.0), rate) * path.near * flutter
    fan = 2100.0 * float(rng.uniform(0.85, 1.15))
    turning = phase(fan * path.doppler, rate)
    whine = np.sin(turning) + 0.5 * np.sin(1.31 * turning) + 0.3 * np.sin(0.5 * turning)
    ahead = 1 / (1 + np.exp(np.clip((np.arange(count) - path.sync) / (0.8 * rate), -30, 30)))
    wave = even(roar) + 0.16 * whine * path.near**1.6 * (0.25 + ahead)
    return placed(high(wave, 30, rate, 1), path, want)
