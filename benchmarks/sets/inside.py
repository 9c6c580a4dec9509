"""Rooms in one-point perspective: living rooms, offices, corridors, cellars, by day or at night."""

from __future__ import annotations

import numpy as np

from sets.painting import HEIGHT, WIDTH, Picture, box, fill, flat, glow, planks, soft, surface

KINDS = ("room", "office", "corridor", "cellar", "hall")
_WARM = np.array([1.0, 0.78, 0.5])
_COOL = np.array([0.85, 0.95, 1.0])
_TUBE = np.array([0.92, 1.0, 0.94])


class Inside:
    """A room whose stuffs and lamps stay while the camera moves."""

    def __init__(self, kind: str, day: bool, rng: np.random.Generator) -> None:
        self.kind, self.day = kind, day
        bright = {"room": 0.55, "office": 0.75, "corridor": 0.5, "cellar": 0.25, "hall": 0.45}[kind]
        tint = 1 + rng.normal(0, 0.12, 3)
        self.wall = surface(rng, bright * tint, rng.uniform(0.01, 0.06), rng.uniform(2, 20))
        self.ceiling = surface(rng, min(0.85, bright * 1.15) * np.ones(3), 0.015)
        boards = np.array([0.45, 0.3, 0.18]) * rng.uniform(0.6, 1.4)
        tiles = rng.uniform(0.2, 0.6) * (1 + rng.normal(0, 0.05, 3))
        self.floor = (
            planks(rng, boards, int(rng.integers(12, 40)))
            if kind in ("room", "hall")
            else surface(rng, tiles, 0.05)
        )
        self.things = [surface(rng, rng.uniform(0.05, 0.7, 3), 0.04) for _ in range(8)]
        self.windows = kind in ("room", "office", "hall") and rng.random() < 0.7
        self.lamp = _TUBE if kind in ("office", "corridor", "cellar") else _WARM
        self.level = rng.uniform(0.75, 1.1) if day and self.windows else rng.uniform(0.45, 0.9)
        self.light = (_COOL if day and self.windows else 0.3 + 0.7 * self.lamp) * self.level

    def view(self, rng: np.random.Generator, close: bool) -> Picture:
        """The room from somewhere; `close`: a wall with things, out of focus behind whoever stands there."""
        picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        if close:
            picture[:] = self.wall
        else:
            self._walls(picture, rng)
        for _ in range(int(rng.integers(2, 7))):
            self._thing(picture, rng, close)
        if self.windows and rng.random() < (0.4 if close else 0.8):
            self._window(picture, rng)
        lit = picture * self.light.astype(np.float32)
        shade = 1 + 0.25 * soft(rng, 160)
        lit = lit * np.clip(shade, 0.4, 1.5)[..., np.newaxis]
        if not (self.day and self.windows):
            for _ in range(int(rng.integers(1, 3))):
                glow(
                    lit,
                    rng.uniform(0.1, 0.9),
                    rng.uniform(0.05, 0.5),
                    rng.uniform(0.04, 0.25),
                    self.lamp,
                    0.6,
                )
        return lit

    def _walls(self, picture: Picture, rng: np.random.Generator) -> None:
        left, right = rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)
        top, bottom = rng.uniform(0.1, 0.3), rng.uniform(0.6, 0.8)
        if self.kind == "corridor":
            left, right, top, bottom = 0.42, 0.58, 0.35, 0.6
        sides = rng.uniform(0.6, 0.95, 2)
        fill(picture, [(0, 0), (1, 0), (right, top), (left, top)], self.ceiling, rng.uniform(0.6, 1))
        fill(picture, [(0, 1), (1, 1), (right, bottom), (left, bottom)], self.floor)
        fill(picture, [(0, 0), (left, top), (left, bottom), (0, 1)], self.wall, sides[0])
        fill(picture, [(1, 0), (right, top), (right, bottom), (1, 1)], self.wall, sides[1])
        box(picture, (left, top, right, bottom), self.wall)

    def _thing(self, picture: Picture, rng: np.random.Generator, close: bool) -> None:
        stuff = self.things[int(rng.integers(len(self.things)))]
        left, wide, high = rng.uniform(-0.1, 0.9), rng.uniform(0.05, 0.3), rng.uniform(0.08, 0.5)
        foot = rng.uniform(0.4, 1.0) if close else rng.uniform(0.65, 1.0)
        box(picture, (left, foot - high, left + wide, foot), stuff)
        box(picture, (left, foot - high, left + wide, foot - 0.8 * high), stuff, 1.3)
        box(picture, (left + wide, foot - high, left + 1.15 * wide, foot), stuff, 0.6)

    def _window(self, picture: Picture, rng: np.random.Generator) -> None:
        left, top, wide, high = (
            rng.uniform(0, 0.75),
            rng.uniform(0.1, 0.3),
            rng.uniform(0.1, 0.25),
            rng.uniform(0.2, 0.4),
        )
        outside = np.array([1.3, 1.4, 1.5]) if self.day else np.array([0.02, 0.03, 0.08])
        box(
            picture,
            (left - 0.01, top - 0.015, left + wide + 0.01, top + high + 0.015),
            flat((0.7, 0.7, 0.68)),
        )
        box(picture, (left, top, left + wide, top + high), flat(outside))
        box(
            picture,
            (left + wide / 2 - 0.004, top, left + wide / 2 + 0.004, top + high),
            flat((0.6, 0.6, 0.6)),
        )
