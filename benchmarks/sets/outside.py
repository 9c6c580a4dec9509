"""Open air: streets, parks, beaches, fields, snow and woods, by day or at night."""

from __future__ import annotations

import numpy as np

from sets.painting import HEIGHT, WIDTH, Picture, box, clouds, fill, flat, glow, soft, surface

KINDS = ("street", "park", "beach", "field", "snow", "wood")
_GROUND = {"street": (0.35, 0.34, 0.33), "park": (0.2, 0.32, 0.1), "beach": (0.75, 0.66, 0.48),
           "field": (0.5, 0.44, 0.18), "snow": (0.88, 0.9, 0.95), "wood": (0.2, 0.16, 0.09)}  # fmt: skip
_SUN = np.array([1.0, 0.96, 0.88])
_OVERCAST = np.array([0.78, 0.82, 0.86])
_LOW = np.array([1.0, 0.72, 0.5])
_MOON = np.array([0.10, 0.13, 0.2])


class Outside:
    """A place in the open whose ground, trees, houses and weather stay while the camera moves."""

    def __init__(self, kind: str, day: bool, rng: np.random.Generator) -> None:
        self.kind, self.day = kind, day
        ground = np.array(_GROUND[kind]) * rng.uniform(0.75, 1.2) * (1 + rng.normal(0, 0.06, 3))
        self.ground = surface(rng, ground, rng.uniform(0.08, 0.25), rng.uniform(1.2, 3))
        leaf = np.array([0.16, 0.28, 0.07]) * rng.uniform(0.6, 1.5) * (1 + rng.normal(0, 0.1, 3))
        if rng.random() < 0.2:
            leaf = np.array([0.45, 0.26, 0.07]) * rng.uniform(0.6, 1.2)
        self.leaves = surface(rng, leaf, 0.45, 1.6)
        self.walls = [
            surface(rng, rng.uniform(0.25, 0.7) * (1 + rng.normal(0, 0.12, 3)), 0.06) for _ in range(5)
        ]
        weather = rng.choice(3, p=[0.5, 0.35, 0.15])
        self.light = (
            (_SUN, _OVERCAST, _LOW)[weather] * rng.uniform(0.8, 1.15)
            if day
            else _MOON * rng.uniform(0.7, 1.6)
        )
        above = (np.array([0.35, 0.55, 0.95]), np.array([0.8, 0.82, 0.85]), np.array([0.55, 0.5, 0.6]))[
            weather
        ]
        below = (np.array([0.75, 0.85, 1.0]), np.array([0.88, 0.89, 0.9]), np.array([1.1, 0.75, 0.45]))[
            weather
        ]
        self.sky = (above, below) if day else (np.array([0.01, 0.015, 0.04]), np.array([0.05, 0.05, 0.08]))
        self.clouds = clouds(rng) * rng.uniform(0.0, 0.15)

    def view(self, rng: np.random.Generator, close: bool) -> Picture:
        """The place from somewhere; `close`: what stands near, with little sky or none."""
        picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        horizon = rng.uniform(-0.2, 0.15) if close else rng.uniform(0.3, 0.6)
        box(picture, (-0.1, horizon, 1.1, 1.1), self.ground)
        self._standing(picture, rng, horizon, close)
        lit = picture * self.light.astype(np.float32)
        covered = (picture.max(2) > 0.004)[..., np.newaxis]
        lit = np.where(covered, lit, self._sky())
        lit *= np.clip(1 + 0.15 * soft(rng, 120), 0.6, 1.4)[..., np.newaxis]
        if not self.day and self.kind in ("street", "park"):
            self._lamps(lit, rng)
        return np.asarray(lit, np.float32)

    def _sky(self) -> Picture:
        down = np.linspace(0, 1.6, HEIGHT, dtype=np.float32).clip(0, 1)[:, np.newaxis, np.newaxis]
        plain = self.sky[0] * (1 - down) + self.sky[1] * down
        lift = self.clouds[..., np.newaxis] if self.day else 0
        return np.asarray(plain * (1 + lift), np.float32)

    def _standing(self, picture: Picture, rng: np.random.Generator, horizon: float, close: bool) -> None:
        if self.kind == "street":
            self._houses(picture, rng, horizon, close)
        if self.kind in ("park", "wood", "field") or (self.kind in ("street", "snow") and rng.random() < 0.5):
            for _ in range(int(rng.integers(8, 16)) if self.kind == "wood" else int(rng.integers(1, 6))):
                self._tree(picture, rng, horizon, close)
        if self.kind == "beach" and not close:
            box(picture, (0, horizon, 1, horizon + rng.uniform(0.05, 0.15)), flat((0.15, 0.3, 0.38)))
        if close and self.kind != "street":
            fill(
                picture,
                [(0, 0), (1, 0), (1, 0.6), (0, 0.6)],
                self.leaves if self.kind in ("park", "wood") else self.ground,
                0.8,
            )

    def _houses(self, picture: Picture, rng: np.random.Generator, horizon: float, close: bool) -> None:
        left = -0.1
        while left < 1:
            wide = rng.uniform(0.3, 0.8) if close else rng.uniform(0.1, 0.3)
            high = rng.uniform(0.7, 1.4) if close else rng.uniform(0.1, 0.5)
            foot = 0.85 if close else horizon + 0.05
            box(picture, (left, foot - high, left + wide, foot), self.walls[int(rng.integers(5))])
            lit = 2.0 if self.day else 0.0
            for x in np.arange(left + 0.02, left + wide - 0.03, 0.06 if close else 0.03):
                for y in np.arange(foot - high + 0.04, foot - 0.08, 0.14 if close else 0.07):
                    glass = (0.16, 0.18, 0.22) if lit or rng.random() < 0.7 else (6.0, 4.5, 2.4)
                    box(
                        picture,
                        (x, y, x + (0.03 if close else 0.014), y + (0.08 if close else 0.035)),
                        flat(glass),
                    )
            left += wide + (rng.uniform(0, 0.1) if not close else 0)

    def _tree(self, picture: Picture, rng: np.random.Generator, horizon: float, close: bool) -> None:
        x, size = rng.uniform(0, 1), rng.uniform(0.15, 0.4) * (1.6 if close else 1)
        foot = horizon + rng.uniform(0.05, 0.25)
        box(picture, (x - 0.012, foot - size, x + 0.012, foot), flat((0.16, 0.11, 0.07)))
        around = np.linspace(0, 2 * np.pi, 40)
        reach = 0.5 * size * (1 + 0.18 * rng.normal(0, 1, 40))
        crown = [(x + r * 0.6 * np.cos(a), foot - size + r * np.sin(a)) for a, r in zip(around, reach)]
        fill(picture, crown, self.leaves, rng.uniform(0.7, 1.2))

    def _lamps(self, lit: Picture, rng: np.random.Generator) -> None:
        for _ in range(int(rng.integers(2, 7))):
            x, y = rng.uniform(0, 1), rng.uniform(0.1, 0.5)
            glow(lit, x, y, rng.uniform(0.008, 0.02), np.array([1.0, 0.85, 0.6]), 1.2)
            glow(lit, x, y, rng.uniform(0.06, 0.15), np.array([1.0, 0.75, 0.45]), 0.25)
