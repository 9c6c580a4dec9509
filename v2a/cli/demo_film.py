"""The film that `v2a demo` renders: rain at night, a ball, a hammer, the sea. Drawn here, so nobody owns it but us."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = Fraction(24)
WIDTH, HEIGHT = 1280, 720
BRIEF = (
    "rain on the street until 0:04, thunder at 1.5s, a rubber ball bounces on a wooden floor from 0:04 to 0:08, "
    "hammer on an anvil at 8.75s, 9.5s and 10.25s, sea waves from 0:11, warm piano"
)
SETTINGS = {
    "mix": {"spec": "youtube", "bg_level": -4.0, "mx_level": -8.0, "fo_level": -10.0, "fx_level": -5.0}
}
_DROP, _GRAVITY = 0.9, 5.0

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class _Shot:
    frames: int
    draw: Callable[[float], Frame]


def render(path: Path) -> None:
    """Render the film to a file."""
    from v2a.media.encode import encode

    encode(path, frames(), RATE)


def frames() -> Iterator[Frame]:
    """All frames of the film, in RGB."""
    shots = (_Shot(96, _rain), _Shot(96, _ball), _Shot(72, _anvil), _Shot(96, _sea))
    for shot in shots:
        for number in range(shot.frames):
            yield shot.draw(number / float(RATE))


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Frame:
    t = np.linspace(0, 1, HEIGHT)[:, None, None]
    shade = (1 - t) * np.array(top) + t * np.array(bottom)
    return np.broadcast_to(shade, (HEIGHT, WIDTH, 3)).astype(np.uint8).copy()


def _glow(image: Frame, centre: tuple[float, float], radius: float, colour: tuple[int, int, int]) -> None:
    x0, x1 = max(0, int(centre[0] - 3 * radius)), min(WIDTH, int(centre[0] + 3 * radius))
    y0, y1 = max(0, int(centre[1] - 3 * radius)), min(HEIGHT, int(centre[1] + 3 * radius))
    y, x = np.mgrid[y0:y1, x0:x1]
    light = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * radius**2))[..., None] * np.array(
        colour
    )
    image[y0:y1, x0:x1] = np.minimum(255, image[y0:y1, x0:x1] + light).astype(np.uint8)


@functools.cache
def _street() -> Frame:
    import cv2

    image = _gradient((12, 16, 34), (30, 34, 52))
    rng = np.random.Generator(np.random.PCG64(7))
    for n in range(9):
        left, top = n * 150 - 20, int(rng.integers(150, 330))
        cv2.rectangle(image, (left, top), (left + 138, 600), (18 + 3 * (n % 3), 20, 32), -1)
        for row in range(top + 24, 560, 44):
            for column in range(left + 16, left + 120, 34):
                if rng.random() < 0.35:
                    cv2.rectangle(image, (column, row), (column + 16, row + 22), (214, 170, 96), -1)
    cv2.rectangle(image, (0, 600), (WIDTH, HEIGHT), (22, 24, 34), -1)
    for x in (240, 760, 1120):
        cv2.line(image, (x, 600), (x, 330), (40, 42, 52), 8, cv2.LINE_AA)
        _glow(image, (x, 330), 46, (190, 150, 80))
        _glow(image, (x, 655), 40, (60, 46, 22))
    return image


def _rain(t: float) -> Frame:
    """A street at night; lightning at 1.5 s."""
    import cv2

    image = _street().copy()
    drops = np.random.Generator(np.random.PCG64(11)).random((420, 3))
    for x, phase, speed in drops:
        y = (phase + t * (1.4 + speed)) % 1.0 * (HEIGHT + 60) - 60
        start = (int(x * WIDTH), int(y))
        cv2.line(image, start, (start[0] - 4, start[1] + 26), (118, 128, 152), 1, cv2.LINE_AA)
    if t < 1.5:
        return image
    light = (math.exp(-(t - 1.5) * 7) * np.array((190, 196, 215))).astype(np.uint8)
    return np.asarray(np.minimum(image, 255 - light) + light, np.uint8)


def bounces() -> tuple[float, ...]:
    """When the ball touches the floor, in seconds after the film's start."""
    times, now = [], math.sqrt(2 * _DROP / _GRAVITY)
    speed = _GRAVITY * now
    while now < 3.6 and speed > 0.5:
        times.append(4.0 + now)
        speed *= 0.78
        now += 2 * speed / _GRAVITY
    return tuple(times)


def _ball_height(t: float) -> float:
    hits = [b - 4.0 for b in bounces()]
    first = hits[0]
    if t < first:
        return _DROP - _GRAVITY / 2 * t * t
    speed = _GRAVITY * first
    for hit, following in zip(hits, [*hits[1:], math.inf]):
        speed *= 0.78
        if t < following:
            return max(0.0, speed * (t - hit) - _GRAVITY / 2 * (t - hit) ** 2)
    return 0.0


@functools.cache
def _room() -> Frame:
    import cv2

    image = _gradient((206, 190, 168), (188, 168, 142))
    cv2.rectangle(image, (0, 560), (WIDTH, HEIGHT), (132, 92, 58), -1)
    for x in range(-400, WIDTH + 400, 120):
        cv2.line(image, (WIDTH // 2 + (x - WIDTH // 2) // 2, 560), (x, HEIGHT), (112, 76, 46), 2, cv2.LINE_AA)
    cv2.rectangle(image, (820, 130), (1120, 390), (240, 236, 226), -1)
    cv2.rectangle(image, (836, 146), (1104, 374), (150, 190, 222), -1)
    cv2.line(image, (970, 146), (970, 374), (240, 236, 226), 10)
    cv2.rectangle(image, (120, 240), (330, 560), (96, 62, 40), -1)
    cv2.circle(image, (305, 410), 9, (210, 180, 90), -1, cv2.LINE_AA)
    return image


def _ball(t: float) -> Frame:
    """A room; a ball falls and bounces to the right."""
    import cv2

    image = _room().copy()
    height = _ball_height(t)
    x, y = 420 + 130 * t, 600 - 44 - 440 * height
    cv2.ellipse(image, (int(x), 604), (int(48 - 20 * height), 10), 0, 0, 360, (104, 72, 46), -1, cv2.LINE_AA)
    cv2.circle(image, (int(x * 16), int(y * 16)), 44 * 16, (206, 52, 44), -1, cv2.LINE_AA, 4)
    cv2.circle(image, (int((x - 14) * 16), int((y - 15) * 16)), 11 * 16, (244, 150, 136), -1, cv2.LINE_AA, 4)
    return image


STRIKES = (8.75, 9.5, 10.25)


@functools.cache
def _smithy() -> Frame:
    import cv2

    image = _gradient((40, 30, 28), (62, 44, 36))
    _glow(image, (1080, 420), 120, (190, 84, 20))
    anvil = np.array(
        [[420, 470], [880, 470], [860, 520], [720, 540], [730, 640], [550, 640], [560, 540], [440, 510]]
    )
    cv2.fillPoly(image, [anvil], (84, 88, 98), cv2.LINE_AA)
    cv2.rectangle(image, (600, 452), (740, 470), (255, 150, 60), -1)
    return image


def _anvil(t: float) -> Frame:
    """A smithy; a hammer strikes three times."""
    import cv2

    image = _smithy().copy()
    now = 8.0 + t
    since = min((now - s for s in STRIKES if s <= now), default=1.0)
    until = min((s - now for s in STRIKES if s > now), default=1.0)
    lifted = min(1.0, max(0.0, since - 0.05) / 0.5)
    swing = min(lifted * lifted * (3 - 2 * lifted), 1 - max(0.0, 1 - until / 0.25) ** 2)
    pivot, angle = np.array([250.0, 300.0]), math.radians(18 - 44 * swing)
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    end = pivot + 420 * along
    cv2.line(image, tuple(pivot.astype(int)), tuple(end.astype(int)), (140, 98, 60), 20, cv2.LINE_AA)
    head = np.array(
        [
            end - 46 * along - 70 * across,
            end + 46 * along - 70 * across,
            end + 46 * along + 26 * across,
            end - 46 * along + 26 * across,
        ]
    )
    cv2.fillPoly(image, [head.astype(int)], (120, 124, 134), cv2.LINE_AA)
    for strike in STRIKES:
        _sparks(image, now - strike)
    return image


def _sparks(image: Frame, age: float) -> None:
    import cv2

    if not 0 <= age < 0.45:
        return
    for angle, speed in np.random.Generator(np.random.PCG64(3)).random((40, 2)):
        a, v = math.pi * (1.05 + 0.9 * angle), 260 + 620 * speed
        x, y = 668 + v * math.cos(a) * age, 452 + v * math.sin(a) * age + 900 * age * age
        cv2.circle(
            image,
            (round(16 * x), round(16 * y)),
            round(48 - 100 * age),
            (255, int(220 * (1 - age)), 90),
            -1,
            cv2.LINE_AA,
            4,
        )


def _sea(t: float) -> Frame:
    """A shore at dusk; the picture fades to black in the last second."""
    image: Any = _gradient((58, 60, 110), (248, 156, 96))
    _glow(image, (860, 330), 60, (200, 150, 70))
    y, x = np.mgrid[360:HEIGHT, 0:WIDTH].astype(np.float32)
    depth = (y - 360) / (HEIGHT - 360)
    wave = np.sin(x / (40 + 160 * depth) + 2.2 * t + 9 * depth) + 0.6 * np.sin(x / 23 - 1.7 * t + 40 * depth)
    water = np.stack([34 + 26 * wave * depth, 62 + 24 * wave * depth, 96 + 26 * wave * depth], -1)
    path = np.exp(-(((x - 860) / (60 + 220 * depth)) ** 2)) * np.clip(wave, 0, 1)
    image[360:] = np.clip(water + path[..., None] * np.array((190, 120, 60)), 0, 255)
    shore = 600 + 22 * math.sin(1.25 * t) + 8 * np.sin(np.arange(WIDTH) / 90 + t)
    sand = np.arange(HEIGHT)[:, None] > shore[None, :]
    foam = np.abs(np.arange(HEIGHT)[:, None] - shore[None, :]) < 5
    image[sand] = (176, 140, 104)
    image[foam] = (236, 232, 226)
    fade = min(1.0, max(0.0, (4.0 - t) / 1.0))
    return np.asarray(image * fade, np.uint8)
