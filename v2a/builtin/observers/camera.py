"""The camera's movement out of optical flow: a shift and a zoom that most of the picture agrees on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 2
_EVERY = 2


class Camera:
    """Fits shift and zoom to flow at a grid of points, leaving aside what moves by itself."""

    def __init__(self, points: tuple[int, int]) -> None:
        """`points` are the rows and columns of the grid."""
        down, right = np.mgrid[0 : points[0], 0 : points[1]].astype(np.float32)
        self._right = (right - (points[1] - 1) / 2) / points[1]
        self._down = (down - (points[0] - 1) / 2) / points[1]
        self._centred = np.dstack([self._right, self._down]).astype(np.float32)

    def fit(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shift to the right and down in pixels, and the growth over the picture's width in pixels."""
        some = flow[::_EVERY, ::_EVERY]
        across, along = some[..., 0], some[..., 1]
        own = np.array([np.median(across), np.median(along), 0.0], np.float32)
        for _ in range(_ROUNDS):
            rest = some - self._moved(own)
            off = np.hypot(rest[..., 0], rest[..., 1])
            scale = max(float(np.median(off)), 0.05)
            weight = 1.0 / (1.0 + (off / (2 * scale)) ** 2) ** 2
            own = self._solve(across, along, weight)
        return own

    def _moved(self, own: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(own[:2] + own[2] * self._centred[::_EVERY, ::_EVERY], np.float32)

    def field(self, own: NDArray[np.float32]) -> NDArray[np.float32]:
        """The flow that the camera's movement makes at every point."""
        return np.asarray(own[:2] + own[2] * self._centred, np.float32)

    def _solve(
        self, across: NDArray[np.float32], along: NDArray[np.float32], weight: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        total = float(weight.sum())
        x, y = self._right[::_EVERY, ::_EVERY], self._down[::_EVERY, ::_EVERY]
        mean_x, mean_y = float((weight * x).sum()) / total, float((weight * y).sum()) / total
        mean_u, mean_v = float((weight * across).sum()) / total, float((weight * along).sum()) / total
        dx, dy = x - mean_x, y - mean_y
        spread = float((weight * (dx * dx + dy * dy)).sum()) + 1e-6
        zoom = float((weight * (dx * (across - mean_u) + dy * (along - mean_v))).sum()) / spread
        return np.array([mean_u - zoom * mean_x, mean_v - zoom * mean_y, zoom], np.float32)
