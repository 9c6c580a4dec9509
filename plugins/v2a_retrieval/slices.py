"""The sounds within one recording: takes with quiet between them, and the strokes of a rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from v2a_retrieval.hearing import main_onset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_UNDER = 0.01
_GAP = 0.3
_LEAD = 0.08
_TAIL = 0.15
_WEAK = 0.2
_STROKE_RISE = 4.0
_STROKES_APART = 0.18


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a recording in samples, and where its main onset is."""

    start: int
    onset: int
    end: int
    peak: float


def takes(wave: Wave, rate: int) -> list[Slice]:
    """The sounds with quiet between them, as recordists leave it between takes; weak ones are left out."""
    mono = np.abs(wave).max(axis=0) if wave.size else np.zeros(0, np.float32)
    step = max(1, rate // 100)
    count = mono.size // step
    if count < 2:
        return [_slice(wave, rate, 0, wave.shape[1])] if wave.shape[1] else []
    level = mono[: count * step].reshape(count, step).max(axis=1)
    loud = np.flatnonzero(level > level.max() * _UNDER)
    breaks = np.flatnonzero(np.diff(loud) > _GAP * 100)
    firsts = np.concatenate([loud[:1], loud[breaks + 1]])
    lasts = np.concatenate([loud[breaks], loud[-1:]])
    found = []
    for number, (first, last) in enumerate(zip(firsts, lasts)):
        after = firsts[number + 1] * step if number + 1 < len(firsts) else wave.shape[1]
        start = max(0, int(first * step - _LEAD * rate))
        found.append(_slice(wave, rate, start, min(int(after), int((last + 1) * step + _TAIL * rate))))
    return _strong(found)


def strokes(wave: Wave, rate: int) -> list[Slice]:
    """The single strokes of what goes on and on, such as steps: each from shortly before it to the next."""
    found = []
    for take in takes(wave, rate):
        mono = np.abs(wave[:, take.start : take.end]).max(axis=0)
        found += [_slice(wave, rate, take.start + a, take.start + b) for a, b in _beats(mono, rate)]
    return _strong(found)


def _beats(mono: Wave, rate: int) -> list[tuple[int, int]]:
    """Where strokes begin and end: the level leaps over its own slow course, at least 0.18 s after the last."""
    step = max(1, rate // 200)
    count = mono.size // step
    if count < 8:
        return [(0, mono.size)]
    level = 20 * np.log10(mono[: count * step].reshape(count, step).max(axis=1) + 1e-5)
    slow = np.array([level[max(0, n - 12) : n].mean() if n else -100.0 for n in range(count)])
    found: list[int] = []
    for at in np.flatnonzero((level - slow > _STROKE_RISE) & (level > level.max() - 26)):
        if not found or (at - found[-1]) * step > _STROKES_APART * rate:
            found.append(int(at))
    starts = [max(0, at * step - round(0.02 * rate)) for at in found]
    if not starts:
        return [(0, mono.size)]
    return list(zip(starts, [*starts[1:], mono.size]))


def _slice(wave: Wave, rate: int, start: int, end: int) -> Slice:
    end = min(end, wave.shape[1])
    mono = wave[:, start:end].mean(axis=0)
    if not np.any(mono):
        mono = wave[0, start:end]
    peak = float(np.abs(wave[:, start:end]).max(initial=0.0))
    return Slice(start, start + main_onset(mono, rate), end, peak)


def _strong(found: list[Slice]) -> list[Slice]:
    loudest = max((one.peak for one in found), default=0.0)
    return [one for one in found if one.peak >= loudest * _WEAK]
