"""Which bars of a song are played in which order, so that it lasts as long as a film wants, and where that is heard least.

Bars are set on the beats of a measure. Playing on costs nothing; a cut costs by how badly what comes goes on from what was,
by how it breaks phrases and jumps back; bars that begin where the picture wants them gain. The best way through all of
that is found exactly (dynamic programming over beats and bars).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.form import PHRASE, Form
from v2a.dsp.songs import Song

Ending = Literal["own", "bar", "fade"]
MOST_BARS = 1200
_CUT, _UNLIKE, _BROKEN, _BACK = 0.8, 2.5, 0.35, 0.3
_WAYS = 12
_BEGUN, _FRESH, _AMID, _LATE = 1.6, 0.7, 0.9, 1.2
_OFF = 0.15
_HIT, _MOST, _NEWS = 0.25, 1.0, 0.8
_ENDED = {"own": 0.0, "bar": 3.6, "fade": 5.0}
_SILENT, _SHORN, _CURTAILED, _WHOLE = 0.6, 5.0, 1.2, 0.01
_LONG = 4.0
_RING = (0.3, 2.5)
_SOUNDS, _NEAR = 0.1, 0.05
_NEVER = np.float32(-1e9)

Curve = NDArray[np.float64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Measure:
    """What music is cut to: the times of beats in seconds of the cue, up to behind its end, which of them are the first of
    bars, and the weights of the hit points on them; and how long the cue is.
    """

    times: Curve
    firsts: NDArray[np.bool_]
    hits: Curve
    length: float


@dataclass(frozen=True, slots=True)
class Run:
    """Bars that are played one after another, from `first` to before `last`, the first of them on a beat of the measure."""

    first: int
    last: int
    beat: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The runs of a song in the order in which they are played, and how it ends: as it does itself, on a bar, or by a fade."""

    runs: tuple[Run, ...]
    ending: Ending


def cut(song: Song, form: Form, measure: Measure) -> Cut | None:
    """The best way to play a song for as long as a measure says; nothing where no bar of it begins in time."""
    count = min(MOST_BARS, int(np.searchsorted(song.starts, song.ends - _SOUNDS)))
    return _Table(song, form, measure, count).best() if count > 1 else None


class _Table:
    """The best score of all ways to have each bar begin on each beat, and where that way came from."""

    def __init__(self, song: Song, form: Form, measure: Measure, count: int) -> None:
        self._song, self._form, self._measure = song, form, measure
        self._starts = song.starts[:count]
        self._lengths = np.diff(np.append(song.firsts[:count], _after(song, count)))
        self._open = int(np.searchsorted(self._starts, song.opens + 0.05, "right")) - 1
        self._open = max(0, min(self._open, count - 1))
        self._bar = float(np.median(np.diff(self._starts)))
        self._own = self._ending_bar()
        self._sources, self._costs = self._ways()
        beats = int(np.searchsorted(measure.times, measure.length))
        self._beats = beats
        reach = beats + int(self._lengths.max()) + 1
        self._score = np.full((reach, count), _NEVER, np.float32)
        self._from = np.full((reach, count), -1, np.int16)

    def _ending_bar(self) -> int | None:
        """The bar in which the song's own ending begins."""
        if self._song.ending is None:
            return None
        bar = int(np.searchsorted(self._song.starts, self._song.ending + _NEAR, "right")) - 1
        return bar if self._open < bar < len(self._starts) else None

    def _ways(self) -> tuple[NDArray[np.int64], Scores]:
        """For each bar the bars that it may be cut to from, and what each of those cuts costs."""
        count = len(self._starts)
        out, into = np.arange(count)[:, None], np.arange(count)[None, :]
        broken = (out + 1 - into) % PHRASE != 0
        amid = (out + 1 - self._form.phrase) % PHRASE != 0
        cost = _CUT + _UNLIKE * (1 - self._form.goes_on()[:count, :count]) + _BROKEN * (broken * 1.0 + amid)
        cost = np.where(into <= out, cost + _BACK, cost)
        last = count if self._own is None else self._own + 1
        never = (into == out + 1) | (into >= last) | (into < self._open) | (out < self._open)
        never |= self._song.beats[-1] <= self._starts[out]
        if self._own is not None:
            never |= out >= self._own
        cost = np.where(never, np.inf, cost)
        sources = np.argsort(cost, axis=0, kind="stable")[:_WAYS]
        return sources, np.take_along_axis(cost, sources, axis=0).astype(np.float32)

    def best(self) -> Cut | None:
        """The best way of all."""
        ended: tuple[float, int, int, Ending] | None = None
        for beat in range(self._beats):
            row = np.maximum(self._score[beat], self._begun(beat))
            self._from[beat][row > self._score[beat]] = -1
            gained = row + self._gained(beat)
            self._score[beat] = gained
            for score, bar, how in self._endings(beat, gained):
                if score > _NEVER / 2 and (ended is None or score > ended[0]):
                    ended = (score, beat, bar, how)
            self._push(beat, gained)
        return None if ended is None else self._traced(*ended[1:])

    def _begun(self, beat: int) -> Scores:
        """The score of beginning with each bar on a beat: best with the song's own beginning, else with a phrase."""
        at = float(self._measure.times[beat])
        row = np.full(len(self._starts), _NEVER, np.float32)
        led = max(0.0, float(self._starts[self._open]) - self._song.opens)
        if at > led + self._bar:
            return row
        numbers = np.arange(len(row))
        amid = (numbers - self._form.phrase) % PHRASE != 0
        row[:] = _FRESH * self._form.news[: len(row)] - _BEGUN - _AMID * amid - _LATE * at
        missing = max(0.0, at - led)
        row[self._open] = -_LATE * missing * (1 + missing / 2)
        row[: self._open] = _NEVER
        if self._own is not None:
            row[self._own :] = _NEVER
        return row

    def _gained(self, beat: int) -> Scores:
        """What it is worth that bars begin on a beat: for hit points, the more where much is new, and for the count."""
        hit = min(_MOST, _HIT * float(self._measure.hits[beat]))
        gain = hit * (1 + _NEWS * self._form.news[: len(self._starts)])
        return np.asarray(gain - (0.0 if self._measure.firsts[beat] else _OFF), np.float32)

    def _endings(self, beat: int, scores: Scores) -> list[tuple[float, int, Ending]]:
        """The ways to end with a bar that begins on a beat, and what is left of the score."""
        rest = self._measure.length - float(self._measure.times[beat])
        found: list[tuple[float, int, Ending]] = []
        if self._own is not None:
            tail = self._tail(beat, self._own)
            cost = _silence(rest - tail)
            if tail > rest + _WHOLE:
                cost += _SHORN + _CURTAILED * (1 - rest / tail) ** 2
            found.append((float(scores[self._own]) - cost, self._own, "own"))
        if _RING[0] <= rest <= _RING[1]:
            alone = scores - _BROKEN * ((np.arange(len(scores)) - self._form.phrase) % PHRASE != 0)
            bar = int(alone.argmax())
            rung = float(np.diff(self._measure.times[beat : beat + 2]).sum())
            found.append((float(alone[bar]) - _ENDED["bar"] - _silence(rest - rung), bar, "bar"))
        lasting = self._song.ends - self._starts
        bar = int(
            np.where((self._lengths + beat >= self._beats) | (lasting >= rest), scores, _NEVER).argmax()
        )
        missing = max(0.0, rest - float(min(lasting[bar], self._lasts(beat, bar))))
        found.append((float(scores[bar]) - _ENDED["fade"] - _silence(missing), bar, "fade"))
        return found

    def _tail(self, beat: int, bar: int) -> float:
        """How long the song's ending is heard from the start of a bar that begins on a beat."""
        song, times = self._song, self._measure.times
        first = song.firsts[bar]
        inside = int(np.searchsorted(song.beats, song.ends, "right")) - 1 - first
        count = max(0, min(int(self._lengths[bar]), inside, len(times) - 1 - beat))
        return max(0.1, float(times[beat + count] - times[beat]) + song.ends - song.beats[first + count])

    def _lasts(self, beat: int, bar: int) -> float:
        """How long a bar lasts that begins on a beat; the last one as long as the song."""
        if bar == len(self._starts) - 1:
            return float(self._song.ends - self._starts[bar])
        stop = min(beat + int(self._lengths[bar]), len(self._measure.times) - 1)
        return float(self._measure.times[stop] - self._measure.times[beat])

    def _push(self, beat: int, scores: Scores) -> None:
        """Go on from every bar that begins on a beat: with the next one, or with one that is cut to."""
        last = len(scores) if self._own is None else self._own + 1
        for length in np.unique(self._lengths):
            able = np.where(self._lengths == length, scores, _NEVER)
            target, came = self._score[beat + length], self._from[beat + length]
            ways = able[self._sources] - self._costs
            which = ways.argmax(axis=0)
            jumped = ways[which, np.arange(len(which))]
            better = jumped > target
            target[better], came[better] = jumped[better], self._sources[which, np.arange(len(which))][better]
            on = np.full_like(able, _NEVER)
            on[1:last] = able[: last - 1]
            better = on >= np.maximum(target, _NEVER / 2)
            target[better], came[better] = on[better], np.flatnonzero(better) - 1

    def _traced(self, beat: int, bar: int, how: Ending) -> Cut:
        """The runs of the way that ended so."""
        path = [(beat, bar)]
        while (came := int(self._from[path[-1]])) >= 0:
            path.append((path[-1][0] - int(self._lengths[came]), came))
        path.reverse()
        runs: list[Run] = []
        for at, played in path:
            if runs and runs[-1].last == played:
                runs[-1] = Run(runs[-1].first, played + 1, runs[-1].beat)
            else:
                runs.append(Run(played, played + 1, at))
        return Cut(tuple(runs), how)


def _silence(seconds: float) -> float:
    """What silence at the end of a cue costs: the more, the longer it has lasted."""
    left = max(0.0, seconds)
    return _SILENT * left * (1 + left / _LONG)


def _after(song: Song, count: int) -> int:
    """The number of the beat behind the last of so many bars; the last bar of all is as long as there are beats."""
    if count < len(song.firsts):
        return song.firsts[count]
    return max(song.firsts[-1] + 1, min(len(song.beats) - 1, song.firsts[-1] + song.meter))
