"""Filters that keep the phase: symmetrical impulse responses, applied without moving anything in time."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_FRAME = 4096


@functools.cache
def _band(rate: int, low: float, high: float, half: int) -> NDArray[np.float32]:
    places = np.arange(-half, half + 1, dtype=np.float64)
    window = np.hamming(2 * half + 1)

    def low_pass(edge: float) -> NDArray[np.float64]:
        relative = min(2.0 * edge / rate, 1.0)
        return np.asarray(relative * np.sinc(relative * places) * window, dtype=np.float64)

    response = (low_pass(high) - low_pass(low)).astype(np.float32)
    response.flags.writeable = False
    return response


def band_response(rate: int, low: float, high: float, half: int = 255) -> NDArray[np.float32]:
    """The impulse response, 2·half + 1 samples, that passes `low` to `high` hertz."""
    return _band(rate, float(low), float(high), half)


def convolved(samples: NDArray[np.floating], response: NDArray[np.floating]) -> NDArray[np.floating]:
    """Filter channels × samples, keeping only what rests on samples alone: one less than the response is used up.

    Overlap-save with numpy's FFT: scipy.signal costs a second to import.
    """
    taps = len(response)
    length = samples.shape[1] - taps + 1
    frame = max(_FRAME, 1 << (4 * taps - 1).bit_length())
    hop = frame - taps + 1
    count = -(-length // hop)
    padded = np.pad(samples, ((0, 0), (0, count * hop + taps - 1 - samples.shape[1])))
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame, axis=1)[:, ::hop]
    spectra = np.fft.rfft(frames, axis=2)
    spectra *= np.fft.rfft(response, frame)
    made = np.fft.irfft(spectra, frame, axis=2)[:, :, taps - 1 :]
    return made.reshape(samples.shape[0], -1)[:, :length]


def centred(samples: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Filter channels × samples that bring half a response of context at both ends; the context is used up."""
    return np.asarray(convolved(samples, response), dtype=np.float32)


def filtered(samples: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Filter a whole sound, with silence around it; nothing moves in time."""
    half = len(response) // 2
    return centred(np.pad(samples, ((0, 0), (half, half))), response)
