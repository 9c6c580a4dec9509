"""Fits the networks in `v2a.builtin.observers.belief` to films whose strikes are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from moving.matching import BEGINS, ENDS, told
from moving.rendering import Truth
from v2a.builtin.observers.belief import Belief, Network, evidence_rows, scaled
from v2a.builtin.observers.evidence import Cells, evidence
from v2a.builtin.observers.impulses import apart, sightings
from v2a.builtin.observers.rhythm import support
from v2a.model import Observations

_EXPOSED = 0.25
_NEAR, _BESIDE = 2, 1
_SHARP = 0.2
_HIDDEN, _TOGETHER = 12, 3
_SMOOTH = 8.0
_ROUNDS = 200
_FOLDS = 3
_DOUBT = 1.0

Film = tuple[Truth, Observations]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Examples:
    """Evidence, a row for each frame; what is known of it, and how much it counts."""

    rows: Floats
    known: Floats
    weights: Floats


def fitted(films: Sequence[Film]) -> Belief:
    """The belief that makes these films likeliest; how true its peaks are is asked of films that it was not fitted to."""
    strikes, times = zip(*(examples(truth, seen) for truth, seen in films), strict=True)
    when = _network(times, _off)
    fold = np.random.default_rng(0).permutation(len(films)) % _FOLDS
    peaks = []
    for out in range(_FOLDS):
        likely = _network([e for e, f in zip(strikes, fold, strict=True) if f != out], _unlikely)
        for film, f in zip(films, fold, strict=True):
            if f == out:
                peaks += list(_peaks(film, Belief(likely, when, 1, 0, 0)))
    return Belief(_network(strikes, _unlikely), when, *_plane(np.array(peaks)))


def kept(belief: Belief, path: Path) -> None:
    """Write a belief to a file, as `v2a.builtin.observers.belief` reads it."""
    arrays = {
        f"{name}.{part}": np.asarray(value, np.float32)
        for name, network in (("likely", belief.likely), ("when", belief.when))
        for part, value in network._asdict().items()
    }
    trust = np.array([belief.slope, belief.beat, belief.shift], np.float32)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays, trust=trust)


def examples(truth: Truth, seen: Observations) -> tuple[Examples, Examples]:
    """Whether something strikes: frames at strikes and far from any; and when, in strides, of frames around strikes."""
    features, video = seen.features, seen.video
    clock = np.asarray(features["momentum"].clock())
    steps = np.maximum(np.diff(clock, prepend=clock[0] - 1 / float(video.frame_rate)), 1e-3)
    picture = video.picture
    cells = Cells(
        features["momentum"].values(), features["travel"].values(), steps, picture.width / picture.height
    )
    stride = cells.stride
    rows = np.concatenate([evidence_rows(part) for part in evidence(cells)])
    weights, strikes = (
        ((clock > BEGINS) & (clock < ENDS)).astype(np.float32),
        np.zeros(len(clock), np.float32),
    )
    for low, high in truth.faint:
        weights[(clock > low - 0.05) & (clock < high + 0.05)] = 0
    at = np.searchsorted(clock + _EXPOSED * steps, truth.strikes)
    for n in at:
        weights[max(0, n - _NEAR * stride) : n + _NEAR * stride + 1] = 0
    late = np.zeros(len(clock), np.float32)
    near = np.zeros(len(clock), bool)
    for n, strike in zip(at, truth.strikes, strict=True):
        here = slice(max(0, n - stride + 1), n + stride)
        strikes[here], weights[here] = 1, 1 / (2 * stride - 1)
        beside = slice(max(0, n - _BESIDE * stride), n + _BESIDE * stride + 1)
        late[beside], near[beside] = (strike - clock[beside]) / (stride * steps[beside]), True
    counts = weights > 0
    return (
        Examples(rows[counts], strikes[counts], weights[counts]),
        Examples(rows[near], late[near], np.ones(int(near.sum()), np.float32)),
    )


def _unlikely(said: Floats, known: Floats) -> tuple[Floats, Floats]:
    """How unlikely what is known is by what is said (odds), and the slope of that."""
    return np.logaddexp(0, said) - known * said, 1 / (1 + np.exp(-said)) - known


def _off(said: Floats, known: Floats) -> tuple[Floats, Floats]:
    """How far off what is said is, little of what is far off, and the slope of that."""
    off = (said - known) / np.float32(_SHARP)
    size = np.sqrt(1 + off**2)
    return size - 1, off / size / np.float32(_SHARP)


Loss = Callable[[Floats, Floats], tuple[Floats, Floats]]


def _network(parts: Sequence[Examples], loss: Loss) -> Network:
    """Several networks of the least loss with ridge, from different beginnings, side by side in one."""
    rows, known, weights = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "known", "weights")
    )
    middle, spread = rows.mean(0), rows.std(0) + np.float32(1e-3)
    given = Examples(scaled(rows, middle, spread), known, weights)
    layers = [_layer(given, loss, seed) for seed in range(_TOGETHER)]
    inner, bias, outer = (np.concatenate([layer[n] for layer in layers], axis=-1) for n in range(3))
    shift = np.float32(np.mean([layer[3] for layer in layers]))
    return Network(middle, spread, inner, bias, outer / np.float32(_TOGETHER), shift)


def _layer(given: Examples, loss: Loss, seed: int) -> tuple[Floats, Floats, Floats, float]:
    rows, wide, deep = given.rows, given.rows.shape[1], _HIDDEN
    first = np.random.default_rng(seed).uniform(-1, 1, wide * deep + 2 * deep + 1) / wide**0.5

    def split(values: NDArray[np.float64]) -> tuple[Floats, Floats, Floats, float]:
        inner, bias, outer = np.split(values[:-1].astype(np.float32), [wide * deep, wide * deep + deep])
        return inner.reshape(wide, deep), bias, outer, float(values[-1])

    def total(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        inner, bias, outer, shift = split(values)
        hidden = np.tanh(rows @ inner + bias)
        losses, slopes = loss(hidden @ outer + np.float32(shift), given.known)
        slopes = slopes * given.weights
        back = np.outer(slopes, outer) * (1 - hidden**2)
        ridge = np.concatenate([inner.ravel(), 0 * bias, outer, [0]])
        slope = np.concatenate([(rows.T @ back).ravel(), back.sum(0), hidden.T @ slopes, [slopes.sum()]])
        value = float((given.weights * losses).sum()) + _SMOOTH * float(ridge @ ridge)
        return value, slope + 2 * _SMOOTH * ridge

    return split(minimize(total, first, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x)


def _peaks(film: Film, belief: Belief) -> Iterator[tuple[float, float, bool]]:
    """Odds and beat of a film's peaks, and whether they are true."""
    truth, seen = film
    peaks = list(apart(sightings(seen, belief)))
    times, logs = [float(peak.moment.time) for peak in peaks], [peak.odds for peak in peaks]
    even = dict(zip(times, zip(logs, support(times, logs), strict=True), strict=True))
    for one in told([(time, 0.0) for time in times], truth.strikes, truth.faint):
        if one.counts:
            yield *even[one.time], one.answers is not None


def _plane(peaks: NDArray[np.float64]) -> list[float]:
    """The weights of odds and beat, and the shift, that fit what was true (after Platt 1999).

    False peaks count double: in most films more moves without a sound than in these.
    """
    known, true = np.column_stack([peaks[:, :2], np.ones(len(peaks))]), peaks[:, 2]
    weight = np.where(true > 0, 1.0, _DOUBT)

    def loss(plane: NDArray[np.float64]) -> float:
        given = known @ plane
        return float((weight * (np.logaddexp(0, given) - true * given)).sum())

    bounds = [(0, None), (0, None), (None, None)]
    return [float(value) for value in minimize(loss, np.array([1.0, 0, 0]), bounds=bounds).x]
