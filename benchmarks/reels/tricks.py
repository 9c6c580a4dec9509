"""What happens within a shot and is no cut: flashes, strobes, whip pans, a shaking camera, the dark."""

from __future__ import annotations

import cv2
import numpy as np

from reels.painting import HEIGHT, WIDTH, Image, Take


def pace(rate: float) -> int:
    """How many frames of a rate take the time of one at about 25 a second."""
    return max(1, round(rate / 25))


def flashed(take: Take, rng: np.random.Generator, count: int, rate: float) -> Take:
    """A flash or two: a photographer's, lightning that falls off, or a few frames that are black."""
    flashes = []
    for at in np.sort(rng.uniform(0.15, 0.85, 1 + (count > 45))):
        length, fall = int(rng.integers(1, 3 * pace(rate) + 1)), rng.uniform(4, 14)
        flashes.append((round(at * count) / rate, rng.choice(["white", "lightning", "black"], p=[0.5, 0.35, 0.15]),
                        length / rate, fall))  # fmt: skip

    def frame(time: float) -> Image:
        picture = take(time)
        for at, kind, length, fall in flashes:
            since = time - at + 1e-6
            if kind == "lightning" and 0 <= since < 0.5:
                picture = np.clip(picture + 190 * np.exp(-fall * since), 0, 255).astype(np.uint8)
            elif 0 <= since < length:
                picture = (picture // 16) if kind == "black" else (160 + picture * 0.37).astype(np.uint8)
        return picture

    return frame


def strobed(take: Take, rng: np.random.Generator, count: int, rate: float) -> Take:
    """Light that goes on and off, every few frames, for most of the shot."""
    period, lit = int(rng.integers(2, 7 * pace(rate) + 1)), 1
    lit = max(1, period // int(rng.integers(2, 4)))
    first, last = round(0.1 * count), round(0.9 * count)
    bright = rng.random() < 0.5

    def frame(time: float) -> Image:
        picture, number = take(time), round(time * rate)
        on = (number - first) % period < lit
        if not first <= number < last:
            return picture
        if bright:
            return (150 + picture * 0.41).astype(np.uint8) if on else picture
        return picture if on else (picture * 0.1).astype(np.uint8)

    return frame


def whipped(take: Take, rng: np.random.Generator, count: int, rate: float) -> Take:
    """The camera is thrown round to another part of the same place within a few frames."""
    start, length = rng.uniform(0.3, 0.6) * count / rate, pace(rate) * rng.uniform(4, 10) / rate
    way = rng.choice([-1, 1]) * rng.uniform(0.8, 1.6) * WIDTH, rng.normal(0, 0.1) * HEIGHT

    def place(time: float) -> float:
        share = min(max((time - start) / length, 0), 1)
        return share * share * (3 - 2 * share)

    def frame(time: float) -> Image:
        return _blurred(take(time), [(way[0] * s, way[1] * s) for s in map(place, _open(time, rate))], 1.0)

    return frame


def shaken(take: Take, rng: np.random.Generator, count: int, rate: float) -> Take:
    """A camera on a car, or next to a blow."""
    jolts = rng.normal(0, rng.uniform(0.02, 0.05) * HEIGHT, (round((count / rate + 3) * 11), 2))

    def place(time: float) -> tuple[float, float]:
        at = min(max(time, 0) * 10, len(jolts) - 2)
        low, part = int(at), at - int(at)
        x, y = (1 - part) * jolts[low] + part * jolts[low + 1]
        return float(x), float(y)

    def frame(time: float) -> Image:
        return _blurred(take(time), [place(t) for t in _open(time, rate)], 1.15)

    return frame


def darkened(take: Take, rng: np.random.Generator, count: int, rate: float) -> Take:
    """Night: little light, with the grain that it has."""
    level, grain, seed = rng.uniform(0.07, 0.22), rng.uniform(1, 4), int(rng.integers(1 << 30))

    def frame(time: float) -> Image:
        noise = np.random.default_rng((seed, round(time * 1000))).standard_normal(
            (HEIGHT, WIDTH, 1), np.float32
        )
        return np.clip(take(time) * level + grain * noise + 4, 0, 255).astype(np.uint8)

    return frame


def reframed(take: Take, rng: np.random.Generator, later: float) -> Take:
    """The same take some time later, often a little closer or to the side."""
    moved = rng.random() < 0.5
    close = rng.uniform(1.02, 1.15) if moved else 1.0
    aside = (rng.normal(0, 0.03) * WIDTH, rng.normal(0, 0.03) * HEIGHT) if moved else (0.0, 0.0)

    def frame(time: float) -> Image:
        picture = take(time + later)
        return _blurred(picture, [aside], close) if moved else picture

    return frame


def _open(time: float, rate: float) -> list[float]:
    """The moments within the half of a frame in which the shutter is open."""
    return [time + part / (2 * rate) for part in (-0.5, -0.25, 0, 0.25, 0.5)]


def _blurred(picture: Image, places: list[tuple[float, float]], close: float) -> Image:
    """The picture moved to several places at once; beyond its edges it is mirrored."""
    if max(np.ptp([p[0] for p in places]), np.ptp([p[1] for p in places])) < 0.3:
        places = places[:1]
    seen = np.zeros(picture.shape, np.float32)
    for x, y in places:
        corner = WIDTH / 2 * (1 - close) - x, HEIGHT / 2 * (1 - close) - y
        way = np.array([[close, 0, corner[0]], [0, close, corner[1]]])
        seen += cv2.warpAffine(picture, way, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101)
    return (seen / len(places)).astype(np.uint8)
