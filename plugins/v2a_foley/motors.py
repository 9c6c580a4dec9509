"""Things with motors: engines, cars that pass, sirens, helicopters. They sound over the whole cue."""

from __future__ import annotations

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.passes import brightened
from v2a_foley.shape import Wave, band, even, high, low, noise, phase, samples, shaped
from v2a_foley.wants import Want

_THIN = 16


def _wander(want: Want, count: int, period: float) -> Wave:
    """A smooth random line about 0, drawn anew each `period` seconds."""
    knots = max(4, int(count / want.rate / period) + 3)
    steps = np.arange(knots) * period * want.rate
    smooth = np.interp(np.arange(count), steps, want.rng.normal(0, 1, knots))
    return np.asarray(smooth)


def firing(want: Want, pace: Wave, blow: float) -> Wave:
    """An engine's exhaust: one puff a firing, no cylinder and no turn quite like another, through pipe and body."""
    rng, rate = want.rng, want.rate
    cycles = np.cumsum(pace) / rate
    index = np.floor(cycles).astype(np.int64)
    x = cycles - index
    uneven = (1 + 0.2 * rng.normal(0, 1, int(index[-1]) + 2)[index]) * rng.uniform(0.7, 1.3, 4)[index % 4]
    puff = np.exp(-6 * x) * np.minimum(1, 10 * x) - 0.15
    raw = uneven * (puff + blow * noise(rng, len(x)) * (np.exp(-5 * x) + 0.15))
    pipe = even(low(high(raw, 25, rate), 180, rate, 1))
    return pipe + 0.54 * even(band(raw, 180, 700, rate)) + 0.2 * even(band(raw, 700, 3000, rate))


def engine(want: Want) -> Hit:
    """An engine: idling, and revving as moments or the cue's speed ask, fastest at the sync point."""
    sync = round(want.before * want.rate)
    count = sync + samples(want.after, want.rate)
    rev = _revs(want, count, sync)
    pace = (62.0 - 30.0 * want.quality.size) * (1 + 1.8 * rev + 0.01 * _wander(want, count, 0.08))
    return Hit(_edges(_running(want, pace) * (0.65 + 0.35 * rev), want), sync)


def _revs(want: Want, count: int, sync: int) -> Wave:
    """How far it is revved, 0 (idling) to 1: through the strengths of the moments, or once at the sync point."""
    time = (np.arange(count) - sync) / want.rate
    if want.curve:
        times, strengths = zip(*want.curve)
        line = np.interp(time, times, strengths)
        blur = np.hanning(samples(0.3, want.rate) | 1)
        padded = np.pad(line, len(blur) // 2, mode="edge")
        return np.convolve(padded[::_THIN], blur[::_THIN] / blur[::_THIN].sum(), "valid").repeat(_THIN)[
            :count
        ]
    return np.asarray(want.quality.speed * np.exp(-((time / 0.9) ** 2)) * (want.quality.speed > 0.6))


def _running(want: Want, pace: Wave) -> Wave:
    rumble = shaped(want.rng, len(pace), lambda f: 1 / (1 + (f / 110) ** 2) / (1 + (30 / f) ** 2), want.rate)
    return firing(want, pace, 0.25) + 0.4 * rumble


def engine_start(want: Want) -> Hit:
    """An engine starts: the starter turns it over, it catches at the sync point, flares and settles."""
    rng, rate = want.rng, want.rate
    crank = min(want.before, 0.9)
    sync = samples(crank, rate) if crank > 0.05 else 0
    count = sync + samples(want.after, rate)
    time = (np.arange(count) - sync) / rate
    idle = 62.0 - 30.0 * want.quality.size
    flare = np.where(
        time < 0, 0.0, 1.6 * np.exp(-np.maximum(time, 0) / 0.45) * np.minimum(1, np.maximum(time, 0) / 0.12)
    )
    running = _running(want, idle * (1 + flare + 0.015 * _wander(want, count, 0.08))) * (time >= 0)
    running *= (0.7 + 0.3 * np.minimum(flare, 1)) * np.minimum(1, np.maximum(time, 0) / 0.03)
    turns = phase(9.5 * (1 + 0.05 * _wander(want, count, 0.2)), rate)
    load = 0.55 + 0.45 * np.cos(turns)
    whine = sum(
        np.sin(phase(pitch * (1 - 0.12 * load), rate)) / n
        for n, pitch in enumerate((310.0, 620.0, 1240.0), 1)
    )
    starter = (np.asarray(whine) + 1.2 * band(noise(rng, count), 400, 3500, rate)) * (0.4 + load)
    starter *= (
        (time < 0.05) * np.minimum(1, np.arange(count) / (0.02 * rate)) * np.clip((0.05 - time) / 0.05, 0, 1)
    )
    return Hit(_edges(even(running) + 0.35 * even(starter) if sync else running, want), sync)


def electric(want: Want) -> Hit:
    """An electric motor: slots, gears and brushes, all in step with its speed, over a faint rush of air."""
    rng, rate = want.rng, want.rate
    sync = round(want.before * rate)
    count = sync + samples(want.after, rate)
    rev = _revs(want, count, sync)
    turn = (
        64.0 * 2.0 ** (1.4 * (0.5 - want.quality.size)) * (0.6 + 0.8 * want.quality.speed) * (1 + 1.2 * rev)
    )
    turn = turn * (1 + 0.0023 * _wander(want, count, 0.1))
    whine = np.zeros(count)
    for order, loud in ((1, 0.3), (2, 0.2), (9, 0.16), (12, 0.11), (60, 0.12)):
        whine += loud * np.sin(phase(order * turn, rate) + rng.uniform(0, 6.28))
    ripple = 1 + 0.12 * np.sin(phase(turn, rate))
    brush = band(noise(rng, count), 700, 7000, rate) * ripple
    air = shaped(rng, count, lambda f: 1 / (1 + (f / 320) ** 1.4) / (1 + (120 / f) ** 2), rate)
    wave = even(whine * ripple) + 1.78 * even(brush) + 0.075 * even(air)
    return Hit(_edges(wave * (0.6 + 0.4 * rev), want), sync)


def _edges(wave: Wave, want: Want) -> Wave:
    ramp = min(len(wave) // 4, samples(0.15, want.rate))
    shape = np.ones(len(wave))
    shape[:ramp] = np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    shape[len(wave) - ramp :] = np.cos(np.linspace(0, np.pi / 2, ramp)) ** 2
    return wave * shape


def car_pass(want: Want) -> Hit:
    """A car drives by, nearest at the sync point: tyres, engine, Doppler shift and the way from side to side."""
    rng, rate, quality = want.rng, want.rate, want.quality
    sync = round(want.before * rate)
    count = sync + samples(want.after, rate)
    time = (np.arange(count) - sync) / rate
    speed, away = 5.0 + 24.0 * quality.speed**2, 7.2 + 0.1 * min(quality.distance, 100.0)
    distance = np.sqrt((speed * time) ** 2 + away**2)
    near = away / distance
    doppler = 343.0 / (343.0 + speed * speed * time / distance)
    motor = firing(want, (69.0 - 30.0 * quality.size) * doppler, 3.0)
    tyres = shaped(
        rng, count, lambda f: 1.1 / (1 + ((f - 1150) / 740) ** 2) + 0.26 / (1 + (f / 2200) ** 2.2), rate
    )
    tyres = even(brightened(tyres, np.sqrt(near), (400.0, 1200.0, 3500.0, 12000.0), rate))
    rumble = shaped(rng, count, lambda f: 1 / (1 + (f / 130) ** 1.8) / (1 + (40 / f) ** 2), rate)
    wave = near * (0.97 * tyres + (1.17 + 0.6 * quality.size) * rumble + 0.6 * motor)
    side = (1 if rng.random() < 0.5 else -1) * 0.85 * speed * time / distance
    angle = (side + 1) * np.pi / 4
    both = np.stack([np.cos(angle), np.sin(angle)]) * _edges(even(wave), want)
    return Hit(both * np.sqrt(2), sync)


def siren(want: Want) -> Hit:
    """A siren that wails up and down."""
    sync = round(want.before * want.rate)
    count = sync + samples(want.after, want.rate)
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
    """A helicopter: the blades' slap over the wash of the rotor and the turbine's whine."""
    rng, rate = want.rng, want.rate
    sync = round(want.before * rate)
    count = sync + samples(want.after, rate)
    pace = (20.0 - 10.0 * want.quality.size) * (1 + 0.01 * _wander(want, count, 0.5))
    slap = 0.5 + 0.5 * (0.5 + 0.5 * np.cos(phase(pace, rate))) ** 5
    wave = even(low(noise(rng, count) * slap, 160, rate)) + 0.7 * even(
        band(noise(rng, count) * slap, 150, 900, rate)
    )
    whine = np.sin(phase(1180.0 + 4 * _wander(want, count, 1.0), rate)) * 0.006
    return Hit(_edges(even(wave) + whine, want), sync)
