"""What sets are painted with: soft noise, surfaces with a grain of their own, light, people."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
WIDTH, HEIGHT = 480, 270


def soft(rng: np.random.Generator, rough: float, size: tuple[int, int] = (HEIGHT, WIDTH)) -> Picture:
    """Noise with a spread of 1 and blobs of about so many pixels."""
    small = max(4, int(size[0] / rough)), max(4, int(size[1] / rough))
    noise = cv2.resize(rng.normal(0, 1, small).astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray((noise - noise.mean()) / (noise.std() + 1e-6), np.float32)


def clouds(rng: np.random.Generator) -> Picture:
    """Noise of several sizes at once."""
    return sum(
        (soft(rng, r) * w for r, w in ((90, 1.0), (40, 0.5), (18, 0.25))),
        np.zeros((HEIGHT, WIDTH), np.float32),
    )


def surface(
    rng: np.random.Generator, colour: NDArray[np.float64], grain: float, rough: float = 3.0
) -> Picture:
    """A colour with a grain: how strong (0 to 1) and how large (pixels)."""
    noise = 0.6 * soft(rng, rough) + 0.4 * soft(rng, 4 * rough)
    return np.asarray(colour * (1 + grain * noise[..., np.newaxis]), np.float32)


def planks(rng: np.random.Generator, colour: NDArray[np.float64], count: int) -> Picture:
    """Boards side by side, each a little lighter or darker."""
    shades = 1 + 0.12 * rng.normal(0, 1, count)
    columns = np.repeat(shades, -(-WIDTH // count))[:WIDTH]
    seams = np.where(np.arange(WIDTH) % max(2, WIDTH // count) == 0, 0.6, 1.0)
    return np.asarray(surface(rng, colour, 0.05) * (columns * seams)[np.newaxis, :, np.newaxis], np.float32)


def fill(picture: Picture, corners: list[tuple[float, float]], stuff: Picture, light: float = 1.0) -> None:
    """Paint a stuff into a polygon whose corners are in shares of the width and height."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    points = np.array([[round(x * WIDTH), round(y * HEIGHT)] for x, y in corners], np.int32)
    cv2.fillPoly(mask, [points], 255, cv2.LINE_AA)
    share = (mask / np.float32(255))[..., np.newaxis]
    picture[:] = picture * (1 - share) + stuff * light * share


def box(
    picture: Picture, edges: tuple[float, float, float, float], stuff: Picture, light: float = 1.0
) -> None:
    """Paint a stuff into a rectangle: left, top, right and bottom in shares of the width and height."""
    left, top, right, bottom = edges
    fill(picture, [(left, top), (right, top), (right, bottom), (left, bottom)], stuff, light)


def flat(colour: NDArray[np.float64] | tuple[float, float, float]) -> Picture:
    """A colour all over."""
    return np.broadcast_to(np.asarray(colour, np.float32), (HEIGHT, WIDTH, 3))


def glow(
    picture: Picture, x: float, y: float, radius: float, colour: NDArray[np.float64], strength: float
) -> None:
    """Light that falls off around a point; added."""
    down, right = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    apart = np.hypot(right / WIDTH - x, (down / HEIGHT - y) * HEIGHT / WIDTH) / radius
    picture += (strength * np.exp(-(apart**2)))[..., np.newaxis] * np.asarray(colour, np.float32)


def person(
    picture: Picture, x: float, foot: float, tall: float, look: NDArray[np.float64], light: float
) -> None:
    """A standing figure: skin, hair and clothes of its own; `tall` is its height in picture heights."""
    skin, hair, coat, legs = look
    head = tall / 7.5
    wide = head * HEIGHT / WIDTH
    top = foot - tall
    box(picture, (x - 1.1 * wide, top + 1.2 * head, x + 1.1 * wide, top + 4 * head), flat(coat), light)
    box(picture, (x - 0.8 * wide, top + 4 * head, x + 0.8 * wide, foot), flat(legs), light)
    for dy, colour, size in ((0.5, hair, 0.62), (0.62, skin, 0.52)):
        ring = [
            (x + size * wide * np.cos(a), top + head * (dy + size * np.sin(a)))
            for a in np.linspace(0, 6.28, 20)
        ]
        fill(picture, ring, flat(colour), light)


def looks(rng: np.random.Generator) -> NDArray[np.float64]:
    """The skin, hair, coat and legs of someone."""
    skin = np.array([0.85, 0.62, 0.48]) * rng.uniform(0.4, 1.0)
    return np.stack(
        [skin, np.full(3, rng.uniform(0.03, 0.3)), rng.uniform(0.05, 0.8, 3), rng.uniform(0.05, 0.4, 3)]
    )
