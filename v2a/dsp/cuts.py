"""Which bars of a song are played in which order, so that it lasts as long as a film wants, and where that is heard least.

Bars are set on the beats of a measure. Playing on costs nothing; a cut costs by how badly what comes goes on from what was,
by how it breaks phrases and jumps back; bars that begin where the picture wants them gain. The best way through all of
that is found exactly (dynamic programming over beats and bars).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.form import Form
from v2a.dsp.joins import NEVER, Curve, Ended, Ending, Joins, Room, Scores
from v2a.dsp.songs import Song

_OFF = 0.15
_CURT, _NEAR, _SPARE, _FADE = 0.3, 2.5, 0.5, 6.3
_SHORTEST = 0.1

Path = list[tuple[int, int]]


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

    @classmethod
    def through(cls, path: Path, ending: Ending) -> Cut:
        """The cut that plays bars on beats: pairs of a beat and the bar that begins on it, in order."""
        runs: list[Run] = []
        for at, played in path:
            if runs and runs[-1].last == played:
                runs[-1] = Run(runs[-1].first, played + 1, runs[-1].beat)
            else:
                runs.append(Run(played, played + 1, at))
        return cls(tuple(runs), ending)


def cut(song: Song, form: Form, measure: Measure) -> Cut | None:
    """The best way to play a song for as long as a measure says; nothing where no bar of it begins in time."""
    joins = Joins.of(song, form)
    return None if joins is None else _Table(joins, measure).best()


@dataclass(frozen=True, eq=False)
class _Lasts:
    """The score of having each bar be the last one, begun on a beat; and where the bar before it is left after so many beats,
    which one that is.
    """

    scores: Scores
    after: int = 0
    left: NDArray[np.int64] | None = None

    def path(self, beat: int, bar: int) -> Path:
        """The last bars that are played, latest first, if this one is begun on that beat."""
        last = [(beat, bar)]
        return last if self.left is None else [*last, (beat - self.after, int(self.left[bar]))]


class _Table:
    """The best score of all ways to have each bar begin on each beat, and where that way came from."""

    def __init__(self, joins: Joins, measure: Measure) -> None:
        self._joins, self._measure = joins, measure
        beats, count = int(np.searchsorted(measure.times, measure.length)), len(joins.starts)
        reach = beats + int(joins.beats.max()) + 1
        self._beats = beats
        self._begun = np.full((beats, count), NEVER, np.float32)
        self._ended = np.full((reach, count), NEVER, np.float32)
        self._from = np.full((reach, count), -1, np.int16)

    def best(self) -> Cut | None:
        """The best way of all."""
        best: tuple[Ended, Path] | None = None
        for beat in range(self._beats):
            scores = self._begins(beat)
            self._begun[beat] = self._ended[beat + self._joins.beats, np.arange(len(scores))] = scores
            room, lasting = self._room(beat), self._lasting(beat)
            for lasts in self._lasts(beat, room):
                for ended in self._joins.endings(lasts.scores, room, lasting):
                    if ended.score > NEVER / 2 and (best is None or ended.score > best[0].score):
                        best = (ended, lasts.path(beat, ended.bar))
        return None if best is None else self._traced(*best)

    def _lasts(self, beat: int, room: Room) -> Iterator[_Lasts]:
        """The ways to have the last bar begin on a beat: behind a whole one, or near the end of a cue behind a shorter one."""
        joins = self._joins
        yield _Lasts(self._begun[beat])
        if room.rest > max(room.tail, _NEAR):
            return
        for after in range(1, min(joins.song.meter, beat + 1)):
            left = np.where(joins.beats > after, self._begun[beat - after] - _CURT, NEVER)
            scores, came = joins.cut_to(left)
            yield _Lasts(scores, after, came)

    def _begins(self, beat: int) -> Scores:
        """The score of having each bar begin on a beat."""
        measure, joins = self._measure, self._joins
        on, came = joins.goes_on(self._ended[beat])
        begun = joins.begun(float(measure.times[beat]))
        self._from[beat] = np.where(begun >= on, -1, came)
        gain = joins.gains(float(measure.hits[beat])) - (0.0 if measure.firsts[beat] else _OFF)
        return np.asarray(np.maximum(begun, on) + gain, np.float32)

    def _room(self, beat: int) -> Room:
        times = self._measure.times
        on = float(np.diff(times[beat : beat + 2]).sum())
        rest, faint = self._measure.length - float(times[beat]), self._joins.song.faint
        return Room(rest, on, self._tail(beat), faint, _SPARE * on, _FADE)

    def _tail(self, beat: int) -> float:
        """How long the song's ending is heard from the start of its bar, were that to begin on a beat."""
        joins, times = self._joins, self._measure.times
        if joins.own is None:
            return 0.0
        song, first = joins.song, joins.song.firsts[joins.own]
        inside = int(np.searchsorted(song.beats, song.ends, "right")) - 1 - first
        count = max(0, min(int(joins.beats[joins.own]), inside, len(times) - 1 - beat))
        return max(
            _SHORTEST, float(times[beat + count] - times[beat]) + song.ends - song.beats[first + count]
        )

    def _lasting(self, beat: int) -> Curve:
        """How long each bar lasts that begins on a beat; the last one as long as the song."""
        joins, times = self._joins, self._measure.times
        lasts = times[np.minimum(beat + joins.beats, len(times) - 1)] - times[beat]
        lasts[-1] = joins.song.ends - joins.starts[-1]
        return np.asarray(lasts)

    def _traced(self, ended: Ended, path: Path) -> Cut:
        """The cut that ended so, from its last bars back."""
        while (came := int(self._from[path[-1]])) >= 0:
            path.append((path[-1][0] - int(self._joins.beats[came]), came))
        return Cut.through(path[::-1], ended.how)
