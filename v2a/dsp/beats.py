"""Tempo and beats of music: how its rise repeats, the beats that fit that best, each set to where its notes begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.climbs import climb_near

_HOP = 0.01
_LATE = -0.003
_WINDOW, _EVERY = 800, 100
_LAGS = np.arange(30, 121)
_TURN = 40.0
_PLAIN = 0.25
_TRIPLE = 0.8
_PIECE = 256
_SHORTEST = 400
_NEAR = 4
_FAINT = 0.3

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pulse:
    """Beats a minute, the time of each beat in seconds, and how well what sounds repeats with them, from 0 to 1."""

    tempo: float
    beats: tuple[float, ...]
    repeats: float = 0.0


@dataclass(frozen=True, slots=True)
class Leaning:
    """What is expected of a pulse: beats of so many seconds, give or take so many octaves, and how strictly they keep to
    the length that is found around them.
    """

    usual: float = 0.52
    octaves: float = 0.9
    strict: float = 30.0


def pulse(
    rise: NDArray[np.float32], attack: NDArray[np.float32], leaning: Leaning | None = None
) -> Pulse | None:
    """The pulse of a stretch of music, in time from its start; nothing where none is plain.

    `rise` is the rise of the spectrum in registers every 10 ms, `attack` the level of all and of the highs every 2 ms.
    """
    leaning = leaning or Leaning()
    if len(rise) < _SHORTEST:
        return None
    accents = _accents(rise)
    period, repeats = _periods(accents, leaning)
    if repeats < _PLAIN:
        return None
    frames = _heard(_followed(accents, period, leaning.strict), accents)
    beats = _placed(frames, rise, attack)
    if len(beats) < 4:
        return None
    tempo = round(60 / float(np.median(np.diff(beats))), 2)
    return Pulse(tempo, tuple(float(t) for t in beats), min(1.0, repeats))


def _accents(rise: NDArray[np.float32]) -> Curve:
    """The rise, each register against what is usual in it over four seconds, a little smoothed."""
    values = np.asarray(rise, np.float64)
    usual = np.stack([_mean(values[:, n] ** 2, 400) for n in range(values.shape[1])], axis=1)
    even = values / np.sqrt(usual + 1e-5)
    return np.convolve(even.mean(1), np.array([0.25, 0.5, 0.25]), "same")


def _mean(values: Curve, width: int) -> Curve:
    """A running mean, over fewer values at the ends."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    high = np.minimum(np.arange(len(values)) + width // 2 + 1, len(values))
    low = np.maximum(np.arange(len(values)) - width // 2, 0)
    return np.asarray((total[high] - total[low]) / (high - low))


def _periods(accents: Curve, leaning: Leaning) -> tuple[Curve, float]:
    """The beat's length in frames at every frame: the likeliest path through what each eight seconds repeat at; and how
    well they do.
    """
    starts = np.arange(0, max(1, len(accents) - _WINDOW // 2), _EVERY)
    liking = np.concatenate([_liked(accents, starts[n : n + _PIECE]) for n in range(0, len(starts), _PIECE)])
    weight = np.exp(-0.5 * (np.log2(_LAGS / (leaning.usual / _HOP)) / leaning.octaves) ** 2)
    path = _likeliest(liking * weight)
    middles = np.minimum(starts + _WINDOW // 2, len(accents) - 1)
    lengths = np.interp(np.arange(len(accents)), middles, _LAGS[path].astype(np.float64))
    return lengths, float(np.median(liking.max(1)))


def _liked(accents: Curve, starts: NDArray[np.int64]) -> Curve:
    """How well each length of a beat repeats in each window: at itself, and at two and four of it or at three and six."""
    padded = np.concatenate([accents, np.zeros(_WINDOW)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[starts]
    flat = (windows - windows.mean(1, keepdims=True)) * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(flat, 2 * _WINDOW, axis=1)) ** 2
    alike = np.fft.irfft(power, axis=1)[:, :_WINDOW]
    shape = np.correlate(np.hanning(_WINDOW), np.hanning(_WINDOW), "full")[_WINDOW - 1 :]
    alike = alike / np.maximum(alike[:, :1], 1e-9) * (shape[0] / np.maximum(shape, 0.02 * shape[0]))
    broad = np.maximum(alike, np.maximum(np.roll(alike, 1, 1), np.roll(alike, -1, 1)))
    far = {m: broad[:, np.minimum(m * _LAGS, _WINDOW - 1)] for m in (2, 3, 4, 6)}
    itself = alike[:, _LAGS]
    duple, triple = ((itself + 0.8 * far[m] + 0.4 * far[2 * m]) / 2.2 for m in (2, 3))
    return np.asarray(np.where(itself > 0, np.maximum(duple, _TRIPLE * triple), duple))


def _likeliest(liking: Curve) -> NDArray[np.int64]:
    """The path through the lengths that is liked best and jumps least (Viterbi)."""
    jump = _TURN * np.log2(_LAGS[:, np.newaxis] / _LAGS[np.newaxis, :]) ** 2
    jump = np.minimum(jump, 3.0)
    best, back = liking[0], np.zeros(liking.shape, np.int16)
    for n in range(1, len(liking)):
        ways = best[np.newaxis, :] - jump
        back[n] = ways.argmax(1)
        best = ways[np.arange(len(_LAGS)), back[n]] + liking[n]
    path = [int(best.argmax())]
    for n in range(len(liking) - 1, 0, -1):
        path.append(int(back[n, path[-1]]))
    return np.array(path[::-1])


def _followed(accents: Curve, period: Curve, strict: float) -> NDArray[np.int64]:
    """The frames of the beats: strong ones, as far apart as the period says (Ellis 2007)."""
    score, back = accents.copy(), np.full(len(accents), -1, np.int32)
    tables = {lag: _distances(lag, strict) for lag in range(_LAGS[0] - 1, _LAGS[-1] + 2)}
    lags = np.round(period).astype(int)
    for n in range(len(accents)):
        far, near, cost = tables[int(lags[n])]
        low = n - far
        if low + len(cost) <= 0:
            continue
        skip = max(0, -low)
        ways = score[low + skip : n - near + 1] + cost[skip:]
        at = int(ways.argmax())
        if ways[at] > 0:
            score[n] += ways[at]
            back[n] = low + skip + at
    last = len(accents) - 1 - int(score[: -int(1.5 * lags[-1]) : -1].argmax())
    frames = [last]
    while back[frames[-1]] >= 0:
        frames.append(int(back[frames[-1]]))
    return np.array(frames[::-1])


def _heard(frames: NDArray[np.int64], accents: Curve) -> NDArray[np.int64]:
    """The beats without those at both ends on which nothing sounds."""
    strong = np.array([accents[max(0, n - 3) : n + 4].max() for n in frames])
    audible = np.flatnonzero(strong > _FAINT * np.median(strong)) if len(frames) else np.zeros(0, int)
    return frames[audible[0] : audible[-1] + 1] if len(audible) else frames[:0]


def _distances(lag: int, strict: float) -> tuple[int, int, Curve]:
    """How far back the beat before may lie, farthest and nearest, and what each distance costs."""
    far, near = 2 * lag, lag // 2
    apart = np.arange(far, near - 1, -1)
    return far, near, -strict * np.log2(apart / lag) ** 2


def _placed(frames: NDArray[np.int64], rise: NDArray[np.float32], attack: NDArray[np.float32]) -> Curve:
    """The beats in seconds: where notes begin, evened out with their neighbours."""
    times = frames * _HOP + _LATE
    clear = np.zeros(len(times))
    for n, frame in enumerate(frames):
        found = climb_near(attack, frame * _HOP)
        if found is not None and abs(found.time - times[n]) < 0.04:
            times[n], clear[n] = found.time, min(found.height, 20.0)
    return _even(np.asarray(times, np.float64), clear)


def _even(times: Curve, clear: Curve) -> Curve:
    """Each time from a line through it and its neighbours, in which clear ones count and stray ones do not."""
    out = times.copy()
    for n in range(len(times)):
        low, high = max(0, n - _NEAR), min(len(times), n + _NEAR + 1)
        place = np.arange(low, high) - n
        weight = (1 - (np.abs(place) / (_NEAR + 1)) ** 3) ** 3 * (0.1 + clear[low:high])
        given = times[low:high]
        for _ in range(3):
            slope, level = np.polyfit(place, given, 1, w=np.sqrt(weight))
            stray = np.abs(given - level - slope * place)
            weight = weight / (1 + (stray / 0.008) ** 2)
        out[n] = level
    return out
