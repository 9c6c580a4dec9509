"""A small band that plays songs whose beats, bars and form are known, quickly enough for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

RATE = 48_000
_ROOTS = {"a": (0, 7, 9, 5), "b": (9, 5, 0, 7), "c": (2, 4, 5, 7)}


@dataclass(frozen=True)
class Song:
    """Its sound, mono; its beats and first beats in seconds; what each bar plays."""

    sound: np.ndarray
    beats: np.ndarray
    downbeats: np.ndarray
    bars: tuple[str, ...]


@cache
def song(
    bpm: float = 120.0,
    meter: int = 4,
    form: str = "aabb",
    drift: float = 0.0,
    rings: bool = True,
    lead: float = 0.3,
) -> Song:
    """Four bars for each letter of the form, and a last chord that rings where it `rings`; the tempo sways by `drift`."""
    bars = [f"{letter}{n}" for letter in form for n in range(4)]
    count = len(bars) * meter + 1
    beats = [lead]
    while len(beats) < count:
        beats.append(beats[-1] + 60 / (bpm * (1 + drift * np.sin(beats[-1] / 4))))
    at = np.array(beats)
    sound = np.zeros(round((at[-1] + (3.0 if rings else 0.0)) * RATE), np.float32)
    rng = np.random.default_rng(7)
    for bar, name in enumerate(bars):
        root = 110 * 2 ** (_ROOTS[name[0]][int(name[1])] / 12)
        for beat in range(meter):
            time, level = at[bar * meter + beat], 1.15 if beat == 0 else 1.0
            _set(sound, time, 0.12 * level * _chord(root, name[0], beat))
            _set(sound, time, (0.5 * _kick() if beat in (0, 2) else 0.2 * _snare(rng)))
        _set(sound, at[bar * meter], 0.3 * _bass(root))
    if rings:
        _set(sound, at[-1], 0.3 * _bass(110, 3.0, 0.8) + 0.1 * _last())
    inside = at if rings else at[:-1]
    return Song(sound, inside, inside[::meter], (*bars, "end") if rings else tuple(bars))


def _set(sound: np.ndarray, time: float, note: np.ndarray) -> None:
    start = round(time * RATE)
    kept = note[: max(0, len(sound) - start)]
    sound[start : start + len(kept)] += kept


def _shaped(seconds: float, decay: float, wave: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    rise, fall = np.minimum(1, t / 0.003), np.minimum(1, (seconds - t) / 0.02)
    return (wave(t) * np.exp(-t / decay) * rise * fall).astype(np.float32)


@cache
def _chord(root: float, letter: str, beat: int) -> np.ndarray:
    ratios = {"a": (2, 2.52, 3), "b": (4, 5.04, 6), "c": (2, 2.38, 3)}[letter]
    return _shaped(0.5, 0.25, lambda t: sum(np.sin(2 * np.pi * root * r * t + beat) for r in ratios))


@cache
def _bass(root: float, seconds: float = 0.8, decay: float = 0.4) -> np.ndarray:
    return _shaped(seconds, decay, lambda t: np.sin(np.pi * root * t) + 0.5 * np.sin(2 * np.pi * root * t))


@cache
def _last() -> np.ndarray:
    return _shaped(3.0, 0.8, lambda t: sum(np.sin(2 * np.pi * 110 * r * t) for r in (1, 2, 2.52, 3)))


@cache
def _kick() -> np.ndarray:
    return _shaped(0.2, 0.06, lambda t: np.sin(2 * np.pi * np.cumsum(50 + 90 * np.exp(-t / 0.02)) / RATE))


def _snare(rng: np.random.Generator) -> np.ndarray:
    return _shaped(0.15, 0.04, lambda t: rng.standard_normal(len(t)))
