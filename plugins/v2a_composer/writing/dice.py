"""Chance that follows from the seed: each decision has dice of its own, so that one does not move the others."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def dice(seed: int, *where: str | int) -> np.random.Generator:
    """A generator for one decision, which a seed and a place name."""
    return np.random.Generator(np.random.PCG64([seed & 0xFFFFFFFFFFFFFFFF, zlib.crc32(repr(where).encode())]))


def pick(rng: np.random.Generator, of: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of several, by weight."""
    if weights is None:
        return of[int(rng.integers(len(of)))]
    at = float(rng.random()) * sum(weights)
    for one, weight in zip(of, weights):
        at -= weight
        if at < 0:
            return one
    return of[-1]
