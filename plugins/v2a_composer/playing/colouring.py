"""The low-pass filter of a tone: at any time that of its edge there, each sample heard through two filters between
which it fades. So any stretch of a tone is filtered by itself, without the state that a recursive filter has."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.playing.tone import OPEN, RATE, Colour, Tone

SLOW = 3584
_QUICK = 512
_STILL, _FAR = 20.0, 75.0
# How many samples a filter rings on, the longer the lower and the sharper it is; so long that 60 dB are gone.
_TAILS = (512, 1536, 3584)
_RINGS = 2.2 * RATE


def tail(tone: Tone) -> int:
    """How many samples before the first wanted one are needed, because the filter still rings of them."""
    return _tail(tone.colour)


@functools.lru_cache(maxsize=256)
def _tail(colour: Colour) -> int:
    lowest = colour.edge + min(0.0, colour.envelope) - abs(colour.swing)
    wanted = _RINGS * 10.0 ** (colour.resonance / 20.0) / _hertz(np.array(max(lowest, 1500.0)))
    return next((size for size in _TAILS if size >= wanted), _TAILS[-1])


def coloured(tone: Tone, sound: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """The samples from `start` on; `sound` begins a tail before them, which is used up."""
    from scipy import fft

    before = tail(tone)
    course = _course(tone, start, len(sound) - before)
    if course is None:
        return sound[before:]
    hop, responses = course.hop, course.responses
    size, count = hop + before, (len(sound) - before) // hop
    frames = np.ndarray((count, size), np.float32, np.ascontiguousarray(sound), 0, (4 * hop, 4))
    spectra = fft.rfft(frames, size, axis=1)
    if len(responses) == 1:
        spectra *= responses
        return np.asarray(fft.irfft(spectra, size, axis=1)[:, before:].reshape(-1), np.float32)
    ahead = fft.irfft(spectra * responses[:-1], size, axis=1)[:, before:]
    spectra *= responses[1:]
    behind = fft.irfft(spectra, size, axis=1)[:, before:]
    behind -= ahead
    behind *= _rising(hop)
    behind += ahead
    return np.asarray(behind.reshape(-1), np.float32)


@dataclass(frozen=True)
class _Course:
    """A filter on its way: its responses so many samples after each other, or a single one that stays."""

    hop: int
    responses: NDArray[np.complex64]


def _course(tone: Tone, start: int, count: int) -> _Course | None:
    """The way of a tone's filter over some samples; none while it is open."""
    colour, movement = tone.colour, tone.movement
    if colour.swing or (colour.envelope and movement.moves(start / RATE)):
        return _moving(colour, movement, tone.swing, start, count)
    return _still(colour, max(colour.edge + colour.envelope * movement.left, 1500.0))


@functools.lru_cache(maxsize=64)
def _still(colour: Colour, edge: float) -> _Course | None:
    """A filter whose edge does not move."""
    size = SLOW + _tail(colour)
    return None if edge >= OPEN else _Course(SLOW, _responses(np.array([edge]), colour, size))


@functools.lru_cache(maxsize=48)
def _moving(colour: Colour, movement: Envelope, swing: Swing, start: int, count: int) -> _Course | None:
    """A filter whose edge moves, the same for all tones that share it."""
    edges = functools.partial(_edges, colour, movement, swing)
    steps = np.diff(edges((start + np.arange(0, count + 1, SLOW // 2)) / RATE))
    uneven = np.abs(steps).max() > _FAR or np.abs(np.diff(steps)).max() > _STILL
    hop = _QUICK if uneven else SLOW
    here = edges((start + hop * np.arange(count // hop + 1)) / RATE)
    return None if here.min() >= OPEN else _Course(hop, _responses(here, colour, hop + _tail(colour)))


def _edges(
    colour: Colour, movement: Envelope, swing: Swing, time: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The filter's edge at each time, in cents."""
    made = np.full_like(time, colour.edge)
    if colour.envelope:
        made += colour.envelope * movement.shape(time)
    if colour.swing:
        made += colour.swing * swing.shape(time)
    return np.clip(made, 1500.0, OPEN)


@functools.cache
def _rising(hop: int) -> NDArray[np.float32]:
    return np.asarray(np.arange(hop, dtype=np.float32) / np.float32(hop))


def _responses(edges: NDArray[np.float64], colour: Colour, size: int) -> NDArray[np.complex64]:
    """What a low-pass filter of the second order does to each frequency, for each edge; an open one does nothing."""
    hertz = _hertz(edges)
    sharp = np.minimum(10.0 ** (colour.resonance / 20.0), np.maximum(1.0, hertz * _TAILS[-1] / _RINGS))
    ratio = (_warped(size) / np.tan(np.pi * hertz / RATE)[:, None]).astype(np.float32)
    real, imaginary = 1.0 - ratio * ratio, ratio / sharp[:, None].astype(np.float32)
    size_of = 1.0 / (real * real + imaginary * imaginary)
    made: NDArray[np.complex64] = np.empty(ratio.shape, np.complex64)
    made.real, made.imag = real * size_of, -imaginary * size_of
    made[edges >= OPEN] = 1.0
    return made


def _hertz(cents: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(8.176 * 2.0 ** (cents / 1200.0))


@functools.lru_cache(maxsize=16)
def _warped(size: int) -> NDArray[np.float64]:
    half = np.pi * np.arange(size // 2 + 1) / size
    return np.tan(np.minimum(half, np.pi / 2 - 1e-4))
