"""How late a sound is against its picture, told from when things happen in both.

Every lag and drift in reach is weighed by how well the moments seen are met by the onsets heard, against meeting them
by chance at the density of onsets there. Sound and picture that may be strangers, or fit in several ways, are left
alone: the wrong answer is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.marks import Marks

Times = NDArray[np.float64]

_STEP = 0.004
_SMALLEST_DENSITY = 0.05
_NEIGHBOURHOOD = 0.7
_SAME = 0.03
_SAME_ANSWER = 0.09
_ROUNDS = 12
_CLEARLY = 2.0
_AS_OFTEN = 0.85
_FAR_FETCHED = 2.5
_SETTLED = 0.03
_SURELY = 2.5
_AT_ONCE = 60.0
_FEWEST = 3
_ENOUGH = 0.65


@dataclass(frozen=True, slots=True)
class Reach:
    """What is thought possible before looking: the furthest lag in seconds and drift, and how probable it is that
    sound and picture belong together at all; and how sure the answer must be."""

    lag: float = 0.6
    drift: float = 0.015
    related: float = 0.9
    heard: float = 0.85
    sure: float = 0.75


@dataclass(frozen=True)
class Alignment:
    """What happens at `time` in the picture is heard at time + lag + drift · (time - middle).

    `pairs` are the moments and onsets that belong together, in seconds; `error` is the standard error of the lag.
    """

    lag: float
    drift: float
    middle: float
    confidence: float
    abstained: bool
    why: str = ""
    error: float = 0.0
    pairs: tuple[tuple[float, float], ...] = ()

    @property
    def moves(self) -> bool:
        """Whether anything should be moved."""
        return not self.abstained and bool(self.lag or self.drift)

    def heard_at(self, time: float) -> float:
        """When what is seen at a time is heard."""
        return time + self.lag + self.drift * (time - self.middle)

    def seen_at(self, time: float) -> float:
        """When what is heard at a time is seen: where it belongs."""
        return (time - self.lag + self.drift * self.middle) / (1.0 + self.drift)


def align(seen: Marks, heard: Marks, reach: Reach | None = None) -> Alignment:
    """Tell lag and drift of what is heard against what is seen, or abstain."""
    reach = reach or Reach()
    if not len(seen.times) or not len(heard.times):
        return _nothing(
            "nothing happens in the picture" if not len(seen.times) else "nothing begins in the sound"
        )
    found = (
        _Search(seen, heard, reach).best()
        if np.ptp(seen.times) <= _AT_ONCE
        else _followed(seen, heard, reach)
    )
    return found if found.abstained else _fitted(found, seen, heard, reach)


def _followed(seen: Marks, heard: Marks, reach: Reach) -> Alignment:
    """A long film: a lag for each minute, looked for around where the one before leads, and a line through them."""
    found: list[Alignment] = []
    start = float(seen.times[0])
    while start <= seen.times[-1]:
        part = seen.within(start, start + _AT_ONCE)
        start += _AT_ONCE
        expected = found[-1].heard_at(start - _AT_ONCE / 2) - (start - _AT_ONCE / 2) if found else 0.0
        if len(part.times) >= _FEWEST:
            near = _Search(part, heard.moved(-expected), reach).best()
            if not near.abstained:
                found.append(replace(near, lag=near.lag + expected))
    if not found:
        return _nothing("what is heard may have nothing to do with what is seen")
    middle = float(seen.times[0] + seen.times[-1]) / 2
    x = np.array([each.middle - middle for each in found])
    drift, lag = np.polyfit(x, [each.lag for each in found], 1) if len(found) > 1 else (0.0, found[0].lag)
    sure = float(np.median([each.confidence for each in found]))
    return Alignment(float(lag), float(drift), middle, round(sure, 4), False)


def _nothing(why: str) -> Alignment:
    return Alignment(0.0, 0.0, 0.0, 0.0, True, why)


class _Search:
    """The probability of every lag and drift on a grid."""

    def __init__(self, seen: Marks, heard: Marks, reach: Reach) -> None:
        self._seen, self._reach = seen, reach
        self._middle = float(seen.times.min() + seen.times.max()) / 2
        half = float(np.ptp(seen.times)) / 2
        count = 0 if half < 1.0 else int(np.ceil(reach.drift * half / (2 * _STEP)))
        self._drifts = np.linspace(-reach.drift, reach.drift, 2 * count + 1) if count else np.zeros(1)
        self._lags = np.arange(-round(reach.lag / _STEP), round(reach.lag / _STEP) + 1) * _STEP
        self._half = half
        margin = reach.lag + reach.drift * half + 1.0
        self._first = float(seen.times.min()) - margin
        clock = np.arange(self._first, float(seen.times.max()) + margin, _STEP)
        spread = float(np.hypot(np.median(seen.spread), np.median(heard.spread)))
        self._near = _density(clock, heard, max(spread, _STEP))
        self._around = _density(clock, heard, _NEIGHBOURHOOD) + _SMALLEST_DENSITY

    def best(self) -> Alignment:
        """The most probable lag and drift, and how probable they are."""
        with np.errstate(divide="ignore"):
            gain = self._gains() + np.log(self._prior())
        top = float(gain.max())
        weight = np.exp(gain - top)
        row, column = np.unravel_index(int(gain.argmax()), gain.shape)
        lag, drift = float(self._lags[column]), float(self._drifts[row])
        odds = float(np.log(weight.sum()) + top + np.log(self._reach.related / (1 - self._reach.related)))
        related = 1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50)))
        apart = np.abs(self._lags[None, :] - lag) + np.abs(self._drifts[:, None] - drift) * self._half
        alone = float(weight[apart <= _SAME_ANSWER].sum() / weight.sum())
        confidence = float(related * alone)
        rivalled = self._rivalled(drift, int(column))
        sure = confidence >= self._reach.sure and not rivalled
        why = "" if sure else _why(related, 0.0 if rivalled else alone)
        return Alignment(lag, drift, self._middle, round(confidence, 4), not sure, why)

    def _prior(self) -> NDArray[np.float64]:
        """Small lags are likelier than large ones, and half of all sound does not drift at all."""
        lags = np.exp(-0.5 * (self._lags / (self._reach.lag / 2)) ** 2)
        drifts = np.full(len(self._drifts), 0.5 / len(self._drifts))
        drifts[len(drifts) // 2] += 0.5
        return np.asarray(drifts[:, None] * (lags / lags.sum())[None, :])

    def _gains(self) -> NDArray[np.float64]:
        """For every drift and lag, the log of how much likelier the moments are with these onsets than with any."""
        total = np.zeros((len(self._drifts), len(self._lags)))
        for n in range(len(self._seen.times)):
            total += self._gain(n, self._drifts)
        return total

    def _gain(self, n: int, drifts: Times) -> NDArray[np.float64]:
        time = self._seen.times[n]
        at = time + drifts[:, None] * (time - self._middle) + self._lags[None, :]
        index = np.clip(np.rint((at - self._first) / _STEP).astype(int), 0, len(self._near) - 1)
        heard = self._reach.heard * self._seen.weight[n]
        return np.asarray(np.log(1.0 - heard + heard * self._near[index] / self._around[index]))

    def _rivalled(self, drift: float, column: int) -> bool:
        """Whether another lag, not much larger, meets the moments as often: so it is with an even row of steps."""
        every = range(len(self._seen.times))
        met = np.concatenate([self._gain(n, np.array([drift])) for n in every]) > 0.0
        mine = met[:, column][:, None]
        weight = self._seen.weight[:, None]
        won, lost = (weight * (mine & ~met)).sum(0), (weight * (~mine & met)).sum(0)
        clear = (won - lost) / np.sqrt(won + lost + 1.0)
        lag = self._lags[column]
        other = np.abs(self._lags - lag) > _SAME_ANSWER
        likely = np.abs(self._lags) < _FAR_FETCHED * abs(lag) + _SAME
        as_often = (weight * met).sum(0) >= _AS_OFTEN * (weight * mine).sum()
        return bool((other & likely & as_often & (clear < _CLEARLY)).any())


def _why(related: float, alone: float) -> str:
    if related < alone:
        return "what is heard may have nothing to do with what is seen"
    return "sound and picture fit in more than one way"


def _density(clock: Times, marks: Marks, spread: float) -> Times:
    """Marks a second around every point of a clock; weak ones count less."""
    found = np.zeros(len(clock))
    if not len(clock):
        return found
    near = marks.within(clock[0] - 4 * spread, clock[-1] + 4 * spread)
    for time, weight in zip(near.times, near.weight, strict=True):
        low, high = np.searchsorted(clock, [time - 4 * spread, time + 4 * spread])
        part = clock[low:high] - time
        found[low:high] += weight * np.exp(-0.5 * (part / spread) ** 2)
    return np.asarray(found / (spread * np.sqrt(2 * np.pi)))


def _fitted(found: Alignment, seen: Marks, heard: Marks, reach: Reach) -> Alignment:
    """The line through the pairs, by least squares that leave outliers aside."""
    lag, drift, scale = found.lag, found.drift, _SAME
    pairs = _pairs(found, seen, heard)
    error = 0.0
    for _ in range(_ROUNDS):
        x, y = pairs[:, 0] - found.middle, pairs[:, 1] - pairs[:, 0]
        rest = y - lag - drift * x
        weight = np.maximum(1.0 - (rest / (3 * scale)) ** 2, 0.0) ** 2
        if weight.sum() < 0.5:
            break
        lag, drift, error = _line(x, y, weight, scale, bool(found.drift))
        scale = max(0.006, 1.4826 * float(np.median(np.abs(rest[weight > 0]))))
    drift = float(np.clip(drift, -reach.drift, reach.drift))
    if _met(pairs, lag + drift * (pairs[:, 0] - found.middle), seen, heard) < _ENOUGH:
        return _nothing("too little of what is seen is heard")
    far = abs(lag) + abs(drift) * float(np.abs(seen.times - found.middle).max())
    if far < max(_SETTLED, _SURELY * error):
        lag = drift = 0.0
    told = tuple((float(a), float(b)) for a, b in pairs)
    return Alignment(
        lag, drift, found.middle, found.confidence, False, "" if lag or drift else "in sync", error, told
    )


def _met(pairs: NDArray[np.float64], late: Times, seen: Marks, heard: Marks) -> float:
    """How much of what is seen is heard where it should be, or of what is heard meanwhile is seen: the larger share."""
    close = pairs[np.abs(pairs[:, 1] - pairs[:, 0] - late) <= _SAME]
    first, last = (float(t) for t in (seen.times[0], seen.times[-1]))
    near = heard.within(first - 2 * _NEIGHBOURHOOD, last + 2 * _NEIGHBOURHOOD)
    shares = [
        float(marks.weight[np.isin(marks.times, close[:, side])].sum() / max(marks.weight.sum(), 1e-9))
        for side, marks in enumerate((seen, near))
    ]
    return max(shares)


def _line(x: Times, y: Times, weight: Times, scale: float, drifts: bool) -> tuple[float, float, float]:
    """Lag, drift and the lag's standard error; a drift is fitted only where the search saw one."""
    total = float(weight.sum())
    mean_x, mean_y = float((weight * x).sum()) / total, float((weight * y).sum()) / total
    spread = float((weight * (x - mean_x) ** 2).sum())
    error = scale / np.sqrt(total)
    if not drifts or spread <= 0.0:
        return mean_y, 0.0, float(error)
    drift = float((weight * (x - mean_x) * (y - mean_y)).sum()) / spread
    return mean_y - drift * mean_x, drift, float(error)


def _pairs(found: Alignment, seen: Marks, heard: Marks) -> NDArray[np.float64]:
    """Each moment with the onset nearest to where it should be heard, where both are each other's nearest."""
    expected = np.array([found.heard_at(t) for t in seen.times])
    mine, theirs = _nearest(expected, heard.times), _nearest(heard.times, expected)
    met = (theirs[mine] == np.arange(len(mine))) & (np.abs(expected - heard.times[mine]) <= 3 * _SAME)
    return np.column_stack([seen.times[met], heard.times[mine[met]]])


def _nearest(times: Times, among: Times) -> NDArray[np.intp]:
    """For each time, which one of the others, in order, is nearest."""
    after = np.clip(np.searchsorted(among, times), 0, len(among) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(among[before] - times) < np.abs(among[after] - times)
    return np.where(nearer, before, after)
