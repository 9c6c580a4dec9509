"""How the light in each part of the picture changes beside the camera's movement, and which way it goes.

Optical flow loses what is plain and fast. The first moment of the signed change does not: for a body that differs
from what is behind it, it is contrast times area times how far the body went, however far that is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 3.0
_NOISE = 3.0
_SPARSE = 3
_STEADY = 0.05
_LOOSE = 0.25


class Change:
    """Measures the change between two frames over a grid of cells."""

    def __init__(self, size: tuple[int, int], cells: tuple[int, int]) -> None:
        """`size` and `cells` are rows and columns."""
        self._size, self._cells = size, cells
        self._down, self._right = _sums(size[0], cells[0]), _sums(size[1], cells[1]).T

    def between(
        self, before: NDArray[np.uint8], after: NDArray[np.uint8], own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """For each cell and colour: the change (0 to 1), its moments to the right and down in pixels, and its size.

        `own` is the camera's movement as `Camera.fit` gives it. What a shift by a quarter of a pixel explains is no change
        where the camera moves, nor is what noise explains.
        """
        import cv2

        low = high = before
        if float(np.abs(own).max()) > _STEADY:
            size = self._size[::-1]
            before = cv2.warpAffine(before, self._forth(own), size, borderMode=cv2.BORDER_REPLICATE)
            box = np.ones((3, 3), np.uint8)
            low = cv2.addWeighted(before, 1 - _LOOSE, cv2.erode(before, box), _LOOSE, 0)
            high = cv2.addWeighted(before, 1 - _LOOSE, cv2.dilate(before, box), _LOOSE, 0)
        few = slice(None, None, _SPARSE)
        noise = float(np.median(cv2.absdiff(before[few, few], after[few, few])[..., 1]))
        margin = (_LEAST + _NOISE * noise,) * 4
        more, less = (
            cv2.subtract(after, cv2.add(high, margin)),
            cv2.subtract(cv2.subtract(low, margin), after),
        )
        signed: NDArray[Any] = cv2.subtract(more, less, dtype=cv2.CV_32F)
        size = cv2.add(more, less, dtype=cv2.CV_32F)
        size = cv2.resize(size, self._cells[::-1], interpolation=cv2.INTER_AREA)
        rows, columns = self._cells
        out = np.empty((rows, columns, 3, 4), np.float32)
        for n, colour in enumerate(cv2.split(signed)):
            sums = self._down @ colour @ self._right
            out[..., n, 0], out[..., n, 1] = sums[:rows, :columns], sums[:rows, columns:]
            out[..., n, 2] = sums[rows:, :columns]
        out[..., 3] = size * np.float32(1 / 255)
        return out

    def _forth(self, own: NDArray[np.float32]) -> NDArray[np.float64]:
        """The affine map of pixels that the camera's movement makes from one frame to the next."""
        high, wide = self._size
        zoom, turn = float(own[2]) / wide, float(own[3]) / wide
        x, y = (wide - 1) / 2, (high - 1) / 2
        right = float(own[0]) - zoom * x + turn * y
        down = float(own[1]) - zoom * y - turn * x
        return np.array([[1 + zoom, -turn, right], [turn, 1 + zoom, down]])


def _sums(length: int, count: int) -> NDArray[np.float32]:
    """Rows that take the mean over each of so many cells, in units of 255, then its first moment about the middle."""
    each = length // count
    plain = np.kron(np.eye(count), np.ones(each)) / each
    ramp = np.kron(np.eye(count), np.arange(each) - (each - 1) / 2) / each
    return np.asarray(np.vstack([plain, ramp]) / 255**0.5, np.float32)
