"""Songs with known beats, bars and form, at a tempo that holds, sways or glides: eight styles of a small band.

A song has an intro, verses, choruses and a bridge, each with chords and players of its own, and ends on a chord that rings;
every third song is cut off instead. Players are off the beat by 4 ms either way (one standard deviation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from heard.listening import RATE

Wave = NDArray[np.float64]
Rng = np.random.Generator
DRIFTS = ("steady", "sway", "glide")
_LATE = 0.004
_RING = 3.5
_CENTRE, _WIDE = 110.0, 0.45


@dataclass(frozen=True)
class Song:
    """A song: its sound in mono, its tempo, its beats and the first beats of its bars in seconds, what each bar plays."""

    sound: NDArray[np.float32]
    tempo: float
    beats: Wave
    downbeats: Wave
    meter: int
    bars: tuple[str, ...]
    name: str
    rings: bool


@dataclass(frozen=True, eq=False)
class _Tape:
    """What a band is heard on, and when what it plays at a time comes there."""

    sound: Wave
    moved: Callable[[float], float]


@dataclass(frozen=True)
class _Style:
    """Who plays where in a bar, in beats; those in `late` only from the first verse on, those in `full` in choruses."""

    name: str
    meter: int
    slow: float
    fast: float
    parts: Mapping[str, Sequence[float]]
    late: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


_EIGHTHS, _SIXTEENTHS = tuple(n / 2 for n in range(8)), tuple(n / 4 for n in range(16))
_STYLES = (
    _Style("rock", 4, 90, 160, {"kick": (0, 2, 2.5), "snare": (1, 3), "hat": _EIGHTHS, "bass": _EIGHTHS, "guitar": (0, 1, 2, 3)}, ("kick", "snare"), ("crash",)),
    _Style("house", 4, 116, 132, {"kick": (0, 1, 2, 3), "open": (0.5, 1.5, 2.5, 3.5), "clap": (1, 3), "bass": (0.5, 1.5, 2.5, 3.5), "pad": (0,), "stab": (0, 1.5, 3)}, ("clap", "bass"), ("stab",)),
    _Style("ballad", 4, 70, 92, {"kick": (0, 2), "snare": (1, 3), "hat": (0, 1, 2, 3), "piano": (0, 1, 2, 3), "bass": (0, 2.5), "pad": (0,)}, ("kick", "snare", "hat"), ("pad",)),
    _Style("hip hop", 4, 76, 100, {"kick": (0, 0.75, 2.5), "snare": (1, 3), "hat": _EIGHTHS, "bass": (0, 0.75, 2.5), "keys": (0, 2.5)}, ("kick", "bass"), ("lead",)),
    _Style("folk waltz", 3, 90, 150, {"bass": (0,), "guitar": (1, 2), "pad": (0,), "lead": (0, 1.5, 2)}, ("lead",), ("pad",)),
    _Style("arpeggio", 4, 80, 140, {"piano": _EIGHTHS, "bass": (0, 2), "pad": (0,)}, ("bass",), ("lead",)),
    _Style("strings", 4, 84, 144, {"marcato": _EIGHTHS, "bass": (0, 1, 2, 3), "pad": (0,), "drum": (0,)}, ("drum",), ("drum", "lead")),
    _Style("funk", 4, 94, 124, {"kick": (0, 1.5, 2.75), "snare": (1, 3), "hat": _SIXTEENTHS, "bass": (0, 0.75, 1.5, 2.5, 3.25), "stab": (0.5, 1.75, 3.5)}, ("snare",), ("keys",)),
)  # fmt: skip
_PATHS = ((0, 7, 9, 5), (9, 5, 0, 7), (0, 5, 7, 5), (2, 7, 0, 9), (0, 4, 5, 7), (9, 7, 5, 7))
_FORM = (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("bridge", 4), ("chorus", 8), ("outro", 4))  # fmt: skip


def song(
    seed: int,
    drift: str = "steady",
    amount: float = 0.04,
    longest: float = 100.0,
    moved: Callable[[float], float] = float,
) -> Song:
    """A song; `amount` is how far its tempo drifts either way, as a part of it. It ends by `longest` seconds. Where a time is
    `moved`, what would be played then is played at another; beats and bars are told as they were.
    """
    rng = np.random.default_rng([seed, 17])
    style = _STYLES[seed % len(_STYLES)]
    tempo = float(rng.uniform(style.slow, style.fast))
    form = _form(style, tempo, longest)
    beats = _beats(rng, tempo, drift, amount, len(form) * style.meter + 2)
    rings = seed % 3 != 2
    last = float(beats[len(form) * style.meter])
    sound = np.zeros(round((last + (_RING if rings else 0.0)) * RATE))
    _play(rng, style, form, beats, _Tape(sound, moved))
    if rings:
        _final(rng, beats[len(form) * style.meter], _Tape(sound, moved))
    inside = beats[: len(form) * style.meter + int(rings)]
    names = tuple(f"{name} {n % 4}" for name, n in form) + (("end",) if rings else ())
    level = (sound * 0.5 / np.abs(sound).max()).astype(np.float32)
    return Song(level, tempo, inside, inside[:: style.meter], style.meter, names, style.name, rings)


def _form(style: _Style, tempo: float, longest: float) -> list[tuple[str, int]]:
    """The bars by section, as many sections as there is time for; the outro always."""
    room = (longest - _RING - 1) * tempo / 60 / style.meter
    bars: list[tuple[str, int]] = []
    for name, count in _FORM:
        if name == "outro" or len(bars) + count + 4 <= room:
            bars += [(name, n) for n in range(count)]
    return bars


def _beats(rng: Rng, tempo: float, drift: str, amount: float, count: int) -> Wave:
    """The beats; a sway takes 16 to 40 s from one slow to the next, a glide goes from slow to fast or back."""
    turn, phase, way = rng.uniform(16, 40), rng.uniform(0, 6.28), rng.choice([-1, 1])
    beats = [float(rng.uniform(0.05, 0.6))]
    for n in range(count):
        faster = {"sway": np.sin(2 * np.pi * beats[-1] / turn + phase), "glide": way * (2 * n / count - 1)}
        beats.append(beats[-1] + 60 / (tempo * (1 + amount * faster.get(drift, 0.0))))
    return np.array(beats)


def _play(rng: Rng, style: _Style, form: Sequence[tuple[str, int]], beats: Wave, tape: _Tape) -> None:
    root = float(rng.uniform(82, 147))
    paths = {name: _PATHS[int(n)] for name, n in zip(dict(_FORM), rng.permutation(20) % len(_PATHS))}
    for bar, (section, number) in enumerate(form):
        chord = root * 2 ** (paths[section][number % 4] / 12)
        minor = paths[section][number % 4] in (2, 4, 9)
        for part, places in style.parts.items():
            if (section == "intro" and part in style.late) or (section == "bridge" and part in ("kick", "snare", "hat")):  # fmt: skip
                continue
            if part in style.full and section not in ("chorus", "outro"):
                continue
            for n, place in enumerate(places):
                if rng.random() < 0.03 and place:
                    continue
                force = rng.uniform(0.75, 1.0) * (1.15 if place == 0 else 1.0)
                at = float(np.interp(bar * style.meter + place, np.arange(len(beats)), beats))
                _set(
                    tape.sound,
                    tape.moved(at + rng.normal(0, _LATE)),
                    force * _note(rng, part, chord, minor, n),
                )


def _final(rng: Rng, at: float, tape: _Tape) -> None:
    t = np.arange(round(_RING * RATE)) / RATE
    chord = sum(
        np.sin(2 * np.pi * 110 * r * h * t + h) / h**1.5
        for r in (0.5, 1, 1.26, 1.498, 2)
        for h in range(1, 6)
    )
    _set(
        tape.sound,
        tape.moved(float(at)),
        0.12 * np.asarray(chord) * np.minimum(1, t / 0.004) * np.exp(-t / 0.7),
    )


def _set(sound: Wave, at: float, note: Wave) -> None:
    start = max(0, round(at * RATE))
    kept = note[: max(0, len(sound) - start)]
    sound[start : start + len(kept)] += kept


def _note(rng: Rng, part: str, chord: float, minor: bool, number: int) -> Wave:
    third = 1.1892 if minor else 1.2599
    if part in _DRUMS:
        return _DRUMS[part](rng)
    pitches, seconds, rise, decay, level = _PITCHED[part](third, number)
    t = np.arange(round(seconds * RATE)) / RATE
    wave = sum(_tone(t, chord * p, decay) for p in pitches)
    return level * np.asarray(wave) * np.minimum(1, t / rise) * np.minimum(1, (seconds - t) / 0.04)


def _tone(t: Wave, pitch: float, decay: float) -> Wave:
    made = np.zeros(len(t))
    for h in range(1, 8):
        made += (
            np.sin(2 * np.pi * pitch * h * (1 + 0.0003 * h * h) * t + h)
            * np.exp(-t * h**0.7 / decay)
            / h**1.2
        )
    return made


def _noise(rng: Rng, seconds: float, decay: float, bright: float) -> Wave:
    t = np.arange(round(seconds * RATE)) / RATE
    hiss = rng.standard_normal(len(t) + 1)
    return (hiss[1:] - bright * hiss[:-1]) * np.exp(-t / decay) * np.minimum(1, (seconds - t) / 0.01)


def _kick(rng: Rng) -> Wave:
    t = np.arange(round(0.3 * RATE)) / RATE
    return 0.9 * np.sin(2 * np.pi * np.cumsum(48 + 110 * np.exp(-t / 0.018)) / RATE) * np.exp(-t / 0.1)


def _snare(rng: Rng) -> Wave:
    t = np.arange(round(0.25 * RATE)) / RATE
    return 0.3 * np.sin(2 * np.pi * 185 * t) * np.exp(-t / 0.05) + 0.35 * _noise(rng, 0.25, 0.07, 0.3)


_DRUMS: Mapping[str, Callable[[Rng], Wave]] = {
    "kick": _kick,
    "snare": _snare,
    "drum": lambda rng: 0.8 * _kick(rng),
    "hat": lambda rng: 0.10 * _noise(rng, 0.08, 0.015, 0.9),
    "open": lambda rng: 0.10 * _noise(rng, 0.25, 0.07, 0.9),
    "clap": lambda rng: 0.25 * _noise(rng, 0.2, 0.05, 0.5),
    "crash": lambda rng: 0.08 * _noise(rng, 1.5, 0.5, 0.8),
}
_Told = tuple[tuple[float, ...], float, float, float, float]
_PITCHED: Mapping[str, Callable[[float, int], _Told]] = {
    "bass": lambda third, n: ((0.5,), 0.4, 0.005, 0.3, 0.22),
    "guitar": lambda third, n: ((1, third, 1.498, 2), 0.7, 0.004, 0.35, 0.07),
    "piano": lambda third, n: (((1, third, 1.498, 2)[n % 4] * 2,), 1.0, 0.003, 0.5, 0.16),
    "keys": lambda third, n: ((2, 2 * third, 2.997), 0.8, 0.008, 0.4, 0.07),
    "stab": lambda third, n: ((2, 2 * third, 2.997), 0.2, 0.004, 0.15, 0.09),
    "pad": lambda third, n: ((1, third, 1.498), 1.9, 0.25, 3.0, 0.06),
    "marcato": lambda third, n: ((1, third, 1.498), 0.22, 0.02, 1.0, 0.08),
    "lead": lambda third, n: (((4, 4.49, 5.99, 4 * third)[n % 4],), 0.6, 0.02, 0.8, 0.08),
}


@cache
def strangers(first: int = 0) -> tuple[tuple[str, NDArray[np.float32]], ...]:
    """Sounds without a plain beat, by name: drones, pads that change slowly, a rubato piano, noise, silence."""
    found: list[tuple[str, NDArray[np.float32]]] = []
    for seed in range(first, first + 6):
        rng = np.random.default_rng([seed, 23])
        found += [("rubato", _rubato(rng)), ("pads", _pads(rng)), ("drone", _drone(rng))]
    rng = np.random.default_rng([first, 5])
    found += [("noise", (0.1 * rng.standard_normal(40 * RATE)).astype(np.float32))]
    return (*found, ("silence", np.zeros(30 * RATE, np.float32)))


def _rubato(rng: Rng) -> NDArray[np.float32]:
    """A piano whose beats are a fifth longer or shorter than their neighbours, with rolled chords and holds."""
    sound, at, root = np.zeros(60 * RATE), 0.3, float(rng.uniform(98, 160))
    while at < 58:
        chord = root * 2 ** (rng.choice([0, 2, 4, 5, 7, 9]) / 12)
        for n in range(int(rng.integers(1, 5))):
            _set(
                sound,
                at + 0.06 * n * rng.uniform(0.4, 1.6),
                rng.uniform(0.4, 1) * _note(rng, "piano", chord, False, n),
            )
        at += float(np.exp(rng.normal(np.log(0.75), 0.28))) + (
            rng.uniform(0.5, 1.5) if rng.random() < 0.12 else 0
        )
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def _pads(rng: Rng) -> NDArray[np.float32]:
    sound, at = np.zeros(60 * RATE), 0.0
    while at < 56:
        seconds = float(rng.uniform(4, 9))
        t = np.arange(round(seconds * RATE)) / RATE
        pitch = 110 * 2 ** (rng.integers(0, 12) / 12)
        wave = sum(np.sin(2 * np.pi * pitch * p * t + rng.uniform(0, 6)) for p in (1, 1.5, 2, 2.52, 3))
        _set(sound, at, 0.1 * np.asarray(wave) * np.sin(np.pi * t / seconds) ** 2)
        at += 0.5 * seconds
    return sound.astype(np.float32)


def _drone(rng: Rng) -> NDArray[np.float32]:
    t = np.arange(50 * RATE) / RATE
    wave = sum(
        np.sin(2 * np.pi * 55 * h * (1 + 0.001 * rng.normal()) * t + rng.uniform(0, 6)) / h
        for h in range(1, 9)
    )
    return (0.08 * np.asarray(wave) * (1 + 0.3 * np.sin(2 * np.pi * 0.11 * t))).astype(np.float32)
