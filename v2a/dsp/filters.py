"""Filters that keep the phase: symmetrical impulse responses, applied without moving anything in time."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray


@functools.cache
def _band(rate: int, low: float, high: float, half: int) -> NDArray[np.float32]:
    from scipy.signal import firwin

    nyquist = rate / 2.0
    taps = 2 * half + 1
    if low <= 0.0:
        made = firwin(taps, min(high, 0.98 * nyquist), fs=rate)
    elif high >= nyquist:
        made = firwin(taps, low, fs=rate, pass_zero=False)
    else:
        made = firwin(taps, [low, high], fs=rate, pass_zero=False)
    response = np.asarray(made, np.float32)
    response.flags.writeable = False
    return response


def band_response(rate: int, low: float, high: float, half: int = 255) -> NDArray[np.float32]:
    """The impulse response, 2·half + 1 samples, that passes `low` to `high` hertz."""
    return _band(rate, float(low), float(high), half)


def centred(samples: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Filter channels × samples that bring half a response of context at both ends; the context is used up."""
    from scipy.signal import oaconvolve

    return np.asarray(oaconvolve(samples, response[np.newaxis, :], mode="valid", axes=1), dtype=np.float32)


def filtered(samples: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Filter a whole sound, with silence around it; nothing moves in time."""
    half = len(response) // 2
    return centred(np.pad(samples, ((0, 0), (half, half))), response)
