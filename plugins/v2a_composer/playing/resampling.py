"""A recording read at any speed: each sample of ours is a weighted sum of those of the recording around its place.

At an even speed, which is a fraction, the same weights come round again, so that a stretch is a few products of matrices.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.playing.tone import FASTEST, RATE, Bend, Loop, Tone

Wave = NDArray[np.float32]
_Steps = NDArray[np.float64]

_PHASES = 1024
_HALF = 10
_BETA = 7.0
_FINE = 4096
_SPAN = 64
_TOGETHER = 32
_LEAST = 128
# Pitch moves in steps of so many samples at the full rate.
_CONTROL = 64
# A way is worked out in stretches of so many steps.
_AHEAD = 4096
_SEAM = 512


def raw(tone: Tone, wave: Wave, start: int, count: int) -> Wave:
    """So many samples of a tone from `start` on, before anything is done to it; silence before it and behind it."""
    bend = tone.bend
    if not bend.used:
        return _even(tone, wave, start, count, Fraction(0))
    if (
        bend.swing
        or bend.vibrato
        or tone.movement.moves(start / tone.rate)
        or bend.envelope * tone.movement.left
    ):
        return _bent(tone, wave, start, count)
    ahead = float(_places(tone, start, 1)[0]) - tone.first - start * float(tone.step)
    return _even(tone, wave, start, count, Fraction(round(ahead * _PHASES), _PHASES))


@dataclass(frozen=True)
class _Weights:
    """For a few samples of ours in a row: where they begin in the recording, and what each takes of what follows."""

    at: int
    matrix: Wave


def _even(tone: Tone, wave: Wave, start: int, count: int, ahead: Fraction) -> Wave:
    round_, weights = _rounds(tone.step, ahead % 1)
    stride = int(round_ * tone.step)
    first, last = start // round_, -(-(start + count) // round_)
    begin = tone.first + math.floor(ahead) + first * stride
    low = begin + weights[0].at
    high = begin + (last - 1 - first) * stride + weights[-1].at + len(weights[-1].matrix)
    source = _unrolled(tone, wave, low, high - low)
    made = np.empty((last - first, round_), np.float32)
    here = 0
    for part in weights:
        shape, strides = (last - first, len(part.matrix)), (4 * stride, 4)
        rows = np.ndarray(shape, np.float32, source, 4 * (part.at - weights[0].at), strides)
        if stride < shape[1]:
            rows = np.ascontiguousarray(rows)
        made[:, here : here + part.matrix.shape[1]] = rows @ part.matrix
        here += part.matrix.shape[1]
    return made.reshape(-1)[start - first * round_ :][:count]


@functools.lru_cache(maxsize=256)
def _rounds(step: Fraction, ahead: Fraction) -> tuple[int, tuple[_Weights, ...]]:
    """After how many samples of ours the weights come round, and those of all of them."""
    size = step.denominator * -(-_LEAST // step.denominator)
    places = float(ahead) + np.arange(size) * step.numerator / step.denominator
    base = np.floor(places).astype(np.int64)
    taps, half = _taps(places - base, float(step))
    parts, together = [], min(512, max(32, int(_SPAN / step)))
    for first in range(0, size, together):
        here = base[first : first + together] - base[first]
        matrix = np.zeros((int(here[-1]) + 2 * half, len(here)), np.float32)
        places_of = here[:, None] + np.arange(2 * half), np.arange(len(here))[:, None]
        matrix[places_of] = taps[first : first + together]
        parts.append(_Weights(int(base[first]) - half + 1, matrix))
    return size, tuple(parts)


def _bent(tone: Tone, wave: Wave, start: int, count: int) -> Wave:
    """At an uneven speed: a cubic through four values of the recording at twice its rate."""
    places = _places(tone, start, count)
    low = math.floor(places[0]) - 2
    source = _doubled(tone, wave, low, math.floor(places[-1]) + 3 - low)
    places -= low
    places *= 2
    base = places.astype(np.int32)
    at = (places - base).astype(np.float32)
    base -= 1
    a, b, c, d = (source[n:].take(base) for n in range(4))
    inner, outer = b - c, d - a
    slope = c - a
    bend = outer + 3 * inner
    return np.asarray(b + 0.5 * at * (slope + at * (bend * at - bend - slope - 2 * inner)), np.float32)


def _doubled(tone: Tone, wave: Wave, low: int, count: int) -> Wave:
    """So many samples of the recording from one on, at twice its rate, and without what is too high to be played."""
    matrix, half = _between(max(0, math.ceil(8 * math.log2(min(float(tone.step) * tone.bend.most, FASTEST)))))
    rows = -(-count // _TOGETHER)
    source = _unrolled(tone, wave, low - half + 1, rows * _TOGETHER + 2 * half - 1)
    shape = rows, len(matrix)
    windows = np.ndarray(shape, np.float32, np.ascontiguousarray(source), 0, (4 * _TOGETHER, 4))
    return np.asarray(np.ascontiguousarray(windows) @ matrix, np.float32).reshape(-1)[: 2 * count]


@functools.lru_cache(maxsize=24)
def _between(eighths: int) -> tuple[Wave, int]:
    """The weights for some samples of the recording and the places behind them, at a speed of so many eighths of an
    octave."""
    taps, half = _taps(np.array([0.0, 0.5]), 2.0 ** (eighths / 8.0))
    matrix = np.zeros((_TOGETHER + 2 * half - 1, 2 * _TOGETHER), np.float32)
    for n in range(_TOGETHER):
        matrix[n : n + 2 * half, 2 * n : 2 * n + 2] = taps.T
    return matrix, half


def _places(tone: Tone, start: int, count: int) -> NDArray[np.float64]:
    """Where in the recording each sample of ours is read; a loop is unrolled, and pitch moves step by step."""
    control = _CONTROL >> tone.octaves
    first, end = start // control, max(1, -(-(start + count) // control))
    way = _way(float(tone.step) * control, tone.bend, tone.movement, tone.swing, tone.vibrato)
    gone, steps = way.between(max(0, first), end)
    if first < 0:
        gone = np.concatenate([np.arange(first, 0) * steps[0], gone])
        steps = np.concatenate([np.full(-first, steps[0]), steps])
    made = gone[:, None] + steps[:, None] * (np.arange(control) / control)
    made += tone.first
    return np.asarray(made.reshape(-1)[start - first * control :][:count], np.float64)


class _Way:
    """How far a tone whose pitch moves has been read at each step in time, and how far it goes in it.

    It is worked out stretch by stretch; of those that were passed only the ends are kept.
    """

    def __init__(self, step: float, bend: Bend, movement: Envelope, swing: Swing, vibrato: Swing) -> None:
        self._step, self._bend, self._movement = step, bend, movement
        self._swing, self._vibrato = swing, vibrato
        self._begins = [0.0]
        self._near: dict[int, tuple[_Steps, _Steps]] = {}

    def between(self, first: int, end: int) -> tuple[_Steps, _Steps]:
        """How far it has been read at these steps, and how far it goes in each."""
        low = first // _AHEAD
        found = [self._stretch(n) for n in range(low, (end - 1) // _AHEAD + 1)]
        wanted = slice(first - low * _AHEAD, end - low * _AHEAD)
        if len(found) == 1:
            gone, steps = found[0]
        else:
            gone, steps = (np.concatenate(ways) for ways in zip(*found, strict=True))
        return gone[wanted], steps[wanted]

    def _stretch(self, number: int) -> tuple[_Steps, _Steps]:
        if number in self._near:
            return self._near[number]
        for n in range(min(number, len(self._begins) - 1), number + 1):
            steps = self._steps(n)
            gone = np.cumsum(np.concatenate([self._begins[n : n + 1], steps]))
            if n + 1 == len(self._begins):
                self._begins.append(float(gone[-1]))
        self._near = {n: way for n, way in self._near.items() if abs(n - number) == 1}
        self._near[number] = gone[:-1], steps
        return self._near[number]

    def _steps(self, number: int) -> _Steps:
        time = np.arange(number * _AHEAD, (number + 1) * _AHEAD, dtype=np.float64) * (_CONTROL / RATE)
        cents = np.zeros(_AHEAD)
        if self._bend.envelope:
            cents += self._bend.envelope * self._movement.shape(time)
        if self._bend.swing:
            cents += self._bend.swing * self._swing.shape(time)
        if self._bend.vibrato:
            cents += self._bend.vibrato * self._vibrato.shape(time)
        return np.asarray(np.minimum(self._step * 2.0 ** (cents / 1200.0), FASTEST * _CONTROL))


@functools.lru_cache(maxsize=96)
def _way(step: float, bend: Bend, movement: Envelope, swing: Swing, vibrato: Swing) -> _Way:
    """The way of a tone, the same for all that move alike."""
    return _Way(step, bend, movement, swing, vibrato)


def _unrolled(tone: Tone, wave: Wave, low: int, count: int) -> Wave:
    """The recording as it is played, its loop gone round as often as it takes; nothing lies outside it."""
    loop = tone.loop
    end = tone.last if loop is None else loop.end
    if low >= tone.first and low + count <= min(end, len(wave)):
        return wave[low : low + count]
    if loop is not None and loop.leaves is None and low >= tone.first:
        return _looped(wave, loop, low, count)
    at = np.arange(low, low + count)
    last = tone.last
    if loop is not None:
        size, most = loop.end - loop.start, tone.rounds
        rounds = np.maximum(0, (at - loop.start) // size)
        at = at - (rounds if most is None else np.minimum(rounds, most)) * size
        last = max(last, loop.end)
    inside = (at >= tone.first) & (at < min(last, len(wave)))
    return np.where(inside, wave[np.clip(at, 0, len(wave) - 1)], np.float32(0))


def seamless(wave: Wave, loop: Loop | None) -> Wave:
    """The recording with a loop that meets itself: what leads to its end goes over into what leads to its start.

    Many fonts loop where the wave meets but its slope does not, which is heard as a tick in each round.
    """
    if loop is None or not 0 < loop.start < loop.end <= len(wave):
        return wave
    size = min(_SEAM, loop.start, (loop.end - loop.start) // 2)
    over = np.linspace(0, 1, size + 1, dtype=np.float32)[1:]
    mended = wave.copy()
    mended[loop.end - size : loop.end] += over * (
        wave[loop.start - size : loop.start] - mended[loop.end - size : loop.end]
    )
    return mended


def _looped(wave: Wave, loop: Loop, low: int, count: int) -> Wave:
    """A stretch that reaches beyond the loop's first round."""
    size = loop.end - loop.start
    before = wave[low : loop.end] if low < loop.end else wave[:0]
    at = 0 if len(before) else (low - loop.start) % size
    rounds = np.tile(wave[loop.start : loop.end], -(-(at + count - len(before)) // size))
    rounds = rounds[at : at + count - len(before)]
    return np.concatenate([before, rounds]) if len(before) else rounds


def _taps(places: NDArray[np.float64], speed: float) -> tuple[Wave, int]:
    """The weights of the samples around each place between two: a sinc in a window, narrower where all gets higher."""
    narrow = min(1.0, 1.0 / speed)
    half = math.ceil(_HALF / narrow)
    distance = np.abs(np.arange(-half + 1, half + 1) - places[:, None]) * (narrow * _FINE)
    taps = _kernel()[np.minimum(distance + 0.5, _HALF * _FINE).astype(np.int32)]
    return taps / taps.sum(axis=1, keepdims=True), half


@functools.cache
def _kernel() -> Wave:
    """One side of a sinc in a Kaiser window; nothing at its end."""
    distance = np.arange(_HALF * _FINE + 1) / _FINE
    window = np.i0(_BETA * np.sqrt(1 - (distance / _HALF) ** 2)) / np.i0(_BETA)
    return (np.sinc(distance) * window * (distance < _HALF)).astype(np.float32)
