"""Silence, steady atmosphere and music, out of curves of a few numbers a second."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.beats import Pulse, pulse
from v2a.model import Atmosphere, Music, Observations, Span

_STEP = Fraction(1, 10)
_SILENT = -60.0
_SHORTEST = 0.5
_FLOOR = -58.0
_SPREAD = 5.0
_LONG = 40
_MUSIC = 4.0
_ABOVE = 3.0
_REACH, _SHADOW, _COVERED = 60, 20, 150
_TONAL, _MOVING = 0.04, 0.12
_STAY, _TURN = 0.25, 0.02


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
    steady = _reached((ground > _FLOOR) & (upper - lower < _SPREAD), loudness, ground)
    found = []
    for span in _runs(steady, duration, 2.0):
        low, high = _rows(span, len(loudness))
        level = _level(loudness[low:high], ground[low:high])
        moves = float(np.minimum(upper - lower, _SPREAD)[low:high].mean())
        sure = min(1.0, (level - _FLOOR) / 12 + 0.3) * (1 - 0.5 * moves / _SPREAD)
        covered = sum(float(_shared(span, each.span)) for each in played) / float(span.duration)
        found.append(Atmosphere(span, round(level, 2), round(sure * (1 - 0.6 * covered), 3)))
    return tuple(found)


def _reached(
    steady: NDArray[np.bool_], loudness: NDArray[np.float32], ground: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """The marks, carried on to where the sound itself leaves the level: a window that holds a change cannot tell."""
    out = steady.copy()
    for low, high in _edges(steady):
        level = float(np.median(ground[low:high]))
        first, last = max(0, low - _REACH), min(len(out), high + _REACH)
        out[low - _carried(loudness[first:low][::-1], level) : low] = True
        out[high : high + _carried(loudness[high:last], level)] = True
    return _under(out, loudness, ground)


def _carried(loudness: NDArray[np.float32], level: float) -> int:
    """Up to which row a level goes on: it may be covered for two seconds, and ends where the sound falls below it."""
    below = np.flatnonzero(loudness < level - _SPREAD)
    heard = np.flatnonzero(np.abs(loudness[: below[0] if len(below) else None] - level) <= _SPREAD)
    gaps = np.flatnonzero(np.diff(heard, prepend=-1) > _SHADOW)
    heard = heard[: gaps[0]] if len(gaps) else heard
    return int(heard[-1]) + 1 if len(heard) else 0


def _under(
    steady: NDArray[np.bool_], loudness: NDArray[np.float32], ground: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """The marks, carried on under what covers the atmosphere for a while, where its pauses let it through."""
    out = steady.copy()
    for (low, high), (later, end) in itertools.pairwise(_edges(steady)):
        before, after = float(np.median(ground[low:high])), float(np.median(ground[later:end]))
        if later - high > _COVERED or abs(before - after) > _SPREAD:
            continue
        pauses = float(np.quantile(loudness[high:later], 0.05))
        out[high:later] = abs(pauses - (before + after) / 2) < _SPREAD
    return out


def music(
    tones: NDArray[np.float32],
    loudness: NDArray[np.float32],
    rise: NDArray[np.float32],
    attack: NDArray[np.float32],
    so_far: Observations,
) -> tuple[Music, ...]:
    """Where tones last and change from time to time, for four seconds and more.

    A hum lasts and never changes; an engine changes all the time, or so slowly that no note begins.
    """
    pitches = np.asarray(tones[:, 1:])
    tonal = _running(np.asarray(tones[:, 0]), 30, 0.5)
    moving = _running(_changes(pitches, 10), 40, 0.8)
    loud = _running(loudness, 30, 0.5) > -50
    marks = _closed((tonal > _TONAL) & (moving > _MOVING) & loud, 20)
    found = []
    for span in _runs(marks, so_far.video.duration, _MUSIC):
        low, high = _rows(span, len(tones))
        if not _in_notes(pitches[low:high]):
            continue
        beaten = pulse(rise[low * 10 : high * 10], attack[low * 50 : high * 50])
        spoken = sum(float(_shared(span, speech.span)) for speech in so_far.speech) / float(span.duration)
        sure = min(0.95, 0.55 + 0.5 * float(tonal[low:high].mean())) * (1 - 0.3 * spoken)
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


def _in_notes(pitches: NDArray[np.float32]) -> bool:
    """Whether the pitches often stay for a tenth of a second, and now and then are others at once."""
    sounding = pitches.sum(1) > 0
    turned = _changes(pitches, 1)[1:][sounding[1:] & sounding[:-1]]
    return bool(len(turned)) and (turned < 0.15).mean() > _STAY and (turned > 0.3).mean() > _TURN


def _changes(pitches: NDArray[np.float32], ago: int) -> NDArray[np.float32]:
    """How much of the energy falls on other pitches than so many tenths of a second ago, where there were any."""
    later, earlier = pitches[ago:], pitches[:-ago]
    there = (later.sum(1) > 0) & (earlier.sum(1) > 0)
    moved = np.where(there, 1 - np.minimum(later, earlier).sum(1), 0)
    return np.concatenate([np.zeros(min(ago, len(pitches))), moved]).astype(np.float32)


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


def _edges(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where each run of marks begins, and where it has ended."""
    edges = np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()))


def _runs(marks: NDArray[np.bool_], duration: Fraction, shortest: float) -> Iterator[Span]:
    for low, high in _edges(marks):
        start, end = low * _STEP, min(duration, high * _STEP)
        if end - start >= min(Fraction(shortest), duration) and end > start:
            yield Span(start, end)


def _rows(span: Span, count: int) -> tuple[int, int]:
    low = min(count - 1, int(span.start / _STEP))
    return low, max(low + 1, min(count, int(span.end / _STEP)))


def _shared(one: Span, other: Span) -> Fraction:
    both = one.intersection(other)
    return both.duration if both is not None else Fraction(0)
