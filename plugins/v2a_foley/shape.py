"""Envelopes, filters and ringing modes: the tools that single sounds are made with. Frequencies are in hertz."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]
Numbers = NDArray[np.floating[Any]]
_FOLD = 128


def samples(seconds: float, rate: int) -> int:
    """How many samples a time in seconds is, at least one."""
    return max(1, round(seconds * rate))


def fall(count: int, seconds: float, rate: int) -> Wave:
    """An exponential decay from 1 by 60 dB in so many seconds."""
    return np.asarray(np.exp(-6.9078 * np.arange(count) / max(seconds * rate, 1.0)))


def swell(count: int, rise: float, fall_: float, rate: int) -> Wave:
    """Up from 0 along a half sine in `rise` seconds, then down by 60 dB in `fall_` seconds."""
    up = min(samples(rise, rate), count)
    return np.concatenate(
        [np.sin(np.linspace(0, np.pi / 2, up, endpoint=False)) ** 2, fall(count - up, fall_, rate)]
    )


def hump(count: int, peak: float = 0.5, sharp: float = 2.0) -> Wave:
    """From 0 to 1 at the relative place `peak` and back to 0, smooth at both ends."""
    x = np.linspace(0.0, 1.0, count)
    bent = np.where(x < peak, x / max(peak, 1e-6) * 0.5, 0.5 + (x - peak) / max(1 - peak, 1e-6) * 0.5)
    return np.asarray(np.sin(np.pi * bent) ** sharp)


def ring(frequencies: Numbers, seconds: Numbers, gains: Numbers, count: int, rate: int) -> Wave:
    """Damped sines, the modes of a struck body, each falling by 60 dB in its seconds; starts at 0.

    Modal synthesis after van den Doel and Pai, "The sounds of physical shapes" (1998). Powers of each mode's pole are
    split into an outer product, which makes one product of matrices of the whole sum; not by BLAS, whose threads vary.
    """
    kept = frequencies < 0.47 * rate
    pole = 2j * np.pi * frequencies[kept] / rate - 6.9078 / np.maximum(seconds[kept] * rate, 1.0)
    rows = -(-count // _FOLD)
    coarse = np.exp(np.outer(np.arange(rows) * _FOLD, pole)) * gains[kept]
    fine = np.exp(np.outer(pole, np.arange(_FOLD)))
    left = np.concatenate([coarse.real, coarse.imag], axis=1)
    wave = np.einsum("nm,mk->nk", left, np.concatenate([fine.imag, fine.real]))
    return np.asarray(wave.reshape(-1)[:count])


def noise(rng: np.random.Generator, count: int) -> Wave:
    """White noise of RMS 1."""
    return rng.standard_normal(count)


def low(wave: Wave, frequency: float, rate: int, order: int = 2) -> Wave:
    """What lies below a frequency."""
    return _filtered(wave, "lowpass", [frequency], rate, order)


def high(wave: Wave, frequency: float, rate: int, order: int = 2) -> Wave:
    """What lies above a frequency."""
    return _filtered(wave, "highpass", [frequency], rate, order)


def band(wave: Wave, bottom: float, top: float, rate: int, order: int = 1) -> Wave:
    """What lies between two frequencies."""
    return _filtered(wave, "bandpass", [bottom, top], rate, order)


def _filtered(wave: Wave, kind: str, edges: list[float], rate: int, order: int) -> Wave:
    from scipy import signal

    limit = 0.49 * rate
    wanted = [
        min(max(e, 5.0), limit * (0.9 if n == 0 and len(edges) > 1 else 1.0)) for n, e in enumerate(edges)
    ]
    return np.asarray(signal.sosfilt(_sections(kind, tuple(wanted), rate, order), wave))


@functools.lru_cache(maxsize=256)
def _sections(kind: str, edges: tuple[float, ...], rate: int, order: int) -> Numbers:
    """A Butterworth filter, whose design costs as much as to filter a step."""
    from scipy import signal

    return np.asarray(
        signal.butter(order, edges if len(edges) > 1 else edges[0], kind, fs=rate, output="sos")
    )


def resonant(wave: Wave, centre: float, quality: float, rate: int) -> Wave:
    """The wave through one resonance."""
    from scipy import signal

    b, a = signal.iirpeak(min(centre, 0.48 * rate), quality, fs=rate)
    return np.asarray(signal.lfilter(b, a, wave))


def shaped(rng: np.random.Generator, count: int, magnitude: Callable[[Wave], Wave], rate: int) -> Wave:
    """Noise with a given magnitude over frequency, scaled to a peak of 1."""
    size = 1 << max(4, (count - 1).bit_length())
    spectrum = magnitude(np.maximum(np.fft.rfftfreq(size, 1 / rate), 15.0))
    drawn = rng.standard_normal((2, len(spectrum)))
    drawn[:, 0] = 0.0
    return even(np.fft.irfft((drawn[0] + 1j * drawn[1]) * spectrum, size)[:count])


def coloured(rng: np.random.Generator, count: int, slope: float, rate: int) -> Wave:
    """Noise whose spectrum changes by so many dB an octave above 30 Hz, RMS 1."""
    wave = shaped(rng, count, lambda f: np.asarray(np.maximum(f, 30.0) ** (slope / 6.0206)), rate)
    return np.asarray(wave / max(float(np.std(wave)), 1e-12))


def phase(frequency: Wave, rate: int) -> Wave:
    """The running phase in radians of a frequency that moves."""
    return np.asarray(2 * np.pi * np.cumsum(frequency) / rate)


def put(canvas: Wave, offset: int, wave: Wave, gain: float = 1.0) -> None:
    """Add a wave into another at an offset in samples; what falls outside is dropped."""
    begin, end = max(0, offset), min(canvas.shape[-1], offset + wave.shape[-1])
    if begin < end:
        canvas[..., begin:end] += gain * wave[..., begin - offset : end - offset]


def strewn(hits: Wave, grains: Wave, rng: np.random.Generator) -> Wave:
    """A grain picked by chance (rows of `grains`) at every sample where `hits` is not zero, that loud."""
    size = grains.shape[1]
    out = np.zeros(len(hits) + size)
    places = np.flatnonzero(hits)
    for place, kind in zip(places, rng.integers(0, len(grains), len(places))):
        out[place : place + size] += hits[place] * grains[kind]
    return out[: len(hits)]


def even(wave: Wave, peak: float = 1.0) -> Wave:
    """The wave scaled to a peak."""
    return wave * (peak / max(float(np.max(np.abs(wave))), 1e-12))
