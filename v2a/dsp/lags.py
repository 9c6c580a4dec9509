"""Every lag and drift in reach, weighed by how well the moments seen are met by the onsets heard, against meeting them
by chance at the density of onsets there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.marks import Marks

Times = NDArray[np.float64]
Table = NDArray[np.float64]

_STEP = 0.004
_SMALLEST_DENSITY = 0.05
_NEIGHBOURHOOD = 0.7
# What is seen lies about a frame beside its sound in so many cases: smoke comes before the muzzle's bang.
_LOOSELY, _LOOSE = 0.4, 0.9
_SAME_ANSWER = 0.09
_CLEARLY = 2.0
_AS_OFTEN = 0.85
_FAR_FETCHED, _NEARLY_NONE = 2.5, 0.03


@dataclass(frozen=True, slots=True)
class Reach:
    """What is thought possible before looking: the furthest lag in seconds and drift, how probable it is that sound and
    picture belong together at all, that what is seen is heard, and how sure the answer must be; a frame in seconds."""

    lag: float = 0.6
    drift: float = 0.015
    related: float = 0.9
    heard: float = 0.85
    sure: float = 0.75
    frame: float = 0.04


@dataclass(frozen=True, slots=True)
class Guess:
    """The most probable lag, drift (about a middle) and how probable they are; `doubt` says why they are not sure."""

    lag: float
    drift: float
    middle: float
    confidence: float
    doubt: str = ""


def likeliest(seen: Marks, heard: Marks, reach: Reach) -> Guess:
    """The most probable lag and drift of what is heard against what is seen."""
    return _Search(seen, heard, reach).best()


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
        spread = max(float(np.hypot(np.median(seen.spread), np.median(heard.spread))), _STEP)
        closely = _density(clock, heard, spread)
        loosely = _density(clock, heard, max(spread, _LOOSE * reach.frame))
        self._near = (1.0 - _LOOSELY) * closely + _LOOSELY * loosely
        self._around = _density(clock, heard, _NEIGHBOURHOOD) + _SMALLEST_DENSITY

    def best(self) -> Guess:
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
        doubt = "" if sure else self._doubt(related, 0.0 if rivalled else alone)
        return Guess(lag, drift, self._middle, round(confidence, 4), doubt)

    def _doubt(self, related: float, alone: float) -> str:
        if related < alone:
            return (
                "what is heard may have nothing to do with what is seen, "
                f"or lies more than {self._reach.lag:g} s beside it"
            )
        return "sound and picture fit in more than one way"

    def _prior(self) -> Table:
        """Small lags are likelier than large ones, and half of all sound does not drift at all."""
        lags = np.exp(-0.5 * (self._lags / (self._reach.lag / 2)) ** 2)
        drifts = np.full(len(self._drifts), 0.5 / len(self._drifts))
        drifts[len(drifts) // 2] += 0.5
        return np.asarray(drifts[:, None] * (lags / lags.sum())[None, :])

    def _gains(self) -> Table:
        """For every drift and lag, the log of how much likelier the moments are with these onsets than with any."""
        total = np.zeros((len(self._drifts), len(self._lags)))
        for n in range(len(self._seen.times)):
            total += self._gain(n, self._drifts)
        return total

    def _gain(self, n: int, drifts: Times) -> Table:
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
        likely = np.abs(self._lags) < _FAR_FETCHED * abs(lag) + _NEARLY_NONE
        as_often = (weight * met).sum(0) >= _AS_OFTEN * (weight * mine).sum()
        return bool((other & likely & as_often & (clear < _CLEARLY)).any())


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
