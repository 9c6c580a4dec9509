"""Sounds whose onsets are known by construction, of one kind each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from heard import strikes
from heard.listening import RATE
from numpy.typing import NDArray
from scipy.signal import lfilter

import v2a
import v2a_composer
import v2a_foley
from v2a.interfaces import as_maker
from v2a.model import Moment

SECONDS = 8.0
Wave = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound of a kind, when something sets in in it, and how much around that counts, in seconds."""

    kind: str
    wave: Wave
    times: tuple[float, ...]
    around: float = 0.025


def sounds(seed: int) -> Iterator[Sound]:
    """One sound of each kind."""
    alone = strikes.foley(seed, SECONDS)
    yield Sound("struck", _both(alone.sound), alone.times)
    placed = strikes.noisy(alone, seed)
    yield Sound("struck, in a place", _both(placed.sound), placed.times)
    run = np.cumsum(np.random.default_rng([seed, 12]).uniform(0.07, 0.16, round(SECONDS / 0.12)))
    fast = strikes.struck_at([float(t) for t in run], SECONDS, seed)
    yield Sound("struck, in runs", _both(fast.sound), fast.times)
    yield _footsteps(seed)
    yield Sound("voice, sung", _both(sung(seed)), ())
    yield _music("music, plucked", ("playful", "hopeful", "epic")[seed % 3], seed, 0.03)
    yield _music("music, held", ("tense", "calm", "sad", "mysterious")[seed % 4], seed, 0.06)


def _both(sound: Wave) -> Wave:
    return np.stack([sound, sound])


def sung(seed: int) -> Wave:
    """A voice on a vowel: pulses with vibrato through three formants, in phrases."""
    rng, count = np.random.default_rng([seed, 13]), round(SECONDS * RATE)
    clock = np.arange(count) / RATE
    pitch = rng.uniform(90, 260) * (1 + 0.02 * np.sin(2 * np.pi * rng.uniform(4.5, 6) * clock))
    voice = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
    total = np.zeros(count)
    for formant in (rng.uniform(350, 800), rng.uniform(1000, 2000), rng.uniform(2300, 3000)):
        around = np.exp(-np.pi * 100 / RATE)
        total += lfilter(
            [1 - around], [1, -2 * around * np.cos(2 * np.pi * formant / RATE), around**2], voice
        )
    total *= 0.6 + 0.4 * np.sin(2 * np.pi * rng.uniform(0.3, 0.7) * clock)
    return (0.5 * total / np.abs(total).max()).astype(np.float32)


def _footsteps(seed: int) -> Sound:
    rng = np.random.default_rng([seed, 9])
    times = np.cumsum(rng.uniform(0.42, 0.62, round(SECONDS / 0.7)))
    moments = tuple(
        Moment(Fraction(round(t * 1000), 1000), "contact", float(rng.uniform(0.4, 1.0)), 1.0) for t in times
    )
    ground = ("gravel", "concrete", "wood", "snow")[seed % 4]
    made = _made(v2a_foley, "fo", f"footsteps on {ground}", seed, moments=moments)
    return Sound("footsteps", made, tuple(float(m.time) for m in moments))


def _music(kind: str, mood: str, seed: int, around: float) -> Sound:
    tempo = round(float(np.random.default_rng([seed, 10]).uniform(70, 120)), 1)
    timing = v2a.Timing(v2a.TempoMap.even(tempo))
    made = _made(v2a_composer, "mx", mood, seed, params={"mood": mood}, timing=timing)
    return Sound(kind, made, tuple(float(n * 60 / tempo) for n in range(int(SECONDS * tempo / 60))), around)


def _made(plugin: object, kind: str, prompt: str, seed: int, **told: object) -> Wave:
    generator = next(g for g in plugin.v2a_generators() if kind in g.card.kinds)
    span = v2a.Span(Fraction(0), Fraction(round(SECONDS)))
    request = v2a.Request("stretched", kind, prompt, span, span.end, seed, RATE, 2, **told)
    (made,) = as_maker(generator.open(v2a.Bench()))([request])
    return np.array(np.broadcast_to(made.sound.samples, (2, made.sound.length)))
