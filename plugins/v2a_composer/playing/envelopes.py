"""Envelopes and slow oscillators of a tone whose key is held, as functions of time alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.floating]
FULL = 100.0
_LEAST = 0.0006


@dataclass(frozen=True, slots=True)
class Envelope:
    """Seconds of each part, and how much is gone where it stays: in dB for loudness, from 0 to 1 for all else."""

    delay: float = 0.0
    attack: float = 0.0
    hold: float = 0.0
    decay: float = 0.0
    gone: float = 0.0

    @property
    def falls(self) -> float:
        """When it begins to fall."""
        return self.delay + self.attack + self.hold

    def loudness(self, time: Curve) -> NDArray[np.float32] | np.float32:
        """The gain at each time, one number where it stays: it rises evenly, and falls evenly in dB.

        What sets in at once does so without a corner, which would be heard in front of a soft stroke.
        """
        if time[0] >= self.settled:
            return np.float32(10.0 ** (-self.gone / 20.0))
        made = np.ones(len(time), np.float32)
        if time[0] < self.delay + max(self.attack, _LEAST):
            made = np.clip((time - self.delay) / max(self.attack, _LEAST), 0.0, 1.0).astype(np.float32)
            if self.attack <= _LEAST:
                made *= made * (3 - 2 * made)
        if self.gone and time[-1] > self.falls:
            lost = np.clip((time - self.falls) * (FULL / max(self.decay, _LEAST)), 0.0, self.gone)
            made *= np.exp(lost.astype(np.float32) * np.float32(-np.log(10) / 20))
        return made

    def shape(self, time: Curve) -> Curve:
        """From 0 to 1 and down to what is not gone; it rises quickly and then ever less, and falls evenly."""
        made = np.ones(len(time))
        if time[0] < self.delay + self.attack:
            share = np.clip((time - self.delay) / max(self.attack, _LEAST), 1e-9, 1.0)
            made = np.maximum(0.0, 1.0 + 40.0 / 96.0 * np.log10(share))
        return np.asarray(made - np.clip((time - self.falls) / max(self.decay, _LEAST), 0.0, self.gone))

    @property
    def left(self) -> float:
        """What is not gone of a movement in the end, from 0 to 1."""
        return 1.0 - self.gone

    def moves(self, time: float) -> bool:
        """Whether a movement is still on its way at a time."""
        return time < self.falls + max(self.decay, _LEAST) * self.gone + _LEAST

    @property
    def silent(self) -> float:
        """When nothing is left of its loudness; never, in most."""
        return self.falls + self.decay * min(1.0, self.gone / FULL) if self.gone >= 90.0 else np.inf

    def heard(self, share: float) -> float:
        """When so large a share of the full fall is behind it; never where it stays above."""
        return self.falls + share * self.decay if self.gone >= share * FULL else np.inf

    @property
    def settled(self) -> float:
        """From when on its loudness does not change any more."""
        return self.falls + max(self.decay, _LEAST) * self.gone / FULL + _LEAST


@dataclass(frozen=True, slots=True)
class Swing:
    """A triangle that begins to swing after a while, so many times a second."""

    delay: float = 0.0
    rate: float = 8.176

    def shape(self, time: Curve) -> Curve:
        """Between -1 and 1, from 0 upwards."""
        turn = np.maximum(time - self.delay, 0.0) * self.rate
        return np.asarray(np.abs((turn - 0.25) % 1.0 * 4.0 - 2.0) - 1.0)
