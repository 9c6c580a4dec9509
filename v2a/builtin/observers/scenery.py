"""What a frame tells of its place: its colours and textures, and cues for sky, leaves, lamps and the dark."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BINS = (6, 12, 12)
COLOURS = 6 * 12 * 12
TEXTURES = 2 * (8 + 6)
CUES = ("sky", "white", "evening", "leaves", "dark", "light", "overhead", "straight", "warm")

_SMOOTH = 14.0
_STRONG = 45.0
_STEPS = (4.0, 10.0, 22.0, 45.0, 90.0)
_LOWEST = 0.8
_EDGES = 0.3


def look(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A frame as a vector of length 1, so that places are alike as far as the product of their vectors goes to 1.

    It holds the roots of two histograms: lightness against two colour axes, and edges by direction and by strength.
    """
    lab = _lab(pixels)
    colours = np.sqrt(_colours(lab) * (1 - _EDGES))
    edges = np.sqrt(np.concatenate([_edges(lab[..., 0]), _edges(_half(lab[..., 0]))]) * (_EDGES / 4))
    return np.asarray(np.concatenate([colours, edges]), np.float32)


def cues(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The cues of `CUES` in a frame, each from 0 to 1.

    `sky`, `white` and `evening` are the shares of the picture that a blue sky, a white one and a dark blue one take,
    `leaves` the share of what is green and busy, `dark` that of what is nearly black; `light` is the mean lightness,
    `overhead` that of the upper quarter against it (0.5: the same); `straight` is the share of strong edges that run
    level or upright, and `warm` the tint of what is light and nearly grey (0.5: none).
    """
    lab = _lab(pixels).astype(np.float32)
    light = np.asarray(lab[..., 0] / 255, np.float32)
    red, yellow = lab[..., 1] - 128, lab[..., 2] - 128
    strength, angle = _gradient(lab[..., 0])
    leaves = (red < -5) & (yellow > 5) & (_box(strength) > _SMOOTH) & (light > 0.1)
    grey = (np.hypot(red, yellow) < 30) & (light > np.median(light)) & (light < 0.97)
    strong = strength > _STRONG
    level = np.abs((angle + np.pi / 4) % (np.pi / 2) - np.pi / 4) < np.deg2rad(6)
    told = (
        *_skies(light, red, yellow, strength < _SMOOTH),
        leaves.mean(),
        (light < 0.2).mean(),
        light.mean(),
        0.5 + light[: max(1, len(light) // 4)].mean() - light.mean(),
        (level & strong).sum() / max(60, strong.sum()),
        0.5 + yellow[grey].mean() / 40 if grey.mean() > 0.02 else 0.5,
    )
    return np.clip(np.array(told, np.float32), 0, 1)


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
    import cv2

    inside = lab.copy()
    np.clip(inside[..., 1:], 80, 175, out=inside[..., 1:])
    counts: NDArray[Any] = cv2.calcHist([inside], [0, 1, 2], None, list(_BINS), [0, 256, 80, 176, 80, 176])
    return np.asarray(counts.ravel() / max(1.0, counts.sum()), np.float32)


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


def _skies(
    light: NDArray[np.float32],
    red: NDArray[np.float32],
    yellow: NDArray[np.float32],
    smooth: NDArray[np.bool_],
) -> tuple[float, float, float]:
    """How much of the picture is smooth from its upper edge down to something, and bluer or much lighter than the rest."""
    day = _down(smooth & (light > 0.45) & (yellow < -6) & (red < 4))
    white = _down(smooth & (light > 0.88) & (np.abs(yellow) < 8))
    evening = _down(smooth & (light < 0.45) & (light > 0.04) & (yellow < -5))
    return (
        float(day.mean()) if _bluer(day, yellow) and _mean(light, day) > _mean(light, ~day) else 0.0,
        float(white.mean()) if _mean(light, ~white) < 0.55 else 0.0,
        float(evening.mean()) if _bluer(evening, yellow) else 0.0,
    )


def _down(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is reached from the upper edge straight down, where that ends on something: a wall goes on to the floor."""
    reached = np.logical_and.accumulate(mask, axis=0)
    return np.asarray(reached & (reached.mean(0) < _LOWEST))


def _bluer(part: NDArray[np.bool_], yellow: NDArray[np.float32]) -> bool:
    return _mean(yellow, part) < _mean(yellow, ~part) - 8


def _mean(values: NDArray[np.float32], part: NDArray[np.bool_]) -> float:
    return float(values[part].mean()) if part.any() else 0.0
