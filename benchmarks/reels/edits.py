"""What an editor lays between two shots: dissolves, fades and wipes. `share` runs from 0 (old) to 1 (new)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reels.painting import HEIGHT, WIDTH, Field, Image

Mix = Callable[[Image, Image, float], Image]


def dissolve(rng: np.random.Generator) -> Mix:
    """One picture melts into the other, evenly or with soft ends."""
    soft = rng.random() < 0.25

    def mix(old: Image, new: Image, share: float) -> Image:
        part = share * share * (3 - 2 * share) if soft else share
        return (old * (1 - part) + new * part).astype(np.uint8)

    return mix


def fade(rng: np.random.Generator) -> Mix:
    """The old picture goes into black or white, the new one comes out of it."""
    ground = 255.0 if rng.random() < 0.25 else 0.0
    gone, back = rng.uniform(0.3, 0.5), rng.uniform(0.5, 0.7)

    def mix(old: Image, new: Image, share: float) -> Image:
        level = max(1 - share / gone, (share - back) / (1 - back), 0.0)
        return (ground + level * ((old if share < gone else new) - ground)).astype(np.uint8)

    return mix


def wipe(rng: np.random.Generator) -> Mix:
    """A boundary sweeps over the picture: straight, as an iris, as a clock's hand or as doors; sharp or soft."""
    order, soft = _order(int(rng.integers(6)), rng), rng.choice([0.005, 0.02, 0.1])

    def mix(old: Image, new: Image, share: float) -> Image:
        cover = np.clip((share * (1 + soft) - order) / soft, 0, 1)[..., None]
        return (old * (1 - cover) + new * cover).astype(np.uint8)

    return mix


def _order(pattern: int, rng: np.random.Generator) -> Field:
    """When each point of the picture is reached, from 0 to 1."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    x, y = x / (WIDTH - 1) - 0.5, y / (HEIGHT - 1) - 0.5
    if pattern == 0:
        order = x * rng.choice([-1, 1])
    elif pattern == 1:
        order = y * rng.choice([-1, 1])
    elif pattern == 2:
        order = x * rng.choice([-1, 1]) + y * rng.choice([-1, 1])
    elif pattern == 3:
        order = np.hypot(x, y * HEIGHT / WIDTH) * rng.choice([-1, 1])
    elif pattern == 4:
        order = np.arctan2(x, y) * rng.choice([-1, 1])
    else:
        order = np.abs(x) * rng.choice([-1, 1])
    return np.asarray((order - order.min()) / (order.max() - order.min()), np.float32)
