"""A camera for rendered films: held by a hand or on a stand, with a shutter, grain and what stands behind the act."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from moving.bodies import Body, Paint
from moving.stage import Act, Stage
from moving.surfaces import PLACES, SKINS, Picture, place

_SIZES = {"tuning": ((640, 360), (480, 360), (512, 288)), "held-out": ((768, 432), (360, 480), (568, 320))}
_MARGIN = 0.12
_FINEST = 16


@dataclass(frozen=True, eq=False)
class Camera:
    """Size in pixels, exposure (share of a frame), grain (levels), quality (crf), the hand's waves, what is behind.

    `hand` holds, for right, down (heights) and turn (radians), waves of amplitude, angular frequency and phase.
    """

    size: tuple[int, int]
    exposed: float
    grain: float
    quality: int
    hand: NDArray[np.float64]
    behind: Picture

    @classmethod
    def drawn(cls, half: str, shaken: bool, rng: np.random.Generator) -> Camera:
        """A camera out of chance."""
        wide, high = _SIZES[half][rng.integers(3)]
        margin = round(_MARGIN * high)
        kind = str(rng.choice(PLACES[half]))
        return cls(
            (wide, high),
            float(rng.uniform(0.25, 0.6) if half == "tuning" else rng.uniform(0.2, 0.9)),
            float(rng.uniform(0.5, 5)),
            int(rng.integers(19, 29)),
            _hand(rng) if shaken else np.zeros((3, 1, 3)),
            place(kind, wide + 2 * margin, high + 2 * margin, rng),
        )

    def stage(self, half: str, rng: np.random.Generator) -> Stage:
        """A stage before this camera."""
        paint = Paint(str(rng.choice(SKINS[half])), self.size[1], self.behind, rng)
        return Stage(self.size[0] / self.size[1], paint, half, rng)

    def view(self, t: float) -> NDArray[np.float64]:
        """The homography from the picture in heights to pixels at a time."""
        waves = self.hand
        x, y, turn = (waves[..., 0] * np.sin(waves[..., 1] * t + waves[..., 2])).sum(1)
        c, s = np.cos(turn), np.sin(turn)
        turned, middle = np.array([[c, -s], [s, c]]), np.array([self.size[0] / self.size[1] / 2, 0.5])
        shift = (middle + np.array([x, y]) - turned @ middle) * self.size[1] - 0.5
        return np.vstack([np.column_stack([self.size[1] * turned, shift]), [0.0, 0.0, 1.0]])

    def frame(self, act: Act, start: float, end: float) -> NDArray[np.float32]:
        """What falls on a frame while the shutter is open; light adds up as the square of what is shown."""
        count = self._fineness(act, start, end)
        light = np.zeros((self.size[1], self.size[0], 3), np.float32)
        for n in range(count):
            shown = self._shown(act, start + (end - start) * (n + 0.5) / count)
            cv2.accumulateSquare(shown, light)
        return np.asarray(cv2.sqrt(light / count), np.float32)

    def _shown(self, act: Act, t: float) -> Picture:
        view = self.view(t)
        margin = round(_MARGIN * self.size[1])
        laid = view @ np.diag([1 / self.size[1], 1 / self.size[1], 1.0])
        laid[:2, 2] += 0.5 * laid[:2, :2].sum(1) - margin * laid[:2, :2].sum(1)
        shown = cv2.warpAffine(
            self.behind, laid[:2], self.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        for body in act.bodies:
            _lay(shown, body, view @ body.pose(t))
        return np.asarray(shown, np.uint8)

    def _fineness(self, act: Act, start: float, end: float) -> int:
        """How many instants make up a frame: enough that nothing jumps by more than a pixel and a half."""
        far = 0.0
        for body in act.bodies:
            edge = _corners(body)
            first, middle, last = (
                cv2.perspectiveTransform(edge, self.view(t) @ body.pose(t))
                for t in (start, (start + end) / 2, end)
            )
            far = max(far, float(np.abs(middle - first).max() + np.abs(last - middle).max()))
        return int(np.clip(np.ceil(far / 1.5), 1, _FINEST))


def _hand(rng: np.random.Generator) -> NDArray[np.float64]:
    """A hand that sways slowly and trembles quickly: 1 to 2 % of the height, and a third of a degree."""
    speeds = 2 * np.pi * rng.uniform([0.3, 0.8, 1.5, 3, 5], [0.8, 1.5, 3, 5, 8], (3, 5))
    sizes = rng.uniform(0.5, 1, (3, 5)) / speeds**0.9
    sizes *= (rng.uniform(0.01, 0.02, (3, 1)) * [[1], [0.8], [0.3]]) / np.sqrt(
        (sizes**2).sum(1, keepdims=True) / 2
    )
    return np.dstack([sizes, speeds, rng.uniform(0, 2 * np.pi, (3, 5))])


def _corners(body: Body) -> NDArray[np.float64]:
    high, wide = body.pixels.shape[:2]
    return np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float64) - 0.5


def _lay(shown: Picture, body: Body, to_pixels: NDArray[np.float64]) -> None:
    """Draw a body into a picture where its homography says."""
    there = cv2.perspectiveTransform(_corners(body), to_pixels)[0]
    low = np.maximum(np.floor(there.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(there.max(0)).astype(int) + 2, (shown.shape[1], shown.shape[0]))
    if (high <= low).any():
        return
    shifted = np.array([[1.0, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ to_pixels
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    cut = cv2.warpPerspective(body.pixels, shifted, size, flags=cv2.INTER_LINEAR)
    where = shown[low[1] : high[1], low[0] : high[0]]
    cover = cut[..., 3:].astype(np.uint16)
    where[:] = (cut[..., :3] * cover + where * (255 - cover) + 127) // 255
