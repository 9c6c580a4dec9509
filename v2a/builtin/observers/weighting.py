"""K-weighting after ITU-R BS.1770, block by block."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_ASIDE = 1e-15
"""Kept beside the sound: in silence the filters would ring down to numbers so small that processors reckon slowly."""


class Weighting:
    """The two filters of K-weighting at any rate, with their state."""

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = np.array([_shelf(rate), _high_pass(rate)])
        self._state = np.zeros((2, channels, 2))

    def __call__(self, sound: NDArray[np.float32]) -> NDArray[np.float64]:
        """Weight channels × samples; two sides that are alike cost no more than one."""
        from scipy.signal import sosfilt

        heard = sound.astype(np.float64) + _ASIDE
        alike = np.array_equal(heard[:1], heard[1:2]) and np.array_equal(self._state[:, 0], self._state[:, 1])
        sides = slice(0, 1) if alike else slice(None)
        weighted, state = sosfilt(self._sections, heard[sides], axis=1, zi=self._state[:, sides])
        self._state = np.broadcast_to(state, self._state.shape)
        return np.broadcast_to(weighted, heard.shape)


def _shelf(rate: int) -> list[float]:
    """The standard's first filter, from its analogue prototype, so that it fits any rate."""
    gain, quality, centre = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = math.tan(math.pi * centre / rate)
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    over = 1 + k / quality + k * k
    return [
        (high + band * k / quality + k * k) / over,
        2 * (k * k - high) / over,
        (high - band * k / quality + k * k) / over,
        1.0,
        2 * (k * k - 1) / over,
        (1 - k / quality + k * k) / over,
    ]


def _high_pass(rate: int) -> list[float]:
    quality, centre = 0.5003270373238773, 38.13547087602444
    k = math.tan(math.pi * centre / rate)
    over = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / over, (1 - k / quality + k * k) / over]
