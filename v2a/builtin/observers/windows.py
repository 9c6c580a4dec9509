"""Windows over a grid of cells, of several sizes: what is in each, and which larger one each lies in."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SIDES = (2, 3, 5, 9)


class Windows(NamedTuple):
    """Bounds in cells, position of the next larger window around each (the last one is the whole picture), centres.

    `centres` are to the right and down in picture heights.
    """

    bounds: NDArray[np.intp]
    parents: NDArray[np.intp]
    centres: NDArray[np.float32]


@cache
def windows(rows: int, columns: int, aspect: float) -> Windows:
    """Every window that fits into the grid, small ones first; `aspect` is the picture's."""
    bounds = [
        (top, top + side, left, left + side)
        for side in _SIDES
        for top in range(rows - side + 1)
        for left in range(columns - side + 1)
    ]
    where = np.array([*bounds, (0, rows, 0, columns)], np.intp)
    middles = np.column_stack([where[:, 2:].sum(1), where[:, :2].sum(1)]) / 2
    sides = np.diff(where[:-1, :2])[:, 0]
    parents = np.full(len(where), len(where) - 1, np.intp)
    for small, large in pairwise(_SIDES):
        of, into = np.flatnonzero(sides == small), np.flatnonzero(sides == large)
        if len(into):
            parents[of] = into[np.abs(middles[of, None] - middles[into]).sum(-1).argmin(1)]
    scale = np.array([aspect / columns, 1 / rows])
    return Windows(where, parents, (middles * scale).astype(np.float32))


def summed(cells: NDArray[np.float32], where: Windows) -> NDArray[np.float32]:
    """The sum over each window: frames × rows × columns × anything becomes frames × windows × anything."""
    table = np.pad(cells, [(0, 0), (1, 0), (1, 0), *[(0, 0)] * (cells.ndim - 3)])
    table = table.cumsum(1, dtype=np.float64).cumsum(2)
    rows, columns = cells.shape[1:3]
    total = np.empty((len(cells), len(where.bounds), *cells.shape[3:]), np.float32)
    low = 0
    for high, wide in [*((side, side) for side in _SIDES), (rows, columns)]:
        boxes = (
            table[:, high:, wide:]
            - table[:, :-high, wide:]
            - table[:, high:, :-wide]
            + table[:, :-high, :-wide]
        )
        count = boxes.shape[1] * boxes.shape[2]
        total[:, low : low + count] = boxes.reshape(len(cells), count, *cells.shape[3:])
        low += count
    return total
