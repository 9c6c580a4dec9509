"""Noise by counter: what is drawn for a cell depends on seed, name and cell number alone.

Philox is a counter-based generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): a key is all
its state, so any stretch of an endless sound can be drawn by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MASK = (1 << 64) - 1


def draws(seed: int, name: str, cell: int = 0) -> np.random.Generator:
    """The generator of random numbers for one cell of one named layer."""
    digest = hashlib.blake2b(f"{seed}\x1f{name}".encode(), digest_size=8).digest()
    key = np.array([int.from_bytes(digest, "big"), cell & _MASK], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


@dataclass(frozen=True)
class Curve:
    """A smooth random curve over time, mostly within -1 and 1, that never repeats; `period` in seconds."""

    seed: int
    name: str
    period: float

    def at(self, time: float) -> float:
        """Its value at a time in seconds: two octaves of cubic value noise."""
        slow = self._octave(time / self.period, "slow")
        return float(slow + 0.4 * self._octave(time / self.period * 2.3 + 0.37, "fast"))

    def over(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its values at rising times in seconds, joined by straight lines between a hundred knots a period."""
        step = self.period / 100
        first, last = int(np.floor(times[0] / step)), int(np.floor(times[-1] / step)) + 1
        knots = np.arange(first, last + 1)
        return np.interp(times, knots * step, [self.at(float(k) * step) for k in knots])

    def _octave(self, position: float, name: str) -> float:
        knot = int(np.floor(position))
        x = position - knot
        a, b, c, d = (self._knot(knot + n, name) for n in (-1, 0, 1, 2))
        slope_in, slope_out = (c - a) / 2, (d - b) / 2
        return float(
            b
            + x * slope_in
            + x * x * (3 * (c - b) - 2 * slope_in - slope_out)
            + x**3 * (2 * (b - c) + slope_in + slope_out)
        )

    def _knot(self, knot: int, name: str) -> float:
        digest = hashlib.blake2b(
            f"{self.seed}\x1f{self.name}\x1f{name}\x1f{knot}".encode(), digest_size=8
        ).digest()
        return int.from_bytes(digest, "big") / 2**63 - 1.0


@dataclass(frozen=True)
class Flicker:
    """How turbulence moves eight octaves of a sound, each for itself: smooth random numbers mostly within -1 and 1.

    Real weather and water never move as one: neighbouring octaves of their spectra rise and fall nearly independently.
    """

    seed: int
    name: str
    period: float

    def at(self, time: float) -> NDArray[np.float64]:
        """The eight values at a time in seconds."""
        position = time / self.period
        knot = int(np.floor(position))
        x = position - knot
        weights = 0.5 * np.array(
            [-x + 2 * x * x - x**3, 2 - 5 * x * x + 3 * x**3, x + 4 * x * x - 3 * x**3, x**3 - x * x]
        )
        return np.asarray(weights @ np.stack([self._knot(knot + n) for n in (-1, 0, 1, 2)]))

    def over(self, octaves: NDArray[np.float64], time: float) -> NDArray[np.float64]:
        """Its values at a time for octaves from 0 to 7, joined by straight lines."""
        return np.interp(octaves, np.arange(8), self.at(time))

    def _knot(self, knot: int) -> NDArray[np.float64]:
        digest = hashlib.blake2b(f"{self.seed}\x1f{self.name}\x1f{knot}".encode(), digest_size=64).digest()
        return np.frombuffer(digest, "<u8") / 2.0**63 - 1.0


def octaves(frequency: NDArray[np.float64], lowest: float = 60.0) -> NDArray[np.float64]:
    """Which of eight octaves each frequency in hertz lies in, from 0 (`lowest` and below) to 7."""
    return np.asarray(np.clip(np.log2(np.maximum(frequency, 1.0) / lowest), 0.0, 7.0))
