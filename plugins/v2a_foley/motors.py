"""Things with motors: engines, cars that pass, sirens, helicopters. They sound over the whole cue."""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.shape import Wave, band, even, low, noise, phase, samples
from v2a_foley.wants import Want


def _span(want: Want) -> tuple[int, int]:
    sync = round(want.before * want.rate)
    return sync, sync + samples(want.after, want.rate)


def _wander(want: Want, count: int, period: float) -> Wave:
    """A smooth random line about 0, drawn anew each `period` seconds."""
    knots = max(4, int(count / want.rate / period) + 3)
    steps = np.arange(knots) * period * want.rate
    smooth = np.interp(np.arange(count), steps, want.rng.normal(0, 1, knots))
    return np.asarray(smooth)


def firing(want: Want, rate_: Wave, rough: float) -> Wave:
    """An engine's exhaust: one pulse a firing, none quite like another, through pipe and body."""
    rng, rate = want.rng, want.rate
    cycles = np.cumsum(rate_) / rate
    index = np.floor(cycles).astype(np.int64)
    uneven = 1 + rough * rng.normal(0, 1, int(index[-1]) + 2)[index] + 0.25 * np.cos(np.pi * index)
    x = cycles - index
    pulse = np.exp(-7 * x) * np.sin(np.pi * np.minimum(1, 8 * x) / 2) - 0.14
    blow = noise(rng, len(x)) * np.exp(-5 * x)
    raw = uneven * (pulse + 0.35 * blow)
    size = want.quality.size
    pipe = band(raw, 45 - 15 * size, 420 - 160 * size, rate) + 0.35 * band(raw, 500, 2200, rate)
    return even(np.tanh(1.5 * even(pipe)))


def engine(want: Want) -> Hit:
    """An engine: idling, and revving as the cue's speed asks, loudest about the sync point."""
    sync, count = _span(want)
    time = np.arange(count) / want.rate
    quality = want.quality
    idle = 34.0 - 14.0 * quality.size
    rev = (
        np.exp(-(((time - time[min(sync, count - 1)]) / 0.9) ** 2))
        if sync
        else np.exp(-(((time - 1.0) / 0.9) ** 2))
    )
    speed = idle * (1 + 2.6 * quality.speed * rev * (quality.speed > 0.3) + 0.02 * _wander(want, count, 0.15))
    wave = firing(want, speed, 0.12) * (0.6 + 0.4 * rev)
    hiss = band(noise(want.rng, count), 900, 5000, want.rate) * (0.02 + 0.05 * rev)
    return Hit(_edges(wave + hiss, want), sync)


def _edges(wave: Wave, want: Want) -> Wave:
    ramp = min(len(wave) // 4, samples(0.15, want.rate))
    shape = np.ones(len(wave))
    shape[:ramp] = np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    shape[len(wave) - ramp :] = np.cos(np.linspace(0, np.pi / 2, ramp)) ** 2
    return wave * shape


def car_pass(want: Want) -> Hit:
    """A car drives by, nearest at the sync point: tyres, engine, Doppler shift and the way from side to side."""
    rng, rate, quality = want.rng, want.rate, want.quality
    sync, count = _span(want)
    time = (np.arange(count) - sync) / rate
    speed, away = 9.0 + 22.0 * quality.speed, 4.0 + 0.2 * min(quality.distance, 100.0)
    distance = np.sqrt((speed * time) ** 2 + away**2)
    near = away / distance
    doppler = 343.0 / (343.0 + speed * speed * time / distance)
    motor = firing(want, 62.0 * doppler * (1.1 - 0.3 * quality.size), 0.08)
    tyres = noise(rng, count)
    bright = band(tyres, 500, 1500, rate) + 0.35 * band(tyres, 1500, 6000, rate) * near
    wave = near**1.25 * (even(bright) + 0.4 * motor * near) + 0.35 * near * even(low(tyres, 160, rate))
    side = (1 if rng.random() < 0.5 else -1) * 0.85 * speed * time / distance
    angle = (side + 1) * np.pi / 4
    both = np.stack([np.cos(angle), np.sin(angle)]) * _edges(even(wave), want)
    return Hit(both * np.sqrt(2), sync)


def siren(want: Want) -> Hit:
    """A siren that wails up and down."""
    sync, count = _span(want)
    rate = want.rate
    time = np.arange(count) / rate
    turn = 0.22 + 0.35 * want.quality.speed + 3.0 * (want.quality.speed > 0.8)
    sweep = 0.5 - 0.5 * np.cos(2 * np.pi * (turn * time + want.rng.random()))
    angle = phase(620.0 + 780.0 * sweep**0.8, rate)
    wave = sum(
        g * np.sin(n * angle) for n, g in ((1, 1.0), (2, 0.55), (3, 0.5), (4, 0.25), (5, 0.2), (6, 0.1))
    )
    late = samples(0.11, rate)
    echo = np.zeros((2, count))
    for n, channel in enumerate(echo):
        channel += wave
        for k in range(1, 4):
            shift = k * late + n * 400
            if shift < count:
                channel[shift:] += 0.3 / k * np.asarray(wave)[: count - shift]
    return Hit(np.stack([_edges(c, want) for c in echo]), sync)


def helicopter(want: Want) -> Hit:
    """A helicopter: the slap of each blade over the turbine's whine and the wash."""
    rng, rate = want.rng, want.rate
    sync, count = _span(want)
    cycles = np.cumsum((13.0 - 4.0 * want.quality.size) * (1 + 0.01 * _wander(want, count, 0.5))) / rate
    x = np.mod(cycles, 1.0)
    slap = np.exp(-14 * x) * np.minimum(1, 40 * x)
    raw = noise(rng, count)
    wave = 1.2 * even(low(raw * slap, 320, rate)) + 0.5 * even(band(raw, 300, 1800, rate) * (0.3 + slap))
    whine = np.sin(phase(np.full(count, 1180.0), rate)) + 0.4 * np.sin(phase(np.full(count, 2390.0), rate))
    return Hit(_edges(wave + 0.02 * whine, want), sync)
