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
_MARGIN = 32


def tail(tone: Tone) -> int:
    """How many samples before the first wanted one are needed, because the filter still rings of them."""
    return (_tail(tone.colour, tone.octaves) >> tone.octaves) - margin(tone)


def margin(tone: Tone) -> int:
    """How many samples behind the last wanted one are needed: at a lower rate the filter is no longer one that only looks
    back, so that what it is given may not end suddenly."""
    return _MARGIN if tone.octaves else 0


@functools.lru_cache(maxsize=256)
def _tail(colour: Colour, octaves: int) -> int:
    lowest = colour.edge + min(0.0, colour.envelope) - abs(colour.swing)
    wanted = _RINGS * 10.0 ** (colour.resonance / 20.0) / _hertz(np.array(max(lowest, 1500.0)))
    wanted += 2 * _MARGIN << octaves if octaves else 0
    return next((size for size in _TAILS if size >= wanted), _TAILS[-1])


def coloured(tone: Tone, sound: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """The samples from `start` on; `sound` begins a tail before them and ends a margin behind, which are used up."""
    from scipy import fft

    before, behind = tail(tone), margin(tone)
    length = len(sound) - before - behind
    course = _course(tone, start, length)
    if course is None:
        return sound[before : before + length]
    hop, responses = course.hop, course.responses
    size, kept = before + hop + behind, slice(before, before + hop)
    frames = np.ndarray((length // hop, size), np.float32, np.ascontiguousarray(sound), 0, (4 * hop, 4))
    spectra = fft.rfft(frames * _window(size) if behind else frames, size, axis=1)
    if len(responses) == 1:
        spectra *= responses
        return np.asarray(fft.irfft(spectra, size, axis=1)[:, kept].reshape(-1), np.float32)
    first = fft.irfft(spectra * responses[:-1], size, axis=1)[:, kept]
    spectra *= responses[1:]
    second = fft.irfft(spectra, size, axis=1)[:, kept]
    second -= first
    second *= _rising(hop)
    second += first
    return np.asarray(second.reshape(-1), np.float32)


@functools.lru_cache(maxsize=16)
def _window(size: int) -> NDArray[np.float32]:
    """What lets a frame begin and end softly."""
    made = np.ones(size, np.float32)
    made[:_MARGIN] = np.sin(np.pi / 2 * (np.arange(_MARGIN) + 0.5) / _MARGIN) ** 2
    made[-_MARGIN:] = made[_MARGIN - 1 :: -1]
    return made


@dataclass(frozen=True)
class _Course:
    """A filter on its way: its responses so many samples after each other, or a single one that stays."""

    hop: int
    responses: NDArray[np.complex64]


def _course(tone: Tone, start: int, count: int) -> _Course | None:
    """The way of a tone's filter over some samples; none while it is open."""
    colour, movement = tone.colour, tone.movement
    if colour.swing or (colour.envelope and movement.moves(start / tone.rate)):
        return _moving(colour, movement, tone.swing, tone.octaves, start, count)
    return _still(colour, max(colour.edge + colour.envelope * movement.left, 1500.0), tone.octaves)


@functools.lru_cache(maxsize=64)
def _still(colour: Colour, edge: float, octaves: int) -> _Course | None:
    """A filter whose edge does not move."""
    return None if edge >= OPEN else _answering(np.array([edge]), colour, SLOW, octaves)


@functools.lru_cache(maxsize=48)
def _moving(
    colour: Colour, movement: Envelope, swing: Swing, octaves: int, start: int, count: int
) -> _Course | None:
    """A filter whose edge moves, the same for all tones that share it."""
    edges, rate = functools.partial(_edges, colour, movement, swing), RATE >> octaves
    steps = np.diff(edges((start + np.arange(0, count + 1, SLOW // 2 >> octaves)) / rate))
    uneven = np.abs(steps).max() > _FAR or np.abs(np.diff(steps)).max() > _STILL
    hop = _QUICK if uneven else SLOW
    here = edges((start + np.arange(0, count + 1, hop >> octaves)) / rate)
    return None if here.min() >= OPEN else _answering(here, colour, hop, octaves)


def _answering(edges: NDArray[np.float64], colour: Colour, hop: int, octaves: int) -> _Course:
    size = hop + _tail(colour, octaves) >> octaves
    return _Course(hop >> octaves, _responses(edges, colour, size, octaves))


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


def _responses(edges: NDArray[np.float64], colour: Colour, size: int, octaves: int) -> NDArray[np.complex64]:
    """What a low-pass filter of the second order does to each frequency, for each edge; an open one does nothing."""
    hertz = _hertz(edges)
    sharp = np.minimum(10.0 ** (colour.resonance / 20.0), np.maximum(1.0, hertz * _TAILS[-1] / _RINGS))
    ratio = (_warped(size, octaves) / np.tan(np.pi * hertz / RATE)[:, None]).astype(np.float32)
    real, imaginary = 1.0 - ratio * ratio, ratio / sharp[:, None].astype(np.float32)
    size_of = 1.0 / (real * real + imaginary * imaginary)
    made: NDArray[np.complex64] = np.empty(ratio.shape, np.complex64)
    made.real, made.imag = real * size_of, -imaginary * size_of
    made[edges >= OPEN] = 1.0
    return made


def _hertz(cents: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(8.176 * 2.0 ** (cents / 1200.0))


@functools.lru_cache(maxsize=16)
def _warped(size: int, octaves: int) -> NDArray[np.float64]:
    half = np.pi * np.arange(size // 2 + 1) / (size << octaves)
    return np.tan(np.minimum(half, np.pi / 2 - 1e-4))
