"""Animals of the open air: birds by day, crickets by night.

A bird's syllable is a frequency-modulated whistle under a short envelope; a bird repeats and varies its own few
syllables. A cricket scrapes three or four pulses of one pure tone a chirp, at a pace that keeps to the warmth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape, together
from v2a_foley.layers import Bed, Canvas, Grains, Place, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.wants import Quality
from v2a_foley.wind import trees

_CELL = 8192


@dataclass(frozen=True)
class Bird:
    """One bird: its place, how far off it is, how often it sings, its syllables and how they follow each other."""

    pan: float
    near: float
    often: float
    syllables: tuple[NDArray[np.float32], ...]
    pace: float
    trill: float


def birds(place: Place, quality: Quality) -> Scape:
    """A handful of birds in the trees by day, over faint air."""
    flock = [_bird(place, n) for n in range(5 + round(5 * quality.speed))]

    def sing(rng: np.random.Generator, canvas: Canvas) -> None:
        for bird in flock:
            if rng.random() < bird.often:
                _phrase(rng, canvas, bird)

    return Scape((Grains(place, "song", sing, 48_000, 7), air(place, 0.008)), gain=-10.7)


def forest(place: Place, quality: Quality) -> Scape:
    """A forest by day: wind in the leaves and the birds that live there."""
    wind, song = trees(place, replace(quality, force=0.4 * quality.force)), birds(place, quality)
    return together(replace(wind, gain=wind.gain - 8.5), replace(song, gain=song.gain - 2.0))


def air(place: Place, level: float) -> Bed:
    """The faint breath of the open air."""
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    shape = level * (1.6 / (1 + (frequency / 260.0) ** 1.1) + 0.25 / (1 + (frequency / 5000.0) ** 2))
    sway = Curve(place.seed, "air", 5.0)
    return Bed(place, "air", lambda time: np.asarray(shape * 10 ** (2.0 * sway.at(time) / 20)), 0.9)


def _bird(place: Place, number: int) -> Bird:
    rng = draws(place.seed, "bird", number)
    base = float(np.exp(rng.uniform(np.log(2300), np.log(5600))))
    syllables = tuple(_syllable(rng, base, place.rate) for _ in range(int(rng.integers(2, 6))))
    near = float(rng.uniform(0.12, 1.0) ** 1.5)
    return Bird(
        float(rng.uniform(-0.9, 0.9)),
        near,
        float(rng.uniform(0.08, 0.3)),
        syllables,
        float(rng.uniform(0.09, 0.24)),
        float(rng.random()),
    )


def _syllable(rng: np.random.Generator, base: float, rate: int) -> NDArray[np.float32]:
    length = float(np.exp(rng.uniform(np.log(0.035), np.log(0.17))))
    count = round(length * rate)
    x = np.linspace(0, 1, count)
    sweep, bow = rng.normal(0, 0.18), rng.normal(0, 0.22)
    wobble = rng.uniform(0.0, 0.06) * np.sin(2 * np.pi * rng.uniform(15, 60) * length * x)
    pitch = base * rng.uniform(0.85, 1.25) * np.exp(sweep * (x - 0.5) + bow * np.sin(np.pi * x) + wobble)
    angle = 2 * np.pi * np.cumsum(np.clip(pitch, 1200, 9500)) / rate
    envelope = np.sin(np.pi * x ** rng.uniform(0.6, 1.4)) ** 1.2
    return np.asarray(envelope * (np.sin(angle) + 0.12 * np.sin(2 * angle)), np.float32)


def _phrase(rng: np.random.Generator, canvas: Canvas, bird: Bird) -> None:
    begin = int(rng.integers(0, canvas.cell))
    gain = bird.near * float(rng.uniform(0.5, 1.0))
    count = int(rng.integers(2, 9)) if bird.trill < 0.7 else int(rng.integers(8, 20))
    pace = bird.pace if bird.trill < 0.7 else 0.45 * bird.pace + 0.03
    order = int(rng.integers(0, len(bird.syllables)))
    for n in range(count):
        grain = bird.syllables[order]
        canvas.add(begin, grain, bird.pan, gain * float(rng.uniform(0.6, 1.0)))
        for echo in range(3):
            late = int((0.04 + 0.06 * echo + 0.05 * rng.random()) * canvas.rate)
            canvas.add(begin + late, grain, float(rng.uniform(-0.9, 0.9)), gain * 0.10 * (1.3 - bird.near))
        begin += int(canvas.rate * pace * rng.uniform(0.9, 1.15)) + len(grain) // 2
        if bird.trill < 0.7 and n % 2:
            order = int(rng.integers(0, len(bird.syllables)))


def crickets(place: Place, quality: Quality) -> Scape:
    """Crickets in the grass by night: one or two near, more the farther off, over faint air."""
    near = tuple(_cricket(place, n, 1.0) for n in range(1 + round(2 * quality.speed)))
    far = tuple(_cricket(place, n, 0.05) for n in range(10, 14 + round(6 * quality.speed)))
    frequency = bins(place.rate, _CELL)
    field_ = sum(
        g * np.exp(-(((frequency - f) / w) ** 2)) for f, w, g in ((4050, 150, 0.010), (4700, 250, 0.004))
    )
    sway = Curve(place.seed, "field", 0.8)
    chorus = Bed(place, "field", lambda time: np.asarray(field_ * 10 ** (2.5 * sway.at(time) / 20)), 0.9)
    return Scape((*near, *far, chorus, air(place, 0.012)), gain=-10.0)


def _cricket(place: Place, number: int, near: float) -> Grains:
    """One cricket; a field cricket's pulses follow each other at about thirty a second (Bennet-Clark, 1989)."""
    rng = draws(place.seed, "cricket", number)
    rate = place.rate
    pitch, pulses = float(rng.uniform(3650, 4450)), int(rng.integers(3, 5))
    period, gain, pan = (
        float(rng.uniform(0.42, 0.75)),
        near * float(rng.uniform(0.5, 1.0)),
        float(rng.uniform(-0.95, 0.95)),
    )
    rest = Curve(place.seed, f"rest {number}", 9.0)
    pulse = np.sin(np.pi * np.linspace(0, 1, round(0.02 * rate))) ** 1.5
    step = round(float(rng.uniform(0.03, 0.036)) * rate)
    chirp = np.zeros(step * pulses + len(pulse))
    for n in range(pulses):
        chirp[step * n : step * n + len(pulse)] += pulse * (0.5 + 0.5 * n / pulses)
    time = np.arange(len(chirp)) / rate
    wave = (chirp * (np.sin(2 * np.pi * pitch * time) + 0.15 * np.sin(4.02 * np.pi * pitch * time))).astype(
        np.float32
    )

    drift = Curve(place.seed, f"drift {number}", 6.0)

    def fill(_: np.random.Generator, canvas: Canvas) -> None:
        seconds = canvas.cell / rate
        for beat in range(
            int(np.floor(canvas.time / period)) - 3, int(np.ceil((canvas.time + seconds) / period)) + 4
        ):
            own = draws(place.seed, f"chirp {number}", beat)
            at = (beat + 1.3 * drift.at(beat * period) + 0.12 * float(own.random())) * period - canvas.time
            if 0 <= at < seconds and rest.at(beat * period) > -0.45:
                canvas.add(round(at * rate), wave, pan, gain * float(own.uniform(0.8, 1.0)))

    return Grains(place, f"cricket {number}", fill, 24_000, 2)
