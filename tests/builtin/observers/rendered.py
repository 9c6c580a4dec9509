"""Pictures with events at known times, rendered at the size the observers ask for."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

WIDTH, HEIGHT = 192, 108


def texture(seed: int, width: int = WIDTH, height: int = HEIGHT, rough: float = 4.0) -> np.ndarray:
    """A picture of soft blobs in colours of its own."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(50, 200, 3)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width, 3)).astype(np.float32), (0, 0), rough)
    fine = cv2.GaussianBlur(rng.normal(0, 1, (height, width, 3)).astype(np.float32), (0, 0), 1.0)
    picture = base + noise / noise.std() * 30 + fine / fine.std() * 8
    return np.clip(picture, 0, 255).astype(np.uint8)


def grain(frame: np.ndarray, rng: np.random.Generator, amount: float = 2.0) -> np.ndarray:
    return np.clip(frame + rng.normal(0, amount, frame.shape), 0, 255).astype(np.uint8)


def window(wide: np.ndarray, x: float, y: float) -> np.ndarray:
    """A view of a larger picture, at a place between pixels."""
    return cv2.getRectSubPix(wide, (WIDTH, HEIGHT), (x + WIDTH / 2, y + HEIGHT / 2))


def disc(frame: np.ndarray, x: float, y: float, radius: float, colour=(230, 60, 40)) -> np.ndarray:
    """A disc drawn to a sixteenth of a pixel; places and radius are in shares of the width and height."""
    out = frame.copy()
    centre = (round(x * WIDTH * 16), round(y * HEIGHT * 16))
    cv2.circle(out, centre, round(radius * HEIGHT * 16), colour, -1, cv2.LINE_AA, shift=4)
    return out


def film(
    place: Callable[[float], tuple[float, float]],
    seconds: float,
    rate: float = 25,
    radius=0.08,
    seed=1,
    moved: Callable[[float], tuple[float, float]] = lambda t: (0, 0),
    noise: float = 2.0,
):
    """A disc that is at `place(t)`, before a background that shifts by `moved(t)` pixels.

    The shutter opens with the frame, for half of it; what is shown is the middle of that.
    """
    rng = np.random.default_rng(seed)
    wide = texture(seed, 3 * WIDTH, 3 * HEIGHT)
    frames = []
    for n in range(round(seconds * rate)):
        t = (n + 0.25) / rate
        dx, dy = moved(t)
        frame = window(wide, WIDTH + dx, HEIGHT + dy)
        x, y = place(t)
        frames.append(grain(disc(frame, x, y, radius), rng, noise))
    return frames


def bouncing(gravity: float = 3.0, drop: float = 0.55, ground: float = 0.85):
    """A ball that bounces without loss; returns its place at a time and the times of its bounces in 20 s."""
    fall = (2 * drop / gravity) ** 0.5

    def place(t: float) -> tuple[float, float]:
        phase = (t + fall) % (2 * fall) - fall
        return 0.5, ground - drop + 0.5 * gravity * phase**2

    return place, [fall * (2 * n + 1) for n in range(int(20 / fall))]
