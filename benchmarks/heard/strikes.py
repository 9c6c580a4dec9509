"""Foley with known onsets: struck, dropped, stepped and clicked things at random times, alone and in a place.

A strike begins at its first sample that is not silent; that is its true onset. Wherever another one still rings, a
strike is at least 6 dB above it, or nobody could tell that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from heard.listening import RATE

Wave = NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True)
class Foley:
    """A sound and when something begins in it, in seconds."""

    sound: NDArray[np.float32]
    times: tuple[float, ...]


def foley(seed: int, seconds: float = 20.0) -> Foley:
    """Strikes of one to three things, over 18 dB of levels; slow or in quick runs."""
    rng = np.random.default_rng([seed, 1])
    things = rng.choice(len(_THINGS), int(rng.integers(1, 4)), replace=False)
    slow = rng.uniform(0.25, 1.0)
    sound = np.zeros(round(seconds * RATE))
    times, at = [], rng.uniform(0.2, 0.8)
    while at < seconds - 0.3:
        first = round(at * RATE)
        one = _THINGS[int(rng.choice(things))](rng)[: len(sound) - first]
        ringing = np.abs(sound[first : first + 960]).max()
        size = max(0.5 * 10 ** (rng.uniform(-18, 0) / 20), 2 * ringing)
        if size < 0.95:
            sound[first : first + len(one)] += one * (size / np.abs(one).max())
            times.append(first / RATE)
        at += rng.uniform(0.1, 0.2) if rng.random() < 0.25 else slow * rng.uniform(0.5, 1.6)
    return Foley(_recorded(sound), tuple(times))


def struck_at(times: Sequence[float], seconds: float, seed: int) -> Foley:
    """One of the things struck at each of these times, over 12 dB of levels; times outside the sound are left out."""
    rng = np.random.default_rng([seed, 3])
    thing = _THINGS[int(rng.integers(len(_THINGS)))]
    sound = np.zeros(round(seconds * RATE))
    inside = tuple(t for t in times if 0 <= t < seconds - 0.05)
    for time in inside:
        first = round(time * RATE)
        one = thing(rng)[: len(sound) - first]
        sound[first : first + len(one)] += one * (0.5 * 10 ** (rng.uniform(-12, 0) / 20) / np.abs(one).max())
    return Foley(_recorded(sound), tuple(round(t * RATE) / RATE for t in inside))


def noisy(clean: Foley, seed: int) -> Foley:
    """The same in a place: 10 to 20 dB of the whole foley's power over that of a bed."""
    rng = np.random.default_rng([seed, 2])
    bed = BEDS[seed % len(BEDS)](rng, len(clean.sound))
    power = float((clean.sound.astype(np.float64) ** 2).mean())
    level = np.sqrt(power / (bed**2).mean()) * 10 ** (-rng.uniform(10, 20) / 20)
    return Foley(_recorded(clean.sound + level * bed), clean.times)


def _recorded(sound: Wave) -> NDArray[np.float32]:
    """The sound as a recorder keeps it, in 24 bits."""
    return (np.round(sound * 2**23) / 2**23).astype(np.float32)


def _clock(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _noise(rng: Rng, count: int) -> Wave:
    return rng.standard_normal(count)


def _burst(rng: Rng) -> Wave:
    """A slap: noise that dies at once."""
    t = _clock(0.5)
    return _noise(rng, len(t)) * np.exp(-t / rng.uniform(0.008, 0.05))


def _struck(rng: Rng) -> Wave:
    """Something that rings: a few partials out of tune with each other."""
    t = _clock(1.2)
    base = rng.uniform(180, 1400)
    wave = np.zeros(len(t))
    for n in range(int(rng.integers(3, 8))):
        pitch = base * (1 + n * rng.uniform(0.7, 1.6))
        if pitch < 15_000:
            wave += np.sin(2 * np.pi * pitch * t) * np.exp(-t / rng.uniform(0.02, 0.25 / (1 + n))) / (1 + n)
    return wave + 0.2 * _noise(rng, len(t)) * np.exp(-t / 0.004)


def _thud(rng: Rng) -> Wave:
    """A falling low tone with a dull knock on it."""
    t = _clock(0.7)
    low = rng.uniform(45, 130)
    fall = np.cumsum(low * (1 + np.exp(-t / 0.02))) / RATE
    knock = lfilter([0.1], [1, -0.9], _noise(rng, len(t))) * np.exp(-t / 0.012)
    return np.sin(2 * np.pi * fall) * np.exp(-t / rng.uniform(0.05, 0.2)) + 2 * knock


def _step(rng: Rng) -> Wave:
    """A heel in gravel or leaves: a knock with a rough tail that takes some milliseconds to rise."""
    t = _clock(0.5)
    rough = _noise(rng, len(t)) * np.abs(lfilter([0.02], [1, -0.98], _noise(rng, len(t))))
    tail = rough * np.minimum(t / rng.uniform(0.002, 0.008), 1) * np.exp(-t / rng.uniform(0.04, 0.09))
    heel = np.sin(2 * np.pi * rng.uniform(70, 160) * t) * np.exp(-t / 0.02)
    return tail / np.abs(tail).max() + rng.uniform(0.3, 0.9) * heel


def _click(rng: Rng) -> Wave:
    """A switch or a key: very short and bright."""
    t = _clock(0.08)
    return lfilter([1, -0.8], [1], _noise(rng, len(t))) * np.exp(-t / rng.uniform(0.001, 0.005))


def _cloth(rng: Rng) -> Wave:
    """A grab at cloth: noise with an edge of a few milliseconds."""
    t = _clock(0.35)
    rise = np.minimum(t / rng.uniform(0.003, 0.012), 1)
    return lfilter([1], [1, -0.5], _noise(rng, len(t))) * rise * np.exp(-t / rng.uniform(0.03, 0.08))


def _glass(rng: Rng) -> Wave:
    """A glass set down: high partials, a long ring."""
    t = _clock(1.0)
    wave = np.zeros(len(t))
    for _ in range(6):
        wave += np.sin(2 * np.pi * rng.uniform(1800, 9000) * t) * np.exp(-t / rng.uniform(0.03, 0.25))
    return wave


def _door(rng: Rng) -> Wave:
    """A latch and, 15 to 25 ms later as part of the same sound, the door in its frame."""
    t = _clock(0.9)
    wave = 0.5 * _noise(rng, len(t)) * np.exp(-t / 0.005)
    late = round(rng.uniform(0.015, 0.025) * RATE)
    wave[late:] += (
        _thud(rng)[: len(t) - late]
        if len(t) - late <= round(0.7 * RATE)
        else np.pad(_thud(rng), (0, len(t) - late - round(0.7 * RATE)))
    )
    return wave


_THINGS: tuple[Callable[[Rng], Wave], ...] = (_burst, _struck, _thud, _step, _click, _cloth, _glass, _door)


def _wandering(rng: Rng, count: int, seconds: float, low: float, high: float) -> Wave:
    """A curve that goes to another value every so many seconds."""
    step = round(seconds * RATE)
    knots = np.arange(0, count + step, step)
    return np.interp(np.arange(count), knots, rng.uniform(low, high, len(knots)))


def _hiss(rng: Rng, count: int) -> Wave:
    """The noise of a recorder."""
    return _noise(rng, count)


def _air(rng: Rng, count: int) -> Wave:
    """Air in a room: the lower, the louder, and never quite still."""
    return lfilter([1], [1, -0.97], _noise(rng, count)) * _wandering(rng, count, 1.0, 0.8, 1.25)


def _traffic(rng: Rng, count: int) -> Wave:
    """A rumble and a hum that comes and goes."""
    t = np.arange(count) / RATE
    hum = sum(np.sin(2 * np.pi * 55 * n * t + n) / n for n in range(1, 8))
    return (
        6 * lfilter([0.05], [1, -0.985], _noise(rng, count))
        + 0.4 * hum * (1 + 0.5 * np.sin(t / 3))
        + 0.15 * _noise(rng, count)
    )


def _rain(rng: Rng, count: int) -> Wave:
    """Many small drops and their wash."""
    drops = np.zeros(count)
    at = rng.integers(0, count, count // 160)
    drops[at] = rng.exponential(1.0, len(at)) * rng.choice([-1, 1], len(at))
    return 4 * lfilter([1, -1], [1, -1.6, 0.75], drops) + _noise(rng, count)


def _voices(rng: Rng, count: int) -> Wave:
    """The babble of eight people: pulses through two formants each, in syllables."""
    total = np.zeros(count)
    for _ in range(8):
        pitch = rng.uniform(90, 240) * _wandering(rng, count, 0.2, 0.9, 1.1)
        pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0)
        voice = pulses + 0.03 * _noise(rng, count)
        for formant in (rng.uniform(350, 800), rng.uniform(1000, 2400)):
            around = np.exp(-np.pi * 90 / RATE)
            voice = lfilter(
                [1 - around], [1, -2 * around * np.cos(2 * np.pi * formant / RATE), around**2], voice
            )
        total += voice / voice.std() * _wandering(rng, count, 0.12, 0.0, 1.0)
    return total


BEDS: tuple[Callable[[Rng, int], Wave], ...] = (_hiss, _air, _traffic, _rain, _voices)
