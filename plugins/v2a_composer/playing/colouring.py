"""The low-pass filter of a tone: at any time that of its edge there, each sample heard through two filters between
which it fades. So any stretch of a tone is filtered by itself, without the state that a recursive filter has."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.tone import OPEN, RATE, Colour, Tone

TAIL = 512
SLOW = 3584
_QUICK = 512
_STILL, _FAR = 20.0, 75.0


def coloured(tone: Tone, sound: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """The samples from `start` on; `sound` begins `TAIL` samples before them, which are used up."""
    from scipy import fft

    colour = tone.colour
    still = not (colour.swing or (colour.envelope and tone.movement.moves((start - TAIL) / RATE)))
    hop = _QUICK if not still and _moves(tone, start, len(sound) - TAIL) else SLOW
    size, count = hop + TAIL, (len(sound) - TAIL) // hop
    frames = np.ndarray((count, size), np.float32, np.ascontiguousarray(sound), 0, (4 * hop, 4))
    if still:
        edge = colour.edge + colour.envelope * tone.movement.left
        if edge >= OPEN:
            return sound[TAIL:]
        spectra = fft.rfft(frames, size, axis=1) * _still(edge, colour, size)
        return np.asarray(fft.irfft(spectra, size, axis=1)[:, TAIL:].reshape(-1), np.float32)
    edges = _edges(tone, (start + hop * np.arange(count + 1)) / RATE)
    if edges.min() >= OPEN:
        return sound[TAIL:]
    spectra = fft.rfft(frames, size, axis=1)
    responses = _responses(edges, colour, size)
    before = fft.irfft(spectra * responses[:-1], size, axis=1)[:, TAIL:]
    behind = fft.irfft(spectra * responses[1:], size, axis=1)[:, TAIL:]
    behind -= before
    behind *= np.arange(hop, dtype=np.float32) / np.float32(hop)
    behind += before
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
    hertz = 8.176 * 2.0 ** (edges / 1200.0)
    sharp = np.minimum(10.0 ** (colour.resonance / 20.0), np.maximum(1.0, hertz / 200.0))
    ratio = (_warped(size) / np.tan(np.pi * hertz / RATE)[:, None]).astype(np.float32)
    real, imaginary = 1.0 - ratio * ratio, ratio / sharp[:, None].astype(np.float32)
    size_of = 1.0 / (real * real + imaginary * imaginary)
    made: NDArray[np.complex64] = np.empty(ratio.shape, np.complex64)
    made.real, made.imag = real * size_of, -imaginary * size_of
    made[edges >= OPEN] = 1.0
    return made


@functools.lru_cache(maxsize=8)
def _warped(size: int) -> NDArray[np.float64]:
    half = np.pi * np.arange(size // 2 + 1) / size
    return np.tan(np.minimum(half, np.pi / 2 - 1e-4))
