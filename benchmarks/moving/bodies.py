"""Bodies that move: a cut-out picture, and where it lies at every time. Lengths are in picture heights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from moving.surfaces import Picture, skin

Point = tuple[float, float]
Pose = Callable[[float], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Body:
    """A cut-out (red, green, blue, cover) and the homography from its pixels to the picture, by time in seconds."""

    pixels: Picture
    pose: Pose


@dataclass(frozen=True, slots=True)
class Paint:
    """How to cut a body out: its surface, the picture's height in pixels, what stands behind, and chance."""

    kind: str
    scale: int
    behind: Picture
    rng: np.random.Generator

    def disc(self, radius: float, place: Callable[[float], Point]) -> Body:
        """A round body with its centre at a place."""
        side = self._pixels(2 * radius)
        cover = np.zeros((side, side), np.uint8)
        middle = (side * 16 - 16) // 2
        cv2.circle(cover, (middle, middle), (side - 3) * 8, 255, -1, cv2.LINE_AA, shift=4)
        return Body(self._cut(cover), lambda t: laid((side, side), (2 * radius, 2 * radius), place(t), 0.0))

    def bar(self, length: float, wide: float, ends: Callable[[float], tuple[Point, Point]]) -> Body:
        """A long body between two points, as wide as said."""
        size = (self._pixels(length), self._pixels(wide))

        def pose(t: float) -> NDArray[np.float64]:
            (ax, ay), (bx, by) = ends(t)
            run = float(np.hypot(bx - ax, by - ay))
            return laid(
                size, (max(run, 1e-3), wide), ((ax + bx) / 2, (ay + by) / 2), np.arctan2(by - ay, bx - ax)
            )

        return Body(self._cut(_framed(size)), pose)

    def block(self, size: Point, place: Callable[[float], tuple[float, float, float]]) -> Body:
        """A box of a size with its centre at a place, turned by an angle."""
        pixels = (self._pixels(size[0]), self._pixels(size[1]))

        def pose(t: float) -> NDArray[np.float64]:
            x, y, angle = place(t)
            return laid(pixels, size, (x, y), angle)

        return Body(self._cut(_framed(pixels)), pose)

    def leaf(self, size: Point, corners: Callable[[float], tuple[Point, Point, Point, Point]]) -> Body:
        """A flat body whose corners (from the top left, clockwise) lie anywhere."""
        wide, high = self._pixels(size[0]), self._pixels(size[1])
        own = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32) - 0.5

        def pose(t: float) -> NDArray[np.float64]:
            there = np.array(corners(t), np.float32)
            return np.asarray(cv2.getPerspectiveTransform(own, there), np.float64)

        return Body(self._cut(_framed((wide, high))), pose)

    def _pixels(self, length: float) -> int:
        return max(6, round(1.3 * length * self.scale))

    def _cut(self, cover: Picture) -> Picture:
        surface = skin(self.kind, cover.shape[1], cover.shape[0], self.rng, self.behind)
        return np.dstack([surface, cover])


def _framed(size: tuple[int, int]) -> Picture:
    cover = np.zeros((size[1], size[0]), np.uint8)
    cover[1:-1, 1:-1] = 255
    return cover


def laid(pixels: tuple[int, int], size: Point, centre: Point, angle: float) -> NDArray[np.float64]:
    """The homography that lays a picture of so many pixels on a centre in a size, turned by an angle."""
    c, s = np.cos(angle), np.sin(angle)
    across, down = size[0] / pixels[0], size[1] / pixels[1]
    middle_x, middle_y = (pixels[0] - 1) / 2, (pixels[1] - 1) / 2
    turn = np.array([[c * across, -s * down], [s * across, c * down]])
    shift = np.array(centre) - turn @ np.array([middle_x, middle_y])
    return np.vstack([np.column_stack([turn, shift]), [0.0, 0.0, 1.0]])
