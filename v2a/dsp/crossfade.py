"""Crossfades that keep the level, whatever two sounds have in common, and the place where they show least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Weights:
    """The gains of the sound that goes and of the one that comes, sample by sample."""

    out: NDArray[np.float32]
    into: NDArray[np.float32]


def correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """How alike two stretches of one length are: 1 the same, 0 unrelated, -1 upside down."""
    a, b = first.astype(np.float64).ravel(), second.astype(np.float64).ravel()
    power = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / power if power > 0.0 else 0.0


def weights(length: int, alike: float) -> Weights:
    """The crossfade of so many samples through which two sounds of that correlation keep their power.

    With f and g the gains, f² + g² + 2·r·f·g = 1 (Fink, Holters, Zölzer: Signal-matched power-complementary
    cross-fading, DAFx 2016); sounds that cancel each other are treated as unrelated.
    """
    rising = 0.5 - 0.5 * np.cos((np.arange(length) + 0.5) / length * np.pi)
    falling = 1.0 - rising
    held = min(1.0, max(0.0, alike))
    power = np.sqrt(rising**2 + falling**2 + 2.0 * held * rising * falling)
    return Weights((falling / power).astype(np.float32), (rising / power).astype(np.float32))


def join(
    first: NDArray[np.float32], second: NDArray[np.float32], overlap: int, fade: int | None = None
) -> NDArray[np.float32]:
    """Two sounds as one: the last `overlap` samples of the first are the same time as the first ones of the second.

    The crossfade is `fade` samples long (as long as the overlap without it) and lies where it shows least.
    """
    if overlap == 0:
        return np.concatenate([first, second], axis=1)
    before = first.shape[1] - overlap
    middle = across(first[:, before:], second[:, :overlap], overlap if fade is None else min(fade, overlap))
    return np.concatenate([first[:, :before], middle, second[:, overlap:]], axis=1)


def across(tail: NDArray[np.float32], head: NDArray[np.float32], fade: int) -> NDArray[np.float32]:
    """From one sound to the other in two stretches of one time: a crossfade of so many samples, where it shows least."""
    at = place(tail, head, fade)
    leaving, coming = tail[:, at : at + fade], head[:, at : at + fade]
    gains = weights(fade, correlation(leaving, coming))
    middle = (leaving * gains.out + coming * gains.into).astype(np.float32)
    return np.concatenate([tail[:, :at], middle, head[:, at + fade :]], axis=1)


def place(tail: NDArray[np.float32], head: NDArray[np.float32], fade: int, step: int = 64) -> int:
    """Where in two stretches of one time a crossfade of so many samples shows least: quiet, and both alike."""
    room = tail.shape[1] - fade
    if room <= 0:
        return 0
    starts = np.arange(0, room + 1, step)
    both = _sums(tail**2 + head**2, starts, fade)
    apart = _sums((tail - head) ** 2, starts, fade)
    return int(starts[np.argmin(both + apart)])


def _sums(values: NDArray[np.float32], starts: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    running = np.concatenate([[0.0], np.cumsum(values.sum(axis=0, dtype=np.float64))])
    return np.asarray(running[starts + width] - running[starts], dtype=np.float64)
