"""Music cut in a time of its own: bars a little longer or shorter, as its beats land on what is wished of them.

As in `cuts`, the best way through all is found exactly, here over fine steps of time instead of the beats of a measure.
What comes out is a measure that the music can keep, and the cut that goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.cuts import Cut, Measure
from v2a.dsp.form import Form
from v2a.dsp.joins import NEVER, Curve, Ended, Joins, Room, Scores, worth
from v2a.dsp.songs import Song

_STEP = 0.02
_MOST_CELLS = 8_000_000
_SPARE, _FADE = 0.95, 5.0
_BENT = 0.05
_BEAT, _LATER = 1.5, 0.2
_INSIDE = 0.004

Steps = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wish:
    """A beat is wished between two times, in seconds of the cue, and weighs so much there."""

    early: float
    late: float
    weight: float


@dataclass(frozen=True, eq=False)
class OwnTime:
    """A cut of music, and the beats that it keeps by itself where it is cut so."""

    measure: Measure
    cut: Cut


def own_time(song: Song, form: Form, wishes: Sequence[Wish], length: float, most: float) -> OwnTime | None:
    """The best way to play a song for so many seconds with no bar stretched by more than `most`, as a part of it; nothing
    where the song has no bars, or song and cue are too long to try all of it.
    """
    joins = Joins.of(song, form)
    if joins is None or length / _STEP * len(joins.starts) > _MOST_CELLS:
        return None
    return _Table(joins, wishes, length, _SPARE * most).best()


class _Table:
    """The best score of all ways to have each bar begin at each step of time, and where that way came from."""

    def __init__(self, joins: Joins, wishes: Sequence[Wish], length: float, most: float) -> None:
        self._joins, self._length, self._most = joins, length, most
        self._steps, count = int(np.ceil(length / _STEP)), len(joins.starts)
        self._wished = _wished(wishes, self._steps)
        self._beats = [_beats(joins, bar) for bar in range(count)]
        self._natural = np.array([times[-1] for times in self._beats])
        self._lengths, self._bent = _lengths(self._natural, most)
        self._inner = _inner(self._beats, self._lengths)
        self._score = np.full((self._steps, count), NEVER, np.float32)
        self._from = np.full((self._steps, count), -1, np.int16)
        self._took = np.zeros((self._steps, count), np.int16)

    def best(self) -> OwnTime | None:
        """The best way of all."""
        best: tuple[int, Ended] | None = None
        joins = self._joins
        beat = joins.bar / joins.song.meter
        tail = 0.0 if joins.own is None else joins.song.ends - float(joins.starts[joins.own])
        faint = joins.song.faint if self._wished.any() else 0.0
        lasts = np.append(self._natural[:-1], joins.song.ends - joins.starts[-1])
        for step in range(self._steps):
            self._score[step] = self._begins(step)
            room = Room(self._length - step * _STEP, beat, tail, faint, beat / 2, _FADE)
            for ended in joins.endings(self._score[step], room, lasts):
                if ended.score > NEVER / 2 and (best is None or ended.score > best[1].score):
                    best = (step, ended)
        return None if best is None else self._traced(*best)

    def _begins(self, step: int) -> Scores:
        """The score of having each bar begin at a step."""
        ended, took = self._ends(step)
        on, came = self._joins.goes_on(ended)
        begun = self._joins.begun(step * _STEP)
        self._from[step] = np.where(begun >= on, -1, came)
        self._took[step] = took[np.maximum(came, 0)]
        weight = float(self._wished[step])
        gain = self._joins.gains(weight) + _BEAT * worth(weight) if weight else 0.0
        return np.asarray(np.maximum(begun, on) + gain, np.float32)

    def _ends(self, step: int) -> tuple[Scores, Steps]:
        """The best score with which each bar ends at a step, and how many steps it takes for that."""
        numbers = np.arange(len(self._lengths))
        begun = step - self._lengths
        able, row = (begun >= 0) & (self._lengths > 0), np.maximum(begun, 0)
        ways = np.where(able, self._score[row, numbers[:, None]] - self._bent, NEVER)
        if self._wished[row.min() : step].any():
            within = np.minimum(row[:, :, None] + self._inner, self._steps - 1)
            landed = np.where(self._inner > 0, worth(self._wished[within]), 0.0)
            ways = ways + _BEAT * landed.sum(axis=2)
        which = ways.argmax(axis=1)
        return ways[numbers, which].astype(np.float32), self._lengths[numbers, which]

    def _traced(self, step: int, ended: Ended) -> OwnTime:
        """The way that ended so."""
        bars = [(step, ended.bar)]
        while (came := int(self._from[bars[-1]])) >= 0:
            bars.append((bars[-1][0] - int(self._took[bars[-1]]), came))
        bars.reverse()
        path, natural, steps = [(0, bars[0][1])], [0.0], [bars[0][0]]
        for (at, bar), (until, following) in pairwise(bars):
            inside = self._inner[bar, int(np.flatnonzero(self._lengths[bar] == until - at)[0])]
            natural += (natural[-1] + self._beats[bar][1:]).tolist()
            steps += [*(at + inside[: len(self._beats[bar]) - 2]).tolist(), until]
            path.append((len(steps) - 1, following))
        measure = self._measure(np.array(natural), np.array(steps), path)
        return OwnTime(measure, Cut.through(path, ended.how))

    def _measure(self, natural: Curve, steps: Steps, path: Sequence[tuple[int, int]]) -> Measure:
        """The beats of bars that were found to come at steps, those that land on a wish just there."""
        weights = self._wished[steps]
        held = np.flatnonzero((weights > 0) | np.isin(np.arange(len(steps)), (0, len(steps) - 1)))
        times = _gliding(natural, natural[held], _STEP * steps[held].astype(np.float64), self._most)
        last = self._beats[path[-1][1]]
        behind = np.append(last[1:], 2 * last[-1] - last[-2])
        firsts = np.isin(np.arange(len(steps) + len(behind)), [beat for beat, _ in path])
        hits = np.append(weights, np.zeros(len(behind)))
        return Measure(np.append(times, times[-1] + behind), firsts, hits, self._length)


def _gliding(natural: Curve, held: Curve, heard: Curve, most: float) -> Curve:
    """When times are heard of which some are held: the tempo glides between those as far as the bound allows, and is even
    from one to the next where it allows nothing else.
    """
    even = np.interp(natural, held, heard)
    if len(held) < 3:
        return np.asarray(even)
    from scipy.interpolate import CubicSpline

    glide = CubicSpline(held, heard, bc_type="natural")(natural)
    pace, leans = np.diff(even) / np.diff(natural), np.diff(glide - even) / np.diff(natural)
    room = np.where(leans > 0, 1 + most - pace, pace - 1 + most) / np.maximum(np.abs(leans), 1e-9)
    return np.asarray(even + np.clip(room.min(), 0, 1) * (glide - even))


def _wished(wishes: Sequence[Wish], steps: int) -> Curve:
    """The weight that a beat lands on at each step; sooner is a little better than later."""
    wished = np.zeros(steps)
    times = np.arange(steps) * _STEP
    for wish in wishes:
        late = (times - wish.early) / max(wish.late - wish.early, _STEP)
        inside = (times >= wish.early + _INSIDE) & (times <= wish.late - _INSIDE)
        wished = np.maximum(wished, np.where(inside, wish.weight * (1 - _LATER * late), 0.0))
    return wished


def _beats(joins: Joins, bar: int) -> Curve:
    """The beats of a bar and the one behind it, in seconds from its start."""
    first = joins.song.firsts[bar]
    beats = np.array(joins.song.beats[first : first + int(joins.beats[bar]) + 1])
    if len(beats) < 2:
        beats = np.append(beats, beats[-1] + joins.bar / joins.song.meter)
    return np.asarray(beats - beats[0])


def _lengths(natural: Curve, most: float) -> tuple[Steps, Curve]:
    """How many steps each bar may take, none where it has fewer ways than others, and what each of those lengths costs."""
    low = np.ceil(natural * (1 - most) / _STEP)
    high = np.maximum(np.floor(natural * (1 + most) / _STEP), low)
    steps = low[:, None] + np.arange(int((high - low).max()) + 1)
    steps = np.where(steps <= high[:, None], steps, 0).astype(np.int64)
    by = steps * _STEP / natural[:, None] - 1
    return steps, np.where(steps > 0, _BENT * natural[:, None] * (by / most) ** 2, 0.0)


def _inner(beats: Sequence[Curve], lengths: Steps) -> Steps:
    """How many steps behind its start each beat within a bar lies, for each of its lengths; none where it has fewer beats."""
    inner = np.zeros((*lengths.shape, max(len(times) for times in beats) - 1), np.int64)
    for bar, times in enumerate(beats):
        inner[bar, :, : len(times) - 2] = np.round(lengths[bar, :, None] * times[1:-1] / times[-1])
    return inner
