"""How likely something sounds at a frame: two logistic curves over explicit evidence, and how far to trust them.

The numbers are fitted by `python benchmarks/moments.py --fit` on the films of its tuning half, which are rendered
with known strikes, and are copied here from what it prints. No weight may have the other sign than its evidence has
by its meaning.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.evidence import Evidence

AGAINST = ("usual", "moving", "edge")


class Curve(NamedTuple):
    """A logistic curve: its bias, and a weight for each piece of evidence."""

    bias: float
    weights: tuple[float, ...]

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The logarithm of the odds of each row."""
        return np.asarray(self.bias + rows.astype(np.float64) @ np.array(self.weights))


class Belief(NamedTuple):
    """Curves for what stops and what turns; and the slope, the weight of an even beat, and the shift,
    that make the odds of peaks true."""

    stops: Curve
    turns: Curve
    slope: float
    beat: float
    shift: float

    def confidence(self, odds: float, beat: float) -> float:
        """How likely a peak of these odds is true; `beat` is how far others bear it out."""
        return float(1 / (1 + np.exp(-(self.slope * odds + self.beat * beat + self.shift))))


FITTED = Belief(
    stops=Curve(-16.895, (0.256, 7.536, 2.047, 1.691, 1.631, 0.0, 5.758, 4.238, -1.149, 0.0, -4.883)),
    turns=Curve(-13.053, (1.612, 1.376, 2.112, 0.0, 0.48, 1.224, 16.18, -1.985, -0.875, -7.166)),
    slope=1.022,
    beat=1.709,
    shift=-1.222,
)


class Odds(NamedTuple):
    """The logarithm of the odds that something sounds at each frame, and whether rather because it stops there."""

    either: NDArray[np.float64]
    stops: NDArray[np.bool_]


def odds(seen: Evidence, belief: Belief = FITTED) -> Odds:
    """What follows from the evidence; either kind alone is enough."""
    stops, turns = belief.stops.odds(seen.stops.rows), belief.turns.odds(seen.turns.rows)
    neither = np.logaddexp(0, stops) + np.logaddexp(0, turns)
    return Odds(np.log(np.expm1(np.clip(neither, 1e-9, 500))), stops > turns)
