"""What the painted places share: noise that looks like surfaces, bodies that walk, a camera, grain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 180
Image = NDArray[np.uint8]
Field = NDArray[np.float32]


class Take(Protocol):
    """A run of the camera in one place: the picture at a time in seconds."""

    def __call__(self, time: float) -> Image: ...


def fractal(rng: np.random.Generator, width: int, height: int, coarse: int = 3, octaves: int = 6) -> Field:
    """Cloudy noise from 0 to 1: grids ever finer, each fainter than the one before."""
    field = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        across = coarse * 2**octave
        grid = rng.random((max(2, across * height // width + 1), across + 1), np.float32)
        field += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    low, high = float(field.min()), float(field.max())
    return np.asarray((field - low) / (high - low + 1e-6), np.float32)


def coloured(field: Field, dark: NDArray[np.float64], light: NDArray[np.float64]) -> Field:
    """Noise between two colours."""
    return np.asarray(dark + field[..., None] * (light - dark), np.float32)


def colour(rng: np.random.Generator, low: float = 20, high: float = 230) -> NDArray[np.float64]:
    """A colour at random, as muted as things are before a lens."""
    picked = rng.uniform(low, high, 3)
    return np.asarray(picked.mean() + rng.uniform(0.2, 0.9) * (picked - picked.mean()))


def point(x: float, y: float) -> tuple[int, int]:
    """A place between pixels, as cv2 wants it with `shift=4`."""
    return round(x * 16), round(y * 16)


@dataclass(frozen=True)
class Body:
    """Someone who walks, nods and swings the arms."""

    skin: tuple[float, ...]
    top: tuple[float, ...]
    legs: tuple[float, ...]
    pace: float
    phase: float

    def draw(self, canvas: Image | Field, x: float, foot: float, tall: float, time: float) -> None:
        """Draw the body with its feet at a place, so many pixels tall."""
        swing = math.sin(2 * math.pi * self.pace * time + self.phase)
        hip, neck = foot - 0.48 * tall, foot - 0.82 * tall + 0.01 * tall * abs(swing)
        broad = max(2, round(0.09 * tall))
        for side in (-1, 1):
            reach = 0.16 * tall * swing * side
            cv2.line(canvas, point(x, hip), point(x + reach, foot), self.legs, broad, cv2.LINE_AA, 4)
            hand = x - 1.2 * reach + side * 0.12 * tall, hip - 0.02 * tall * swing
            cv2.line(canvas, point(x + side * 0.1 * tall, neck + 0.05 * tall), point(*hand), self.top,
                     max(1, round(0.06 * tall)), cv2.LINE_AA, 4)  # fmt: skip
        cv2.ellipse(canvas, point(x, (hip + neck) / 2), point(0.13 * tall, 0.2 * tall), 0, 0, 360, self.top, -1,
                    cv2.LINE_AA, 4)  # fmt: skip
        cv2.circle(canvas, point(x + 0.01 * tall * swing, neck - 0.09 * tall), round(0.085 * tall * 16), self.skin,
                   -1, cv2.LINE_AA, 4)  # fmt: skip


def body(rng: np.random.Generator) -> Body:
    """Anyone."""
    skin = tuple(np.array([225.0, 175, 145]) * rng.uniform(0.35, 1.05))
    return Body(
        skin, tuple(colour(rng)), tuple(colour(rng, 10, 130)), rng.uniform(0.5, 1.3), rng.uniform(0, 6)
    )


@dataclass(frozen=True)
class Camera:
    """How a picture that is larger than the frame is looked at: it stands, drifts, zooms, or is held in the hand."""

    across: float
    down: float
    zoom: float
    hand: float
    phase: float

    def view(self, canvas: Image | Field, time: float) -> Field:
        """The frame at a time; the canvas lies around its middle."""
        high, wide = canvas.shape[:2]
        close = max(1.05 + self.zoom * time, 0.6)
        tremble = [
            self.hand * math.sin(w * time + self.phase * k) for k, w in ((1, 7.1), (2, 5.3), (3, 11.7))
        ]
        room = max(0.0, wide - WIDTH / close) / 2, max(0.0, high - HEIGHT / close) / 2
        x = wide / 2 + room[0] * math.sin(self.phase + self.across * time) + tremble[0] + tremble[2] / 2
        y = high / 2 + room[1] * math.sin(2 * self.phase + self.down * time) + tremble[1] + tremble[2] / 3
        place = np.array([[close, 0, WIDTH / 2 - close * x], [0, close, HEIGHT / 2 - close * y]])
        return np.asarray(
            cv2.warpAffine(
                canvas, place, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT_101
            ),
            np.float32,
        )


def camera(rng: np.random.Generator) -> Camera:
    """A camera that does one thing or two."""
    still = rng.random() < 0.35
    hand = rng.uniform(0.3, 1.5) if rng.random() < 0.4 else 0.0
    zoom = rng.uniform(-0.04, 0.05) if rng.random() < 0.35 else 0.0
    drift = (0.0, 0.0) if still else (rng.uniform(-0.25, 0.25), rng.uniform(-0.08, 0.08))
    return Camera(*drift, zoom, hand, rng.uniform(0, 6))


@dataclass(frozen=True)
class Film:
    """What the picture is taken on: exposure that drifts or flickers, and grain that is the same for the same time."""

    exposure: float
    flicker: float
    grain: float
    seed: int

    def expose(self, light: Field, time: float) -> Image:
        """The picture as it is recorded."""
        rng = np.random.default_rng((self.seed, round(time * 1000) & 0xFFFFFFFF))
        level = self.exposure * (1 + self.flicker * math.sin(1.3 * time + self.seed))
        noise = cv2.resize(rng.standard_normal((HEIGHT // 2, WIDTH // 2), np.float32), (WIDTH, HEIGHT))
        return np.clip(light * level + self.grain * noise[..., None], 0, 255).astype(np.uint8)


def film(rng: np.random.Generator) -> Film:
    """Any film."""
    flicker = rng.uniform(0.03, 0.12) if rng.random() < 0.3 else 0.0
    return Film(rng.uniform(0.7, 1.1), flicker, rng.uniform(1, 8), int(rng.integers(1 << 30)))
