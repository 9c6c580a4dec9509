"""What bodies and places look like: pictures drawn from a seed, with nothing taken from elsewhere.

The two halves share no kind of place, and only plain skins.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
PLACES = {"tuning": ("clouds", "planks", "wall"), "held-out": ("bricks", "room", "leaves")}
SKINS = {"tuning": ("plain", "speckled"), "held-out": ("shaded", "striped", "plain")}


def place(kind: str, width: int, height: int, rng: np.random.Generator) -> Picture:
    """A background of that kind."""
    draw = {
        "clouds": _clouds,
        "planks": _planks,
        "wall": _wall,
        "bricks": _bricks,
        "room": _room,
        "leaves": _leaves,
    }
    picture = draw[kind](width, height, rng) + _rough(width, height, 1.2, rng)[..., np.newaxis] * rng.uniform(
        2, 6
    )
    return np.clip(picture, 8, 245).astype(np.uint8)


def skin(kind: str, width: int, height: int, rng: np.random.Generator, behind: Picture) -> Picture:
    """A surface for a body, in a colour that can be told from what is behind it."""
    base = _colour(rng)
    while np.abs(base - behind.reshape(-1, 3).mean(0)).max() < 60:
        base = _colour(rng)
    out = np.broadcast_to(base, (height, width, 3)).astype(np.float32)
    if kind == "speckled":
        out = out + _rough(width, height, max(1.0, height / 12), rng)[..., np.newaxis] * 22
    elif kind == "striped":
        down, right = np.mgrid[0:height, 0:width] / max(height, width)
        way = rng.uniform(0, np.pi)
        out = (
            out
            + 30
            * np.sign(np.sin(2 * np.pi * 4 * (right * np.cos(way) + down * np.sin(way))))[..., np.newaxis]
        )
    elif kind == "shaded":
        down, right = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        out = out * (1.15 - 0.35 * (right + 0.35) ** 2 - 0.35 * (down + 0.4) ** 2)[..., np.newaxis]
    return np.clip(out, 5, 250).astype(np.uint8)


def _colour(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(rng.uniform(25, 75) + rng.uniform(0, 150, 3))


def _rough(width: int, height: int, grain: float, rng: np.random.Generator) -> NDArray[np.float32]:
    noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), grain)
    return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)


def _tinted(light: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    tint = rng.uniform(0.75, 1.1, 3)
    return np.asarray(light[..., np.newaxis] * tint, np.float32)


def _clouds(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    light = np.full((height, width), rng.uniform(90, 150), np.float32)
    for grain, weight in ((60, 22), (20, 12), (6, 8), (2, 4)):
        light += weight * _rough(width, height, grain * height / 360, rng)
    return _tinted(light, rng)


def _planks(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    board = int(height / rng.uniform(6, 12))
    light = np.empty((height, width), np.float32)
    for top in range(0, height, board):
        light[top : top + board] = rng.uniform(80, 150)
        light[top : top + 2] -= 35
    streaks = cv2.GaussianBlur(
        rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), sigmaX=25, sigmaY=1
    )
    return _tinted(light + 10 * streaks / streaks.std(), rng)


def _wall(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    across = np.linspace(-1, 1, width, dtype=np.float32) * rng.uniform(-40, 40)
    light = np.float32(rng.uniform(110, 170)) + across + np.zeros((height, 1), np.float32)
    light[int(height * rng.uniform(0.65, 0.8)) :] *= rng.uniform(0.5, 0.8)
    return _tinted(light + 3 * _rough(width, height, 8, rng), rng)


def _bricks(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    high = int(height / rng.uniform(10, 20))
    wide = int(2.4 * high)
    light = np.full((height, width), rng.uniform(120, 170), np.float32)
    for row, top in enumerate(range(0, height, high)):
        for left in range(-(row % 2) * wide // 2, width, wide):
            light[top + 2 : top + high, max(0, left + 2) : max(0, left + wide)] = rng.uniform(70, 115)
    return _tinted(light + 4 * _rough(width, height, 3, rng), rng)


def _room(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    down = np.linspace(0, 1, height, dtype=np.float32)[:, np.newaxis]
    light = np.broadcast_to(rng.uniform(120, 170) - 40 * down, (height, width)).copy()
    out = _tinted(np.asarray(light, np.float32), rng)
    for _ in range(9):
        left, top = rng.integers(0, width), rng.integers(0, height)
        wide, high = (int(s) for s in rng.uniform(0.06, 0.3, 2) * height)
        cv2.rectangle(
            out, (int(left), int(top)), (int(left) + wide, int(top) + high), tuple(_colour(rng)), -1
        )
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 1.2), np.float32)


def _leaves(width: int, height: int, rng: np.random.Generator) -> NDArray[np.float32]:
    out = np.full((height, width, 3), (60, 80, 50), np.float32)
    for _ in range(700):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        axes = tuple(int(max(2, a)) for a in rng.uniform(0.01, 0.035, 2) * height)
        green = rng.uniform(0.6, 1.5)
        cv2.ellipse(out, centre, axes, rng.uniform(0, 180), 0, 360, (70 * green, 95 * green, 55 * green), -1)
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 1.0), np.float32)
