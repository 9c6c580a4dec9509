"""Thunder, from the shape of its lightning.

The channel is a crooked line kilometres long; each part of it sends an N-wave, strongest across its own direction, and
what we hear is the sum in the order of arrival: a clap where a stretch lies across our line of sight, a roll where it
runs away from us, dull from afar (Few, "Power spectrum of thunder", 1969; Ribner and Roy, "Acoustics of thunder: a
quasilinear model for tortuous lightning", 1982).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from v2a_foley.blast import through
from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, even, high, low, noise, samples, shaped
from v2a_foley.wants import Want

_STEP = 4.0
_BEND = 60.0
_HEIGHT, _CLOUD = 4000.0, 3200.0
_BANDS = 5
_NEAREST, _FARTHEST = 900.0, 3000.0
_TICK = 0.01
_LEAVES, _LATEST = 3.0, 0.5
"""Thunder that is longer than its cue fades for so many seconds, and for so much of it at most."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What reaches us from each step of a channel: its distance in metres, its delay in seconds, its power."""

    distance: NDArray[np.float64]
    delay: NDArray[np.float64]
    power: NDArray[np.float64]


def thunder(want: Want) -> Hit:
    """Thunder: claps and rolls in the order in which the channel's parts are heard; the sync point is the first of it."""
    rng, rate = want.rng, want.rate
    away = metres(want.quality.distance)
    heard, remote = arrivals(rng, away), min(1.0, (away - _NEAREST) / (_FARTHEST - _NEAREST))
    rolls = float(heard.delay.max()) + 4.0
    count = samples(min(want.after, rolls), rate)
    time = np.arange(count) / rate
    wave = np.zeros(count)
    edges = np.quantile(heard.distance, np.linspace(0, 1, _BANDS + 1))
    knots = np.arange(0, time[-1] + 0.06, 0.019)
    for near, far in itertools.pairwise(edges):
        part = (heard.distance >= near) & (heard.distance <= far)
        upper = 1900.0 / (1 + float(heard.distance[part].mean()) / 1000.0) ** 1.2
        sound = shaped(rng, count, partial(_spectrum, upper=upper), rate)
        crackle = np.exp(1.03 * np.interp(time, knots, rng.normal(0, 1, len(knots))))
        wave += sound * _envelope(heard, part, time) * crackle
    answer = even(_land(wave, rng, 410.0, rate))
    heard_here = np.tanh(0.8 * even(high(even(wave) + (3.0 + 0.45 * remote) * answer, 24, rate, 1)))
    return Hit(_leaving(heard_here, rate) if want.after < rolls else heard_here)


def metres(distance: float) -> float:
    """How far the lightning is: as it is given, or from the words close, far and distant, which mean less for other sounds."""
    return distance if distance >= 200.0 else float(np.clip(50.0 * distance, _NEAREST, 4500.0))


def arrivals(rng: np.random.Generator, away: float) -> Arrivals:
    """A lightning's channel from the ground up and through the cloud, so many metres away, as it arrives."""
    count = int((_HEIGHT + _CLOUD) / _STEP)
    bends = int((_HEIGHT + _CLOUD) / _BEND) + 2
    tilt = rng.normal(0, 0.47, bends)
    turn = rng.uniform(0, 2 * np.pi, bends)
    cloud = np.arange(bends) * _BEND > _HEIGHT
    tilt[cloud] = np.pi / 2 + rng.normal(0, 0.35, int(cloud.sum()))
    turn[cloud] = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.5, int(cloud.sum())))
    bend = (np.arange(count) * _STEP / _BEND).astype(int)
    lean = tilt[bend] + rng.normal(0, 0.35, count)
    way = np.stack(
        [np.sin(lean) * np.cos(turn[bend]), np.sin(lean) * np.sin(turn[bend]), np.cos(lean)], axis=1
    )
    place = np.cumsum(way * _STEP, axis=0) + np.array([away, 0.0, 0.0])
    distance = np.sqrt((place**2).sum(axis=1))
    along = np.abs((way * place).sum(axis=1)) / distance
    strong = np.exp(rng.normal(0, 0.3, bends))[bend]
    power = ((1 - 0.85 * along**2) * strong * distance.min() / distance) ** 2
    return Arrivals(distance, (distance - distance.min()) / 343.0, power)


def _spectrum(frequency: Wave, upper: float) -> Wave:
    """N-waves of many lengths together, most power at 175 Hz; the air takes what lies above `upper`."""
    x = frequency / 175.0
    return np.asarray(x / (1 + x**2.03) / (1 + (frequency / upper) ** 2))


def _envelope(heard: Arrivals, part: NDArray[np.bool_], time: Wave) -> Wave:
    ticks = np.arange(0, time[-1] + 2 * _TICK, _TICK)
    power, _ = np.histogram(heard.delay[part], bins=ticks, weights=heard.power[part])
    blurred = np.convolve(power, np.exp(-np.arange(40) * _TICK / 0.021))[: len(power)]
    return np.asarray(np.interp(time, ticks[:-1], np.sqrt(blurred)))


def _leaving(wave: Wave, rate: int) -> Wave:
    """Thunder that rolls on longer than its cue goes as if into the distance, as an editor fades it."""
    count = min(samples(_LEAVES, rate), int(_LATEST * len(wave)))
    left = wave.copy()
    left[len(wave) - count :] *= np.cos(np.linspace(0, np.pi / 2, count)) ** 2
    return left


def _land(wave: Wave, rng: np.random.Generator, corner: float, rate: int) -> Wave:
    """What hills, houses and the cloud's edge send back for some seconds, below a corner in hertz."""
    count = samples(4.2, rate)
    time = np.arange(count) / rate
    tail = low(noise(rng, count) * np.exp(-1.5 * time) * np.minimum(1, time / 0.15), corner, rate, 1)
    return through(wave, tail)
