"""How likely something sounds at a frame, and when exactly: small networks over the evidence, and how far to trust them.

Their weights, `belief.npz`, are fitted by `python benchmarks/moments.py --fit` on the films of its tuning half, which are
rendered with known strikes. What they see is bounded, so that nothing weighs more for being like none of those.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.evidence import Evidence

_WIDEST = 4.0
_LATEST = 2.0


class Network(NamedTuple):
    """One hidden layer over what lies within four spreads of the middle of each piece of evidence."""

    middle: NDArray[np.float32]
    spread: NDArray[np.float32]
    inner: NDArray[np.float32]
    bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    shift: NDArray[np.float32]

    def said(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """What it says of each row."""
        hidden = np.tanh(scaled(rows, self.middle, self.spread) @ self.inner + self.bias)
        return np.asarray(hidden @ self.outer + self.shift, np.float64)


class Belief(NamedTuple):
    """Networks that say the logarithm of the odds of a frame, and how many strides after it something sounds; and the
    slope, the weight of an even beat, and the shift, that make the odds of peaks true."""

    likely: Network
    when: Network
    slope: float
    beat: float
    shift: float

    def confidence(self, odds: float, beat: float) -> float:
        """How likely a peak of these odds is true; `beat` is how far others bear it out."""
        return float(1 / (1 + np.exp(-(self.slope * odds + self.beat * beat + self.shift))))


def scaled(
    rows: NDArray[np.float32], middle: NDArray[np.float32], spread: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Evidence in spreads from its middle, as far as four."""
    return np.asarray(np.clip((rows - middle) / spread, -_WIDEST, _WIDEST), np.float32)


@cache
def fitted() -> Belief:
    """The belief that comes with v2a."""
    with (resources.files("v2a.builtin.observers") / "belief.npz").open("rb") as file, np.load(file) as kept:
        networks = [
            Network(*(kept[f"{name}.{part}"] for part in Network._fields)) for name in ("likely", "when")
        ]
        slope, beat, shift = (float(value) for value in kept["trust"])
        return Belief(networks[0], networks[1], slope, beat, shift)


class Odds(NamedTuple):
    """Of each frame: the logarithm of the odds that something sounds there, how many strides later it does, and whether
    rather because it stops."""

    either: NDArray[np.float64]
    late: NDArray[np.float64]
    stops: NDArray[np.bool_]


def evidence_rows(seen: Evidence) -> NDArray[np.float32]:
    """All the evidence of each frame side by side."""
    return np.column_stack([seen.stops.rows, seen.turns.rows, seen.course])


def odds(seen: Evidence, belief: Belief) -> Odds:
    """What follows from the evidence."""
    rows = evidence_rows(seen)
    late = np.clip(belief.when.said(rows), -_LATEST, _LATEST)
    return Odds(belief.likely.said(rows), late, seen.stops.rows[:, 0] > seen.turns.rows[:, 0])
