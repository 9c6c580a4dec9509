"""Music with known beats: a band that plays ten grooves in four metres, and the composer that ships with v2a.

The beat is what a listener taps: the quarter in 4/4 and 3/4, the dotted quarter in 6/8 and 12/8. Players are off it by
5 ms either way (one standard deviation, none on average); a third of the pieces sway by 3 % in tempo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

import v2a
import v2a_composer
from heard.listening import RATE
from heard.strikes import BEDS
from v2a.testing import request

Wave = NDArray[np.float64]
Rng = np.random.Generator
_MOODS = ("neutral", "warm", "hopeful", "playful", "epic", "sad")


@dataclass(frozen=True)
class Piece:
    """A piece of music, its tempo in beats a minute, its beats in seconds, what it is called, and how many beats a bar has."""

    sound: NDArray[np.float32]
    tempo: float
    beats: tuple[float, ...]
    name: str
    meter: int = 4


@dataclass(frozen=True)
class _Groove:
    """A bar of so many beats: who plays where in it, in beats."""

    name: str
    bar: int
    slow: float
    fast: float
    parts: Mapping[str, Sequence[float]]


_T = 1 / 3
_GROOVES = (
    _Groove("rock", 4, 70, 150, {"kick": (0, 2, 2.5), "snare": (1, 3), "hat": tuple(n / 2 for n in range(8)), "bass": (0, 2, 2.5), "chord": (0,)}),
    _Groove("four to the floor", 4, 110, 140, {"kick": (0, 1, 2, 3), "hat": (0.5, 1.5, 2.5, 3.5), "snare": (1, 3), "bass": (0.5, 1.5, 2.5, 3.5), "chord": (0, 1.5)}),
    _Groove("ballad", 4, 60, 90, {"kick": (0, 1.5), "snare": (2,), "hat": (0, 1, 2, 3), "chord": (0, 2), "bass": (0, 2)}),
    _Groove("syncopated", 4, 80, 130, {"kick": (0, 1.5, 3), "rim": (0, 0.75, 1.5, 2.5, 3), "hat": tuple(n / 2 for n in range(8)), "bass": (0, 1.5, 3), "chord": (0.5, 2)}),
    _Groove("swing", 4, 90, 170, {"hat": (0, 1, 1 + 2 * _T, 2, 3, 3 + 2 * _T), "bass": (0, 1, 2, 3), "chord": (0, 1 + 2 * _T), "kick": (0,)}),
    _Groove("waltz", 3, 84, 180, {"bass": (0,), "pluck": (1, 2), "chord": (0,), "hat": (1, 2)}),
    _Groove("waltz without drums", 3, 80, 160, {"bass": (0,), "pluck": (0, 1, 2)}),
    _Groove("six eight", 2, 50, 90, {"kick": (0,), "snare": (1,), "hat": tuple(n * _T for n in range(6)), "chord": (0,), "bass": (0, 1)}),
    _Groove("arpeggio", 4, 66, 130, {"pluck": tuple(n / 2 for n in range(8)), "bass": (0, 2)}),
    _Groove("piano", 4, 60, 120, {"pluck": (0, 1, 2, 3), "bass": (0,), "chord": (0,)}),
)  # fmt: skip


def piece(seed: int, seconds: float = 30.0) -> Piece:
    """A piece by the band; every fourth is the composer's."""
    if seed % 4 == 3:
        return _composed(seed, seconds)
    rng = np.random.default_rng([seed, 3])
    groove = _GROOVES[int(rng.integers(len(_GROOVES)))]
    tempo = float(np.exp(rng.uniform(np.log(groove.slow), np.log(groove.fast))))
    beats = _clicks(rng, tempo, seconds)
    sound = _played(rng, groove, beats, round(seconds * RATE))
    if rng.random() < 1 / 3:
        bed = BEDS[int(rng.integers(len(BEDS)))](rng, len(sound))
        sound = sound + bed * np.sqrt((sound**2).mean() / (bed**2).mean()) * 10 ** (-rng.uniform(12, 20) / 20)
    inside = tuple(float(b) for b in beats if b < seconds - 0.05)
    tempo = 60 / float(np.median(np.diff(beats)))
    return Piece(sound.astype(np.float32), tempo, inside, groove.name, groove.bar)


def _clicks(rng: Rng, tempo: float, seconds: float) -> Wave:
    sway = 0.03 if rng.random() < 1 / 3 else 0.0
    beats, phase = [rng.uniform(0.2, 0.8)], rng.uniform(0, 6)
    while beats[-1] < seconds + 8:
        beats.append(beats[-1] + 60 / tempo * (1 + sway * np.sin(beats[-1] / 3 + phase)))
    return np.array(beats)


def _played(rng: Rng, groove: _Groove, beats: Wave, count: int) -> Wave:
    sound = np.zeros(count)
    path, root = rng.permutation([0, 5, 7, 9, 2, 4])[:4], rng.uniform(98, 165)
    for first in range(0, len(beats) - groove.bar - 1, groove.bar):
        pitch = root * 2 ** (path[first // groove.bar % 4] / 12)
        for part, places in groove.parts.items():
            for n, place in enumerate(places):
                if rng.random() < 0.04:
                    continue
                at = float(np.interp(first + place, np.arange(len(beats)), beats)) + rng.normal(0, 0.005)
                start = round(max(0, at) * RATE)
                note = _note(rng, part, pitch, n) * rng.uniform(0.7, 1.0) * (1.15 if place == 0 else 1)
                note = note[: max(0, count - start)]
                sound[start : start + len(note)] += note
    return sound * 0.5 / np.abs(sound).max()


def _note(rng: Rng, part: str, pitch: float, number: int) -> Wave:
    t = np.arange(round({"chord": 1.6, "bass": 0.5, "pluck": 0.9}.get(part, 0.3) * RATE)) / RATE
    fade = np.minimum(1, (t[-1] - t) / 0.03)
    noise = rng.standard_normal(len(t))
    if part == "kick":
        return np.sin(2 * np.pi * np.cumsum(50 + 90 * np.exp(-t / 0.02)) / RATE) * np.exp(-t / 0.09) * fade
    if part == "snare":
        return (
            0.5 * noise * np.exp(-t / 0.06) + 0.4 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.05)
        ) * fade
    if part in ("hat", "rim"):
        bright = lfilter([1, -0.9], [1], noise)
        return (
            (0.12 if part == "hat" else 0.3) * bright * np.exp(-t / (0.02 if part == "hat" else 0.008)) * fade
        )
    ratios = (
        (1, 1.2599, 1.4983)
        if part == "chord"
        else (0.5,)
        if part == "bass"
        else ((1, 1.2599, 1.4983, 2)[number % 4],)
    )
    rise = {"chord": 0.02, "bass": 0.006}.get(part, 0.003)
    decay = {"chord": 0.9, "bass": 0.3}.get(part, 0.4)
    wave = np.zeros(len(t))
    for ratio in ratios:
        for h in range(1, 7):
            wave += np.sin(2 * np.pi * pitch * 2 * ratio * h * t + h) * np.exp(-t * h / decay / 2) / h**1.3
    return {"chord": 0.1, "bass": 0.3}.get(part, 0.22) * wave * np.minimum(1, t / rise) * fade


def _composed(seed: int, seconds: float) -> Piece:
    """The composer at a given tempo; its beats end where the last chord begins."""
    rng = np.random.default_rng([seed, 4])
    mood, tempo = _MOODS[int(rng.integers(len(_MOODS)))], round(float(rng.uniform(60, 132)), 1)
    (composer,) = v2a_composer.v2a_generators()
    timing = v2a.Timing(v2a.TempoMap.even(tempo))
    wanted = request(seconds, kind="mx", prompt=mood, seed=seed, params={"mood": mood}, timing=timing)
    made = next(iter(composer.open(None)([wanted])))
    end = next(mark.time for mark in made.score.marks if mark.name == "end")
    beats = tuple(n * 60 / tempo for n in range(round(end * tempo / 60) + 1))
    return Piece(made.sound.samples.mean(0), tempo, beats, f"composer, {mood}")
