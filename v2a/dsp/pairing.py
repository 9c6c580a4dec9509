"""Which onset belongs to which moment once about how late the sound is known, and the line through their differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.lags import Guess, Reach
from v2a.dsp.marks import Marks

Times = NDArray[np.float64]

_FURTHEST = 0.09
_ROUNDS = 12
# Differences are taken as Student's t with so many degrees; before any is seen, two are thought to have lain so far apart.
_TAILS = 4.0
_BEFORE, _USUAL, _SMALLEST = 2.0, 0.4, 0.012
_SAME, _SAME_FRAMES = 0.03, 1.2
_AROUND = 1.4
# A quarter of a frame is the error of the best; and what Student's t adds to so many errors, over degrees of freedom.
_UNSEEN, _FEW = 0.25, 2.4
_LOOKED = 1 / 30
_CLEARLY = 2.5
_BARELY = 1e-6


@dataclass(frozen=True, eq=False)
class Pairs:
    """Moments and the onsets that belong to them, in seconds, and how much each pair counts."""

    seen: Times
    heard: Times
    counts: Times

    @classmethod
    def of(cls, guess: Guess, seen: Marks, heard: Marks) -> Pairs:
        """Each moment with the onset nearest to where it should be heard, where both are each other's nearest."""
        late = guess.lag + guess.drift * (seen.times - guess.middle)
        expected = seen.times + late
        mine, theirs = _nearest(expected, heard.times), _nearest(heard.times, expected)
        met = theirs[mine] == np.arange(len(mine))
        met &= np.abs(expected - heard.times[mine]) <= _FURTHEST
        return cls(seen.times[met], heard.times[mine[met]], seen.weight[met])

    @property
    def late(self) -> Times:
        """By how much each is heard late."""
        return self.heard - self.seen


@dataclass(frozen=True, slots=True)
class Line:
    """Lag at a middle and drift, with the standard errors of the lag and of the drift, and how many pairs say so."""

    lag: float
    drift: float
    middle: float
    half: float
    place: float
    pace: float
    number: float

    @property
    def furthest(self) -> float:
        """How far the sound lies off at most, in seconds."""
        return abs(self.lag) + abs(self.drift) * self.half

    def uncertainty(self, reach: Reach) -> float:
        """Within how many seconds of where it is told the sound lies at the ends, in 95 of 100 cases.

        Nothing is told finer than by half a frame: so far all that is seen of one thing may be shown beside its time.
        Moments are looked for over a thirtieth of a second, so films of more frames tell no more. Where one half of a
        film is beside its time by so much and the other is not, that looks like a drift.
        """
        ran = min(self.pace, reach.drift) * self.half
        beside = _UNSEEN * max(reach.frame, _LOOKED)
        halves = np.sqrt(2.0) * beside if self.drift else 0.0
        error = float(np.sqrt(self.place**2 + ran**2 + beside**2 + halves**2))
        return error * (2.0 + _FEW / (_BEFORE + self.number))


def line(pairs: Pairs, guess: Guess, seen: Marks, reach: Reach) -> Line:
    """The line through the pairs, by weights that leave outliers aside; a drift only where it is plain."""
    if guess.drift:
        drifting = _line(pairs, guess, seen, reach, guess.drift)
        if abs(drifting.drift) >= drifting.pace * (_CLEARLY + _FEW / drifting.number):
            return drifting
    return _line(pairs, guess, seen, reach, 0.0)


def _line(pairs: Pairs, guess: Guess, seen: Marks, reach: Reach, drift: float) -> Line:
    x, y, counts = pairs.seen - guess.middle, pairs.late, pairs.counts
    lag, drifts = guess.lag, bool(drift)
    usual = max(_SMALLEST, _USUAL * reach.frame)
    scale, number = usual, float(counts.sum())
    for _ in range(_ROUNDS):
        weight = counts * (_TAILS + 1.0) / (_TAILS + ((y - lag - drift * x) / scale) ** 2)
        share = weight / weight.sum()
        mean_x, mean_y = float((share * x).sum()), float((share * y).sum())
        spread = float((share * (x - mean_x) ** 2).sum())
        drift = float((share * (x - mean_x) * (y - mean_y)).sum()) / spread if drifts and spread else 0.0
        lag = mean_y - drift * mean_x
        rest = float((weight * (y - lag - drift * x) ** 2).sum())
        scale = float(np.sqrt((_BEFORE * usual**2 + rest) / (_BEFORE + number)))
    drift = float(np.clip(drift, -reach.drift, reach.drift))
    half = float(np.abs(seen.times - guess.middle).max())
    place = scale / float(np.sqrt(number))
    pace = place / float(np.sqrt(spread)) if spread > _BARELY else 0.0
    return Line(lag, drift, guess.middle, half, place, pace, number)


@dataclass(frozen=True, slots=True)
class Met:
    """How much of what is seen is heard where it should be, how much of what is heard meanwhile is seen, and the sum of
    what counts of the moments that are heard."""

    seen: float
    heard: float
    number: float


def met(pairs: Pairs, found: Line, seen: Marks, heard: Marks, reach: Reach) -> Met:
    """What the pairs on a line are of all that is seen and heard."""
    rest = pairs.late - found.lag - found.drift * (pairs.seen - found.middle)
    close = np.abs(rest) <= max(_SAME, _SAME_FRAMES * reach.frame)
    first, last = (float(t) for t in (seen.times[0], seen.times[-1]))
    meanwhile = heard.within(first - _AROUND, last + _AROUND)
    number = float(pairs.counts[close].sum())
    return Met(_share(seen, pairs.seen[close]), _share(meanwhile, pairs.heard[close]), number)


def _share(marks: Marks, times: Times) -> float:
    return float(marks.weight[np.isin(marks.times, times)].sum() / max(marks.weight.sum(), 1e-9))


def _nearest(times: Times, among: Times) -> NDArray[np.intp]:
    """For each time, which one of the others, in order, is nearest."""
    after = np.clip(np.searchsorted(among, times), 0, len(among) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(among[before] - times) < np.abs(among[after] - times)
    return np.where(nearer, before, after)
