"""Fades: how a sound comes in and goes out."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Shape = Literal["linear", "cosine", "power"]


def curve(position: NDArray[np.float64], shape: Shape = "cosine") -> NDArray[np.float64]:
    """The gain at positions 0 to 1 of a fade in.

    `power` keeps the power of two unrelated sounds through a crossfade, `linear` and `cosine` keep the amplitude
    of two equal ones.
    """
    held = np.clip(position, 0.0, 1.0)
    if shape == "linear":
        return held
    if shape == "power":
        return np.sin(held * (np.pi / 2.0))
    return np.asarray(0.5 - 0.5 * np.cos(held * np.pi), dtype=np.float64)


def envelope(
    span: tuple[int, int], length: int, fade_in: int, fade_out: int, shape: Shape = "cosine"
) -> NDArray[np.float32] | None:
    """The gain of samples `span` of a sound of so many samples, or nothing where it is 1 all over."""
    start, stop = span
    if start >= fade_in and stop <= length - fade_out:
        return None
    gain = np.ones(stop - start, np.float64)
    if start < fade_in:
        count = min(stop, fade_in) - start
        gain[:count] *= curve((np.arange(start, start + count) + 0.5) / fade_in, shape)
    if stop > length - fade_out:
        first = max(start, length - fade_out)
        gain[first - start :] *= curve((length - np.arange(first, stop) - 0.5) / fade_out, shape)
    return gain.astype(np.float32)
