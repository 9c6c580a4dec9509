"""Pictures scaled and fitted to what is asked: turned upright, with the shape that the viewer sees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import PictureNeed
from v2a.media import container as files
from v2a.model import Picture


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def turned(self, rotation: int) -> Size:
        """The size before or after a rotation by so many degrees."""
        return Size(self.height, self.width) if rotation % 180 else self


def scaled_size(need: PictureNeed, picture: Picture) -> Size:
    """How large the upright picture is scaled, before it is padded or cropped."""
    if need.fit == "stretch":
        return Size(need.width, need.height)
    across, down = Fraction(need.width, picture.width), Fraction(need.height, picture.height)
    if need.fit == "crop":
        by = max(across, down)
        return Size(math.ceil(picture.width * by), math.ceil(picture.height * by))
    by = min(across, down, Fraction(1)) if need.fit == "inside" else min(across, down)
    return Size(max(round(picture.width * by), 1), max(round(picture.height * by), 1))


def fitted_size(need: PictureNeed, picture: Picture) -> Size:
    """The size of the frames that a need gets."""
    return scaled_size(need, picture) if need.fit == "inside" else Size(need.width, need.height)


class Fitter:
    """Turns decoded frames into the pixels of one need; it keeps the scaler between frames."""

    def __init__(self, need: PictureNeed, picture: Picture) -> None:
        self.size = fitted_size(need, picture)
        self._need = need
        self._picture = picture
        stored = scaled_size(need, picture).turned(picture.rotation)
        self._scaler = files.Scaler(stored.width, stored.height, need.pixels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and colours of a frame."""
        return self.size.height, self.size.width, 3 if self._need.pixels == "rgb24" else 1

    def __call__(self, frame: Any) -> NDArray[np.uint8]:
        """The pixels of a frame: height × width × colours."""
        pixels = self._scaler(frame)
        if self._picture.rotation:
            pixels = np.rot90(pixels, -self._picture.rotation // 90)
        return place(pixels, self._need, self._picture)


def place(pixels: NDArray[np.uint8], need: PictureNeed, picture: Picture) -> NDArray[np.uint8]:
    """An upright picture of `scaled_size`, padded with black or cropped to what is asked."""
    size, upright = fitted_size(need, picture), scaled_size(need, picture)
    if size == upright:
        return pixels
    top, left = abs(size.height - upright.height) // 2, abs(size.width - upright.width) // 2
    if need.fit == "crop":
        return pixels[top : top + size.height, left : left + size.width]
    whole = np.zeros((size.height, size.width, pixels.shape[2]), np.uint8)
    whole[top : top + upright.height, left : left + upright.width] = pixels
    return whole
