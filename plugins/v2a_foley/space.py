"""The little space a sound is made in: a few early reflections and a soft diffuse tail, different left and right.

A dry synthesised sound is heard as an electronic one; a scene's own room is not this module's business.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_foley.shape import Wave, low


@dataclass(frozen=True)
class Space:
    """A space: how long its tail lasts in seconds, how strong it is beside the sound, its corner in hertz, echoes."""

    seconds: float
    wet: float
    corner: float
    early: float


SPACES = {
    "none": Space(0.0, 0.0, 0.0, 0.0),
    "room": Space(0.35, 0.28, 5500.0, 0.018),
    "hall": Space(1.3, 0.30, 4200.0, 0.045),
    "open": Space(0.5, 0.12, 2800.0, 0.11),
}


def placed(canvas: Wave, space: Space, amount: float, rng: np.random.Generator, rate: int) -> Wave:
    """Two channels of sound with the space around them; the sound itself stays as it is."""
    if not amount or not space.seconds:
        return canvas
    from scipy import signal

    tail = _response(space, round(space.seconds * rate), rng, rate)
    wet = signal.oaconvolve(canvas.mean(axis=0)[None].astype(np.float32), tail.astype(np.float32), axes=1)
    return np.asarray(canvas + amount * 2 * space.wet * wet[:, : canvas.shape[1]])


def _response(space: Space, size: int, rng: np.random.Generator, rate: int) -> NDArray[np.float64]:
    time = np.arange(size) / rate
    diffuse = rng.standard_normal((2, size)) * np.exp(-6.9 * time / space.seconds)
    diffuse *= np.minimum(1, time / (2 * space.early))
    diffuse /= np.sqrt((diffuse**2).sum(axis=1, keepdims=True))
    for channel in diffuse:
        for _ in range(7):
            at = min(size - 1, int(space.early * (0.25 + rng.gamma(2.0, 0.6)) * rate))
            channel[at] += rng.choice([-1.0, 1.0]) * 0.35 * np.exp(-3 * at / size)
    return low(diffuse, space.corner, rate, 1)
