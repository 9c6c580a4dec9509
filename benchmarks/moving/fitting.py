"""Fits the curves in `v2a.builtin.observers.belief` to films whose strikes are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from moving.matching import BEGINS, ENDS, told
from moving.rendering import Truth
from v2a.builtin.observers.belief import AGAINST, Belief, Curve
from v2a.builtin.observers.evidence import STOPS, TURNS, Cells, evidence
from v2a.builtin.observers.impulses import apart, sightings
from v2a.builtin.observers.rhythm import support
from v2a.model import Observations

_EXPOSED = 0.25
_SMOOTH = 2.0
_DOUBT = 2.0
_STOPS = len(STOPS)


@dataclass(frozen=True, eq=False)
class Examples:
    """Evidence of both kinds side by side, a row for each frame that counts, and whether something strikes there."""

    rows: NDArray[np.float64]
    strikes: NDArray[np.bool_]


def fitted(films: Sequence[tuple[Truth, Observations]]) -> Belief:
    """The belief that makes these films likeliest, with its peaks made true."""
    many = [examples(truth, seen) for truth, seen in films]
    rows, strikes = np.concatenate([e.rows for e in many]), np.concatenate([e.strikes for e in many])
    belief = _curves(Examples(rows, strikes))
    odds, beats, true = [], [], []
    for truth, seen in films:
        peaks = list(apart(sightings(seen, belief)))
        times = [float(peak.moment.time) for peak in peaks]
        logs = [peak.odds for peak in peaks]
        even = support(times, logs)
        found = told([(time, 0.0) for time in times], truth.strikes, truth.faint)
        for one in found:
            n = times.index(one.time)
            if one.counts and peaks[n].moment.kind != "start":
                odds.append(logs[n])
                beats.append(even[n])
                true.append(one.answers is not None)
    known = np.column_stack([odds, beats, np.ones(len(odds))])
    slope, beat, shift = _plane(known, np.array(true, float))
    return belief._replace(slope=slope, beat=beat, shift=shift)


def examples(truth: Truth, seen: Observations) -> Examples:
    """The frames of a film: that of each strike, or the one beside it that says most, and those far from any."""
    features, video = seen.features, seen.video
    clock = np.asarray(features["momentum"].clock())
    steps = np.maximum(np.diff(clock, prepend=clock[0] - 1 / float(video.frame_rate)), 1e-3)
    picture = video.picture
    cells = Cells(
        features["momentum"].values(), features["travel"].values(), steps, picture.width / picture.height
    )
    parts = list(evidence(cells))
    rows = np.concatenate([np.column_stack([p.stops.rows, p.turns.rows]) for p in parts]).astype(np.float64)
    counts, strikes = (clock > BEGINS) & (clock < ENDS), np.zeros(len(clock), bool)
    for low, high in truth.faint:
        counts[(clock > low - 0.05) & (clock < high + 0.05)] = False
    at = np.searchsorted(clock + _EXPOSED * steps, truth.strikes)
    for n in at:
        counts[max(0, n - 3 * cells.stride) : n + 3 * cells.stride + 1] = False
    for n in at:
        near = slice(max(0, n - cells.stride), min(len(clock), n + cells.stride + 1))
        best = near.start + int(np.maximum(rows[near, 0], rows[near, _STOPS]).argmax())
        strikes[best] = counts[best] = True
    return Examples(rows[counts], strikes[counts])


def _curves(known: Examples) -> Belief:
    """Two curves, either of which is enough, by maximum likelihood with a little ridge; signs are held."""
    mean, spread = known.rows.mean(0), known.rows.std(0) + 1e-6
    rows, strikes = (known.rows - mean) / spread, known.strikes
    stops, turns = rows[:, :_STOPS], rows[:, _STOPS:]

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        ours, theirs = values[: _STOPS + 1], values[_STOPS + 1 :]
        first, second = stops @ ours[1:] + ours[0], turns @ theirs[1:] + theirs[0]
        neither = np.logaddexp(0, first) + np.logaddexp(0, second)
        either = np.maximum(-np.expm1(-neither), 1e-12)
        slope = np.where(strikes, -np.exp(-neither) / either, 1.0)
        a, b = slope / (1 + np.exp(-first)), slope / (1 + np.exp(-second))
        ridge = _SMOOTH * np.concatenate([[0], ours[1:], [0], theirs[1:]])
        total = np.where(strikes, -np.log(either), neither).sum() + ridge @ values / 2
        return float(total), np.concatenate([[a.sum()], stops.T @ a, [b.sum()], turns.T @ b]) + ridge

    bounds = [*_bounds(STOPS), *_bounds(TURNS)]
    start = np.zeros(len(bounds))
    start[0] = start[_STOPS + 1] = -4
    best = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    ours, theirs = best[1 : _STOPS + 1] / spread[:_STOPS], best[_STOPS + 2 :] / spread[_STOPS:]
    return Belief(
        _curve(best[0] - mean[:_STOPS] @ ours, ours),
        _curve(best[_STOPS + 1] - mean[_STOPS:] @ theirs, theirs),
        1,
        0,
        0,
    )


def _bounds(names: Sequence[str]) -> list[tuple[float | None, float | None]]:
    return [(None, None), *(((None, 0.0) if name in AGAINST else (0.0, None)) for name in names)]


def _curve(bias: float, weights: NDArray[np.float64]) -> Curve:
    return Curve(round(float(bias), 3), tuple(round(float(w), 3) + 0.0 for w in weights))


def _plane(known: NDArray[np.float64], true: NDArray[np.float64]) -> list[float]:
    """The weights of odds and beat, and the shift, that fit what was true (after Platt 1999).

    False peaks count double: in most films more moves without a sound than in these.
    """
    weight = np.where(true > 0, 1.0, _DOUBT)

    def loss(plane: NDArray[np.float64]) -> float:
        given = known @ plane
        return float((weight * (np.logaddexp(0, given) - true * given)).sum())

    bounds = [(0, None), (0, None), (None, None)]
    return [round(float(value), 3) for value in minimize(loss, np.array([1.0, 0, 0]), bounds=bounds).x]
