"""What a frame tells of its place: its colours and textures, and cues for sky, leaves, lamps and the dark."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

COLOURS = 6 * 8 * 8
TEXTURES = 2 * (8 + 6)
CUES = ("sky", "blue", "leaves", "dark", "lamps", "warm", "straight", "smooth", "light", "overhead")

_SMOOTH = 14.0
_STEPS = (4.0, 10.0, 22.0, 45.0, 90.0)
_UPPER = 0.6
_WEIGHT_OF_TEXTURE = 0.5


def look(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A frame as a vector of length 1, so that places are alike as far as the product of their vectors goes to 1.

    It holds the roots of two histograms: lightness against two colour axes, and edges by direction and by strength.
    """
    lab = _lab(pixels)
    colours = np.sqrt(_colours(lab))
    edges = np.sqrt(np.concatenate([_edges(lab[..., 0]), _edges(_half(lab[..., 0]))]) / 4)
    share = _WEIGHT_OF_TEXTURE
    whole = np.concatenate([colours * np.sqrt(1 - share), edges * np.sqrt(share)])
    return np.asarray(whole, np.float32)


def cues(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The cues of `CUES` in a frame, each from 0 to 1."""
    lab = _lab(pixels).astype(np.float32)
    light = np.asarray(lab[..., 0] / 255, np.float32)
    red, yellow = lab[..., 1] - 128, lab[..., 2] - 128
    strength, angle = _gradient(lab[..., 0])
    sky, blue = _sky(light, yellow, strength)
    leaves = (red < -5) & (yellow > 5) & (_box(strength) > _SMOOTH) & (light > 0.1)
    bright = light > 0.78
    middle = float(np.median(light))
    grey = (np.hypot(red, yellow) < 30) & (light > middle) & (light < 0.97)
    strong = strength > 45
    along = np.abs((angle + np.pi / 4) % (np.pi / 2) - np.pi / 4) < np.deg2rad(6)
    told = {
        "sky": sky,
        "blue": blue,
        "leaves": float(leaves.mean()),
        "dark": float((light < 0.2).mean()),
        "lamps": min(1.0, 20 * float(bright.mean())) if middle < 0.3 else 0.0,
        "warm": float(np.clip(0.5 + yellow[grey].mean() / 40, 0, 1)) if grey.mean() > 0.02 else 0.5,
        "straight": float((along & strong).sum() / max(60, strong.sum())),
        "smooth": float((_box(strength) < _SMOOTH / 2).mean()),
        "light": float(light.mean()),
        "overhead": float(np.clip(0.5 + (light[: len(light) // 4].mean() - light.mean()), 0, 1)),
    }
    return np.array([told[name] for name in CUES], np.float32)


def _lab(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2LAB))


def _half(light: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    size = (max(2, light.shape[1] // 2), max(2, light.shape[0] // 2))
    return np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_AREA))


def _box(values: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.blur(values, (5, 5)))


def _colours(lab: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A histogram whose neighbouring bins share, so that a small change of light does not move all of it."""
    import cv2

    inside = lab.copy()
    np.clip(inside[..., 1:], 80, 175, out=inside[..., 1:])
    counts: NDArray[Any] = cv2.calcHist([inside], [0, 1, 2], None, [6, 8, 8], [0, 256, 80, 176, 80, 176])
    for axis in range(3):
        counts = _spread(counts, axis)
    return np.asarray(counts.ravel() / max(1.0, counts.sum()), np.float32)


def _spread(counts: NDArray[Any], axis: int) -> NDArray[Any]:
    moved = np.moveaxis(counts, axis, 0)
    padded = np.concatenate([moved[:1], moved, moved[-1:]])
    return np.moveaxis(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:], 0, axis)


def _gradient(
    light: NDArray[np.float32] | NDArray[np.uint8],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Strength of the edges in steps of lightness (0 to 255), and their direction in radians."""
    import cv2

    across = cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=0.25)
    along = cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=0.25)
    strength, angle = cv2.cartToPolar(across, along)
    return strength, angle


def _edges(light: NDArray[np.uint8]) -> NDArray[np.float32]:
    strength, angle = _gradient(light)
    turn = np.minimum((angle % np.pi) * (8 / np.pi), 7.999).astype(np.uint8)
    weight = np.where(strength > _STEPS[0], strength, 0)
    ways = np.bincount(turn.ravel(), weight.ravel(), 8)
    steps = np.bincount(np.digitize(strength.ravel(), _STEPS), minlength=6).astype(np.float64)
    return np.concatenate([ways / max(1.0, ways.sum()), steps / strength.size]).astype(np.float32)


def _sky(
    light: NDArray[np.float32], yellow: NDArray[np.float32], strength: NDArray[np.float32]
) -> tuple[float, float]:
    """How much of the upper picture is smooth, bright and not yellow from its upper edge down, and how much is blue too."""
    upper = max(1, round(_UPPER * len(light)))
    clear = (strength[:upper] < _SMOOTH) & (light[:upper] > 0.45) & (yellow[:upper] < 6)
    down = np.logical_and.accumulate(clear, axis=0)
    ground = light[upper:].mean() if upper < len(light) else 1.0
    above = light[:upper][down].mean() if down.any() else 0.0
    if above < ground:
        return 0.0, 0.0
    return float(down.mean()), float((down & (yellow[:upper] < -7)).mean())
