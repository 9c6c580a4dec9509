"""The camera's movement out of optical flow: a shift, a zoom and a turn that most of the picture agrees on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 2
_EVERY = 2


class Camera:
    """Fits shift, zoom and turn to flow at a grid of points, leaving aside what moves by itself."""

    def __init__(self, points: tuple[int, int]) -> None:
        """`points` are the rows and columns of the grid."""
        down, right = np.mgrid[0 : points[0], 0 : points[1]].astype(np.float32)
        right = (right - (points[1] - 1) / 2) / points[1]
        down = (down - (points[0] - 1) / 2) / points[1]
        self._spread = np.dstack([right, down]).astype(np.float32)
        self._around = np.dstack([-down, right]).astype(np.float32)
        self._few = self._spread[::_EVERY, ::_EVERY].reshape(-1, 2)

    def fit(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shift to the right and down in pixels, and growth and clockwise turn over the picture's width in pixels."""
        some = flow[::_EVERY, ::_EVERY].reshape(-1, 2)
        own = np.zeros(4, np.float32)
        own[:2] = np.median(some, axis=0)
        for _ in range(_ROUNDS):
            off = np.hypot(*(some - self._moved(own)).T)
            scale = max(float(np.median(off)), 0.05)
            own = self._solve(some, 1.0 / (1.0 + (off / (2 * scale)) ** 2) ** 2)
        return own

    def _moved(self, own: NDArray[np.float32]) -> NDArray[np.float32]:
        x, y = self._few[:, 0], self._few[:, 1]
        return np.column_stack([own[0] + own[2] * x - own[3] * y, own[1] + own[2] * y + own[3] * x])

    def field(self, own: NDArray[np.float32]) -> NDArray[np.float32]:
        """The flow that the camera's movement makes at every point."""
        return np.asarray(own[:2] + own[2] * self._spread + own[3] * self._around, np.float32)

    def _solve(self, some: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
        weight = weight / weight.sum()
        middle, shift = weight @ self._few, weight @ some
        place, moved = self._few - middle, some - shift
        spread = float(weight @ (place**2).sum(1)) + 1e-6
        zoom = float(weight @ (place * moved).sum(1)) / spread
        turn = float(weight @ (place[:, 0] * moved[:, 1] - place[:, 1] * moved[:, 0])) / spread
        right = shift[0] - zoom * middle[0] + turn * middle[1]
        down = shift[1] - zoom * middle[1] - turn * middle[0]
        return np.array([right, down, zoom, turn], np.float32)
