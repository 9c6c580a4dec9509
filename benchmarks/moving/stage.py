"""What an act is and what it is drawn from: bodies, when something strikes, and chance that the halves do not share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moving.bodies import Body, Paint

FAINT = 0.35
SECONDS = 6.0


@dataclass(frozen=True, eq=False)
class Act:
    """Bodies from back to front, when something strikes, and the stretches that count neither way."""

    bodies: tuple[Body, ...]
    strikes: tuple[float, ...]
    faint: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What an act has: how wide the picture is in heights, a brush for each body, its half, and chance."""

    wide: float
    paint: Paint
    half: str
    rng: np.random.Generator

    def draw(self, low: float, high: float) -> float:
        """A number in a range: the halves take turns in eighths of it, so that they share none."""
        eighth = 2 * int(self.rng.integers(0, 4)) + (self.half == "held-out")
        return low + (high - low) * (eighth + float(self.rng.random())) / 8

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return bool(self.rng.random() < share)


def eased(u: float) -> float:
    """From 0 to 1 with a soft beginning and a soft end."""
    u = min(1.0, max(0.0, u))
    return u * u * (3 - 2 * u)
