"""The low-pass filter of a tone: at any time that of its edge there, each sample heard through two filters between
which it fades. So any stretch of a tone is filtered by itself, without the state that a recursive filter has."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.tone import OPEN, RATE, Colour, Tone

SLOW = 3584
_QUICK = 512
_STILL, _FAR = 20.0, 75.0
# How many samples a filter rings on, the longer the lower and the sharper it is; so long that 60 dB are gone.
_TAILS = (512, 1536, 3584)
_RINGS = 2.2 * RATE


def tail(tone: Tone) -> int:
    """How many samples before the first wanted one are needed, because the filter still rings of them."""
    colour = tone.colour
    lowest = colour.edge + min(0.0, colour.envelope) - abs(colour.swing)
    wanted = _RINGS * 10.0 ** (colour.resonance / 20.0) / _hertz(np.array(max(lowest, 1500.0)))
    return next((size for size in _TAILS if size >= wanted), _TAILS[-1])


def coloured(tone: Tone, sound: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """The samples from `start` on; `sound` begins a tail before them, which is used up."""
    from scipy import fft

    colour, before = tone.colour, tail(tone)
    still = not (colour.swing or (colour.envelope and tone.movement.moves(start / RATE)))
    hop = _QUICK if not still and _moves(tone, start, len(sound) - before) else SLOW
    size, count = hop + before, (len(sound) - before) // hop
    frames = np.ndarray((count, size), np.float32, np.ascontiguousarray(sound), 0, (4 * hop, 4))
    if still:
        edge = colour.edge + colour.envelope * tone.movement.left
        if edge >= OPEN:
            return sound[before:]
        spectra = fft.rfft(frames, size, axis=1) * _still(edge, colour, size)
        return np.asarray(fft.irfft(spectra, size, axis=1)[:, before:].reshape(-1), np.float32)
    edges = _edges(tone, (start + hop * np.arange(count + 1)) / RATE)
    if edges.min() >= OPEN:
        return sound[before:]
    spectra = fft.rfft(frames, size, axis=1)
    responses = _responses(edges, colour, size)
    ahead = fft.irfft(spectra * responses[:-1], size, axis=1)[:, before:]
    behind = fft.irfft(spectra * responses[1:], size, axis=1)[:, before:]
    behind -= ahead
    behind *= np.arange(hop, dtype=np.float32) / np.float32(hop)
    behind += ahead
    return np.asarray(behind.reshape(-1), np.float32)


@functools.lru_cache(maxsize=64)
def _still(edge: float, colour: Colour, size: int) -> NDArray[np.complex64]:
    """The response of a filter whose edge does not move."""
    return np.asarray(_responses(np.array([max(edge, 1500.0)]), colour, size)[0])


def _moves(tone: Tone, start: int, count: int) -> bool:
    """Whether the edge moves too far, or too unevenly, to be heard through a few filters only."""
    edges = _edges(tone, (start + np.arange(0, count + 1, SLOW // 2)) / RATE)
    steps = np.diff(edges)
    return bool(np.abs(steps).max() > _FAR or np.abs(np.diff(steps)).max() > _STILL)


def _edges(tone: Tone, time: NDArray[np.float64]) -> NDArray[np.float64]:
    """The filter's edge at each time, in cents."""
    colour = tone.colour
    made = np.full_like(time, colour.edge)
    if colour.envelope:
        made += colour.envelope * tone.movement.shape(time)
    if colour.swing:
        made += colour.swing * tone.swing.shape(time)
    return np.clip(made, 1500.0, OPEN)


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
