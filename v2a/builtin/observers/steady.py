"""Silence, steady atmosphere and music, out of curves of a few numbers a second."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.beats import Pulse, pulse
from v2a.model import Atmosphere, Music, Observations, Span

_STEP = Fraction(1, 10)
_SILENT = -60.0
_SHORTEST = 0.5
_FLOOR = -58.0
_SPREAD = 5.0
_LONG = 40
_MUSIC = 6.0
_ABOVE = 3.0


def silence(loudness: NDArray[np.float32], duration: Fraction) -> tuple[Span, ...]:
    """Where the production sound is below −60 LUFS for half a second and more."""
    return tuple(_runs(loudness < _SILENT, duration, _SHORTEST))


def atmosphere(
    loudness: NDArray[np.float32], played: Sequence[Music], duration: Fraction
) -> tuple[Atmosphere, ...]:
    """Where the quietest fifth of four seconds stays above −58 LUFS and does not move much: its level in LUFS.

    Under music nobody can tell, so there the confidence is low.
    """
    ground = _running(loudness, _LONG, 0.2)
    lower = _running(ground, _LONG, 0.1)
    upper = _running(ground, _LONG, 0.9)
    steady = (ground > _FLOOR) & (upper - lower < _SPREAD)
    found = []
    for span in _runs(steady, duration, 2.0):
        low, high = _rows(span, len(loudness))
        level = _level(loudness[low:high], ground[low:high])
        moves = float((upper - lower)[low:high].mean())
        sure = min(1.0, (level - _FLOOR) / 12 + 0.3) * (1 - 0.5 * moves / _SPREAD)
        covered = sum(float(_shared(span, each.span)) for each in played) / float(span.duration)
        found.append(Atmosphere(span, round(level, 2), round(sure * (1 - 0.6 * covered), 3)))
    return tuple(found)


def music(
    tones: NDArray[np.float32],
    loudness: NDArray[np.float32],
    rise: NDArray[np.float32],
    attack: NDArray[np.float32],
    so_far: Observations,
) -> tuple[Music, ...]:
    """Where tones last and change from time to time, for six seconds and more; a hum lasts and never changes."""
    tonal = _running(np.asarray(tones[:, 0]), 30, 0.5)
    moving = _running(_changes(np.asarray(tones[:, 1:])), 40, 0.8)
    loud = _running(loudness, 30, 0.5) > -50
    found = []
    for span in _runs(_closed((tonal > 0.45) & (moving > 0.12) & loud, 20), so_far.video.duration, _MUSIC):
        low, high = _rows(span, len(tones))
        spoken = sum(float(_shared(span, speech.span)) for speech in so_far.speech) / float(span.duration)
        sure = min(0.95, 0.3 + 0.8 * float(tonal[low:high].mean())) * (1 - 0.4 * spoken)
        beaten = pulse(rise[low * 10 : high * 10], attack[low * 50 : high * 50])
        tempo = None if beaten is None else beaten.tempo
        found.append(Music(span, round(sure, 3), tempo, _beats(span, beaten)))
    return tuple(found)


def _beats(span: Span, beaten: Pulse | None) -> tuple[Fraction, ...]:
    if beaten is None:
        return ()
    times = (span.start + Fraction(round(time * 10_000), 10_000) for time in beaten.beats)
    return tuple(time for time in times if span.contains(time))


def _level(loudness: NDArray[np.float32], ground: NDArray[np.float32]) -> float:
    """The mean power, in LUFS, of what is not well above the ground."""
    steady = loudness[loudness < ground + _ABOVE].astype(np.float64)
    return float(10 * np.log10((10 ** (steady / 10)).mean())) if len(steady) else float(np.median(ground))


def _changes(pitches: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of the energy falls on other pitches than a second ago, where there were any."""
    later, earlier = pitches[10:], pitches[:-10]
    there = (later.sum(1) > 0) & (earlier.sum(1) > 0)
    moved = np.where(there, 1 - np.minimum(later, earlier).sum(1), 0)
    return np.concatenate([np.zeros(min(10, len(pitches))), moved]).astype(np.float32)


def _running(values: NDArray[np.float32], width: int, share: float) -> NDArray[np.float32]:
    """A running quantile over `width` values around each one, in pieces so that memory stays small."""
    if not len(values):
        return np.zeros(0, np.float32)
    padded = np.pad(np.asarray(values), (width // 2, width - 1 - width // 2), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    pieces = [np.quantile(windows[n : n + 4096], share, axis=1) for n in range(0, len(windows), 4096)]
    return np.concatenate(pieces).astype(np.float32)


def _closed(marks: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """The marks with gaps up to so many values closed."""
    closed = marks.copy()
    at = np.flatnonzero(marks)
    for left, right in itertools.pairwise(at.tolist()):
        if right - left <= gap:
            closed[left:right] = True
    return closed


def _runs(marks: NDArray[np.bool_], duration: Fraction, shortest: float) -> Iterator[Span]:
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    for low, high in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)):
        start, end = int(low) * _STEP, min(duration, int(high) * _STEP)
        if end - start >= min(Fraction(shortest), duration) and end > start:
            yield Span(start, end)


def _rows(span: Span, count: int) -> tuple[int, int]:
    low = min(count - 1, int(span.start / _STEP))
    return low, max(low + 1, min(count, int(span.end / _STEP)))


def _shared(one: Span, other: Span) -> Fraction:
    both = one.intersection(other)
    return both.duration if both is not None else Fraction(0)
