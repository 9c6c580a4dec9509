"""Times bent to other times, as near as a bound on how much anything may be stretched allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_ROUNDS = 400
_ENOUGH = 1e-6
_STIFF = 2.0


def bent(source: Curve, wanted: Curve, weights: Curve, most: float) -> Curve:
    """When each of some times in order is heard: by weighted squares the nearest to what is wanted, while no stretch between
    two of them becomes longer or shorter by more than `most` of it.

    Solved by splitting the times from the stretches between them (ADMM; Boyd and others 2011, section 6.1).
    """
    if len(source) < 2:
        return wanted.copy()
    from scipy.linalg import cho_solve_banded, cholesky_banded

    lengths = np.diff(source)
    low, high = lengths * (1 - most), lengths * (1 + most)
    if ((np.diff(wanted) >= low) & (np.diff(wanted) <= high)).all():
        return wanted.copy()
    stiff = _STIFF * float(weights.mean())
    bands = np.zeros((2, len(source)))
    bands[1] = weights + stiff * np.concatenate([[1.0], np.full(len(source) - 2, 2.0), [1.0]])
    bands[0, 1:] = -stiff
    factor = cholesky_banded(bands)
    between, owed = np.clip(np.diff(wanted), low, high), np.zeros(len(lengths))
    times = wanted
    for _ in range(_ROUNDS):
        pull = between - owed
        spread = np.concatenate([-pull[:1], pull[:-1] - pull[1:], pull[-1:]])
        times = cho_solve_banded((factor, False), weights * wanted + stiff * spread)
        steps = np.diff(times)
        before, between = between, np.clip(steps + owed, low, high)
        owed = owed + steps - between
        if max(np.abs(between - before).max(), np.abs(steps - between).max()) < _ENOUGH:
            break
    kept = np.concatenate([[0.0], np.cumsum(np.clip(np.diff(times), low, high))])
    return np.asarray(kept + np.average(wanted - kept, weights=weights))
