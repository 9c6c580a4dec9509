"""What it costs to begin, to cut and to end a song at each of its bars, by how much of that is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.form import PHRASE, Form
from v2a.dsp.songs import Song

Ending = Literal["own", "bar", "fade"]
Curve = NDArray[np.float64]
Scores = NDArray[np.float32]

MOST_BARS = 1200
NEVER = np.float32(-1e9)
_CUT, _UNLIKE, _BROKEN, _BACK = 0.8, 2.5, 0.35, 0.3
_WAYS = 12
_BEGUN, _FRESH, _AMID, _LATE = 1.6, 0.7, 0.9, 1.2
_HIT, _MOST, _NEWS = 0.3, 3.0, 0.8
_BAR = 3.6
_SILENT, _SHORN, _CURTAILED, _FADED, _WHOLE = 0.6, 5.0, 1.2, 0.4, 0.01
_LONG, _EMPTY = 4.0, 3.0
_RING = (0.3, 2.5)
_SOUNDS, _NEAR = 0.1, 0.05


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a cue where a bar begins, all in seconds: the `rest` of it, how long a beat lasts there, how long the
    song's own ending would be heard from there, how much of that is faint, and behind how much silence there is enough room
    to have it come later; and what a fade costs there.
    """

    rest: float
    beat: float
    tail: float
    faint: float
    spare: float
    fade: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A way to end: the score of a song with it, the bar that is the last, and how it ends."""

    score: float
    bar: int
    how: Ending


@dataclass(frozen=True, eq=False)
class Joins:
    """The bars of a song that can be played: when each starts, how many beats it has, which is the first that is heard,
    which holds the song's own ending, from which others each is cut to best, and what those cuts cost.
    """

    song: Song
    form: Form
    starts: Curve
    beats: NDArray[np.int64]
    open: int
    own: int | None
    bar: float
    sources: NDArray[np.int64]
    costs: Scores

    @classmethod
    def of(cls, song: Song, form: Form) -> Joins | None:
        """Those of a song; nothing where it has fewer than two bars."""
        count = min(MOST_BARS, int(np.searchsorted(song.starts, song.ends - _SOUNDS)))
        if count < 2:
            return None
        starts = song.starts[:count]
        beats = np.diff(np.append(song.firsts[:count], _after(song, count)))
        opens = int(np.searchsorted(starts, song.opens + _NEAR, "right")) - 1
        opens = max(0, min(opens, count - 1))
        own = None
        if song.ending is not None:
            bar = int(np.searchsorted(song.starts, song.ending + _NEAR, "right")) - 1
            own = bar if opens < bar < count else None
        sources, costs = _ways(song, form, count, opens, own)
        return cls(song, form, starts, beats, opens, own, float(np.median(np.diff(starts))), sources, costs)

    def begun(self, at: float) -> Scores:
        """The score of beginning with each bar at a time: best with the song's own beginning, else with a phrase."""
        row = np.full(len(self.starts), NEVER, np.float32)
        led = max(0.0, float(self.starts[self.open]) - self.song.opens)
        if at > led + self.bar:
            return row
        numbers = np.arange(len(row))
        amid = (numbers - self.form.phrase) % PHRASE != 0
        row[:] = _FRESH * self.form.news[: len(row)] - _BEGUN - _AMID * amid - _LATE * at
        missing = max(0.0, at - led)
        row[self.open] = -_LATE * missing * (1 + missing / 2)
        row[: self.open] = NEVER
        if self.own is not None:
            row[self.own :] = NEVER
        return row

    def goes_on(self, ended: Scores) -> tuple[Scores, NDArray[np.int64]]:
        """The best score with which each bar begins where others have ended with theirs, and which of them it was: the one
        before it, or one that it is cut to from.
        """
        numbers = np.arange(len(ended))
        score, came = self.cut_to(ended)
        last = len(ended) if self.own is None else self.own + 1
        on = np.full_like(ended, NEVER)
        on[1:last] = ended[: last - 1]
        plain = on >= np.maximum(score, NEVER / 2)
        return np.where(plain, on, score), np.where(plain, numbers - 1, came)

    def cut_to(self, left: Scores) -> tuple[Scores, NDArray[np.int64]]:
        """The best score with which each bar is cut to where others are left within theirs, and which of them it was."""
        ways = left[self.sources] - self.costs
        which, numbers = ways.argmax(axis=0), np.arange(len(left))
        return ways[which, numbers], self.sources[which, numbers]

    def gains(self, weight: float) -> Curve:
        """What it is worth that each bar begins where something so heavy is hit: the more, the more is new with it."""
        return np.asarray(worth(weight) * (1 + _NEWS * self.form.news[: len(self.starts)]))

    def endings(self, scores: Scores, room: Room, lasts: Curve) -> list[Ended]:
        """The ways to end with a bar that begins where so much room is left; `lasts` says for how long each can be heard."""
        found: list[Ended] = []
        rest = room.rest
        if self.own is not None:
            cost = _silence(rest - room.tail, room.spare)
            over = room.tail - rest
            if over > room.faint + _WHOLE:
                cost += _SHORN + _CURTAILED * (over / room.tail) ** 2
            elif over > _WHOLE:
                cost += _FADED * over / room.faint
            found.append(Ended(float(scores[self.own]) - cost, self.own, "own"))
        if _RING[0] <= rest <= _RING[1]:
            alone = scores - _BROKEN * ((np.arange(len(scores)) - self.form.phrase) % PHRASE != 0)
            bar = int(alone.argmax())
            cost = _BAR + _silence(rest - max(_RING[0], room.beat / 2), room.spare)
            found.append(Ended(float(alone[bar]) - cost, bar, "bar"))
        lasting = np.asarray(self.song.ends - self.starts)
        bar = int(np.where((lasts >= rest) | (lasting >= rest), scores, NEVER).argmax())
        cost = room.fade + _silence(rest - float(min(lasting[bar], lasts[bar])), room.spare)
        found.append(Ended(float(scores[bar]) - cost, bar, "fade"))
        return found


def worth(weight: float | Curve) -> Curve:
    """What it is worth to land on something so heavy."""
    return np.asarray(np.minimum(_MOST, _HIT * np.asarray(weight, np.float64)))


def _ways(
    song: Song, form: Form, count: int, opens: int, own: int | None
) -> tuple[NDArray[np.int64], Scores]:
    """For each bar the bars that it may be cut to from, and what each of those cuts costs."""
    out, into = np.arange(count)[:, None], np.arange(count)[None, :]
    broken = (out + 1 - into) % PHRASE != 0
    amid = (out + 1 - form.phrase) % PHRASE != 0
    cost = _CUT + _UNLIKE * (1 - form.goes_on()[:count, :count]) + _BROKEN * (broken * 1.0 + amid)
    cost = np.where(into <= out, cost + _BACK, cost)
    last = count if own is None else own + 1
    never = (into == out + 1) | (into >= last) | (into < opens) | (out < opens)
    never |= song.beats[-1] <= song.starts[:count][out]
    if own is not None:
        never |= out >= own
    cost = np.where(never, np.inf, cost)
    sources = np.argsort(cost, axis=0, kind="stable")[:_WAYS]
    return sources, np.take_along_axis(cost, sources, axis=0).astype(np.float32)


def _silence(seconds: float, spare: float) -> float:
    """What silence at the end of a cue costs: the more, the longer it has lasted, and much more behind what may be spared."""
    left = max(0.0, seconds)
    return _SILENT * left * (1 + left / _LONG) + _EMPTY * max(0.0, left - spare)


def _after(song: Song, count: int) -> int:
    """The number of the beat behind the last of so many bars; the last bar of all is as long as there are beats."""
    if count < len(song.firsts):
        return song.firsts[count]
    return max(song.firsts[-1] + 1, min(len(song.beats) - 1, song.firsts[-1] + song.meter))
