"""Frames that a film repeats, as one does that was shot at another rate: nothing stops there.

What moves from a repeated frame to the next one has moved since the frame that it repeats, and is spread over both.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.fields import Rows

_LONGEST = 2
_SAME, _MUCH = 0.02, 10


def repeated(moved: Rows, least: float) -> NDArray[np.bool_]:
    """Whether frames repeat the one before; `moved` is how much moves up to each, and `least` what noise makes.

    A frame does where hardly anything moves up to it, or to one or two in a row, and much does before and after.
    """
    still = moved <= least
    out = np.zeros(len(moved), bool)
    edges = np.flatnonzero(np.diff(still.astype(np.int8)))
    for before, last in pairwise(edges):
        beside = min(moved[before], moved[last + 1])
        among = beside > _MUCH * least and still[last] and last - before <= _LONGEST
        if among and moved[before + 1 : last + 1].max() <= _SAME * beside:
            out[before + 1 : last + 1] = True
    return out


def spread(rows: Rows, repeats: NDArray[np.bool_]) -> Rows:
    """Rows of movement with that of the first frame after repeated ones shared with them."""
    if not repeats.any():
        return rows
    out = rows.copy()
    for first in np.flatnonzero(repeats & ~np.concatenate([[False], repeats[:-1]])):
        last = first + int(np.argmin(repeats[first:]))
        out[first : last + 1] = rows[last] / np.float32(last - first + 1)
    return out
