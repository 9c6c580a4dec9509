"""A song as it can be cut: its bars, what each of them sounds like, and its own ending."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.bars import Bars, bars
from v2a.dsp.form import form
from v2a.dsp.hearing import ROWS, Curves

_PARTS = 4
_REGISTERS = 8
_STRETCH = 0.5
_SMOOTH = 5
_GONE, _LEFT, _CUT_OFF, _FAINT = 40.0, 6.0, 12.0, 20.0
_LOUD = 0.7
_EARLY = 0.1
_QUIETEST, _SILENT = -90.0, -75.0
_SLACK = 0.2
_DIES, _RINGS, _FADES = 0.7, 1.5, 3.0
_DIGITS = 3

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Song:
    """What is known of a piece of music, in seconds of its own.

    `beats` reach over all of it and `firsts` are the numbers of those that begin bars; both are empty where no beat is plain.
    `opens` is when the first thing is heard, at most a quarter of a second too soon, and `begins` the same to a tenth; `ends` is
    when the last has died away. `ending` is where its own ending begins,
    which must not be cut; it is missing where the music is cut off. For the last `faint` seconds of it so little is left
    that a fade may take their place. `sounds` holds what each bar sounds like, or without a
    beat each half second: its share of twelve pitches and its level in eight registers in dB, of four parts one after another.
    """

    seconds: float
    opens: float
    ends: float
    ending: float | None
    tempo: float | None = None
    meter: int = 4
    beats: tuple[float, ...] = ()
    firsts: tuple[int, ...] = ()
    sure: float = 0.0
    counted: float = 0.0
    begins: float = 0.0
    sounds: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    faint: float = 0.0

    @property
    def beaten(self) -> bool:
        """Whether it has a plain beat and at least two bars."""
        return len(self.firsts) > 1

    @cached_property
    def starts(self) -> Curve:
        """When each bar begins, or without a beat each half second."""
        if self.beaten:
            return np.array(self.beats)[list(self.firsts)]
        return np.arange(len(self.sounds), dtype=np.float64) * _STRETCH


def song(curves: Curves, tempo: float | None = None) -> Song:
    """What there is to know of music; its tempo may be given, in beats a minute."""
    power = _power(curves)
    level = _level(power)
    least = max(_SILENT, _usual(level) - _GONE)
    heard = np.flatnonzero(level > least)
    opens, ends = (
        (float(heard[0]) / ROWS, min(curves.seconds, float(heard[-1] + 1) / ROWS))
        if len(heard)
        else (0.0, 0.0)
    )
    found = bars(curves, tempo) if len(heard) else None
    begins = float((_decibels(power) > least).argmax()) / ROWS if len(heard) else 0.0
    ending = _ending(level, float(_decibels(power[-1:]).sum()), ends, found)
    faint = 0.0 if ending is None else _faint(level, ends)
    plain = Song(curves.seconds, opens, ends, ending, begins=begins, faint=faint)
    if found is None or len(found.firsts) < 2:
        starts = np.arange(0, curves.seconds, _STRETCH)
        return _with_sounds(plain, curves, np.append(starts, starts[-1:] + _STRETCH), 1)
    beats = tuple(round(float(t), 4) for t in found.beats)
    firsts = tuple(found.firsts.tolist())
    whole = replace(plain, tempo=round(found.tempo, 2), meter=found.meter, beats=beats, firsts=firsts, sure=found.sure, counted=found.counted)  # fmt: skip
    last = whole.starts[-1] + (whole.starts[-1] - whole.starts[-2])
    return _with_sounds(whole, curves, np.append(whole.starts, last), _PARTS)


def counted(known: Song, tempo: float) -> Song:
    """The song counted in beats of half or twice the length, where that brings it nearer to a tempo."""
    if known.tempo is None:
        return known
    held = Bars(
        known.tempo,
        known.meter,
        np.array(known.beats),
        np.array(known.firsts),
        known.sure,
        known.counted,
        0,
        0,
    )
    phrase = form(known.sounds).phrase if len(known.sounds) else 0
    ways = [held, held.faster(), held.slower(second=phrase % 2 == 1)]
    nearest = min((w for w in ways if w is not None), key=lambda w: abs(np.log(w.tempo / tempo)))
    return known if nearest is held else _recounted(known, nearest)


def begun(known: Song) -> Song:
    """The song with a first bar that begins with its first sound, be that beats behind where the bar would have begun."""
    first = max(0, int(np.searchsorted(known.starts, known.begins + _EARLY, "right")) - 1)
    beat = int(np.searchsorted(known.beats, known.begins + _EARLY, "right")) - 1
    if beat <= known.firsts[first]:
        return known
    return replace(known, firsts=(*known.firsts[:first], beat, *known.firsts[first + 1 :]))


def _recounted(known: Song, way: Bars) -> Song:
    """The song in other bars, each of which sounds like the one that it is a part of, or the first of those it is made of."""
    starts = way.beats[way.firsts]
    inside = np.clip(np.searchsorted(known.starts, starts + 1e-6, "right") - 1, 0, len(known.sounds) - 1)
    return replace(
        known,
        tempo=way.tempo,
        meter=way.meter,
        beats=tuple(way.beats.tolist()),
        firsts=tuple(way.firsts.tolist()),
        sounds=tuple(known.sounds[n] for n in inside),
    )


def _with_sounds(known: Song, curves: Curves, edges: Curve, parts: int) -> Song:
    return replace(known, sounds=_sounds(curves, edges, parts))


def _sounds(curves: Curves, edges: Curve, parts: int) -> tuple[tuple[float, ...], ...]:
    """What each stretch between two edges sounds like, in so many parts."""
    if len(edges) < 2 or not len(curves.bands):
        return ()
    inner = np.interp(np.arange((len(edges) - 1) * parts + 1) / parts, np.arange(len(edges)), edges)
    pitches = _means(np.sqrt(curves.tones[:, 1:].astype(np.float64)), inner)
    power = (
        (10 ** (curves.bands.astype(np.float64) / 10)).reshape(len(curves.bands), _REGISTERS, -1).sum(axis=2)
    )
    levels = 10 * np.log10(_means(power, inner) + 10 ** (_QUIETEST / 10))
    rows = np.concatenate([pitches, levels], axis=1).reshape(len(edges) - 1, -1)
    return tuple(tuple(round(float(v), _DIGITS) for v in row) for row in rows)


def _means(rows: Curve, edges: Curve) -> Curve:
    """The mean of the rows, ten a second, between each edge and the next."""
    at = np.clip(np.round(edges * ROWS).astype(np.int64), 0, len(rows))
    low = np.minimum(at[:-1], len(rows) - 1)
    high = np.clip(at[1:], low + 1, len(rows))
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])


def _power(curves: Curves) -> Curve:
    """The power of all bands ten times a second."""
    return np.asarray((10 ** (curves.bands.astype(np.float64) / 10)).sum(axis=1))


def _level(power: Curve) -> Curve:
    """The level in dB ten times a second, smoothed over half a second."""
    if not len(power):
        return np.zeros(0)
    smooth = np.convolve(np.pad(power, _SMOOTH // 2, mode="edge"), np.full(_SMOOTH, 1 / _SMOOTH), "valid")
    return _decibels(smooth)


def _decibels(power: Curve) -> Curve:
    return np.asarray(10 * np.log10(power + 10 ** (_QUIETEST / 10)))


def _usual(level: Curve) -> float:
    return float(np.quantile(level, _LOUD)) if len(level) else 0.0


def _faint(level: Curve, ends: float) -> float:
    """For how long before it ends music has been faint, by its level ten times a second."""
    left = np.flatnonzero(level[: round(ends * ROWS)] > _usual(level) - _FAINT)
    return max(0.0, ends - float(left[-1] + 1) / ROWS) if len(left) else 0.0


def _ending(level: Curve, at_last: float, ends: float, found: Bars | None) -> float | None:
    """Where the music begins to end: the last beat at its usual level, or the last time, where it dies away behind that;
    `at_last` is the level of its last tenth of a second.
    """
    last = round(ends * ROWS) - 1
    if last < 0 or (last == len(level) - 1 and at_last > _usual(level) - _CUT_OFF):
        return None
    left = float(np.flatnonzero(level[: last + 1] > _usual(level) - _LEFT)[-1]) / ROWS
    if found is None:
        return left if ends - left > _DIES else None
    played = found.beats[found.opens : found.closes + 1]
    if ends - played[-1] < _RINGS * 60 / found.tempo and ends - left < _FADES:
        return None
    before = played[played <= left + _SLACK]
    return float(before[-1]) if len(before) else left
