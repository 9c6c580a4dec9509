"""Painted places to tune on: hills, a room, a street, a face, a stage."""

from __future__ import annotations

import math

import cv2
import numpy as np

from reels.painting import HEIGHT, WIDTH, Image, Take, body, camera, colour, coloured, film, fractal, point


def hills(rng: np.random.Generator) -> Take:
    """Ranges of hills before a sky, each moving by its distance."""
    wide = 2 * WIDTH
    sky = coloured(fractal(rng, wide, HEIGHT), np.array([90.0, 130, 190]), np.array([235.0, 235, 240]))
    ranges = []
    for depth in range(3):
        line = 0.35 + 0.2 * depth + 0.25 * fractal(rng, wide, 2, 4, 6)[0] - 0.1
        ground = coloured(fractal(rng, wide, HEIGHT, 8), colour(rng, 10, 90), colour(rng, 60, 170))
        below = np.arange(HEIGHT)[:, None] > line * HEIGHT
        ranges.append((0.3 + 0.5 * depth, ground, below.astype(np.float32)))
    speed, stock = rng.uniform(-25, 25), film(rng)

    def frame(time: float) -> Image:
        picture = _slid(sky, 0.1 * speed * time)
        for near, ground, below in ranges:
            cover = _slid(below, near * speed * time)[..., None]
            picture = picture * (1 - cover) + _slid(ground, near * speed * time) * cover
        return stock.expose(picture, time)

    return frame


def _slid(canvas: np.ndarray, by: float) -> np.ndarray:
    place = np.array([[1, 0, -(WIDTH / 2) - by], [0, 1, 0.0]])
    return np.asarray(
        cv2.warpAffine(canvas, place, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101), np.float32
    )


def room(rng: np.random.Generator) -> Take:
    """A wall with pictures, furniture, and someone who walks about."""
    wide, high = round(1.5 * WIDTH), round(1.3 * HEIGHT)
    canvas = coloured(fractal(rng, wide, high, 20), colour(rng, 60, 200), colour(rng, 90, 230))
    floor = round(0.72 * high)
    canvas[floor:] = coloured(
        fractal(rng, wide, high - floor, 30), colour(rng, 20, 120), colour(rng, 60, 160)
    )
    for _ in range(rng.integers(5, 12)):
        left, top = rng.uniform(0, wide), rng.uniform(0, 0.8 * high)
        size = rng.uniform(15, 90), rng.uniform(15, 80)
        corner = round(left + size[0]), round(top + size[1])
        cv2.rectangle(canvas, (round(left), round(top)), corner, tuple(colour(rng)), -1)
        cv2.rectangle(canvas, (round(left), round(top)), corner, tuple(colour(rng, 5, 90)), 2)
    who, look, stock = body(rng), camera(rng), film(rng)
    home, walk, tall = rng.uniform(0.3, 0.7) * wide, rng.uniform(10, 90), rng.uniform(0.5, 0.9) * high

    def frame(time: float) -> Image:
        seen = canvas.copy()
        who.draw(seen, home + walk * math.sin(0.7 * time), 0.97 * high, tall, time)
        return stock.expose(look.view(seen, time), time)

    return frame


def street(rng: np.random.Generator) -> Take:
    """Houses with windows, cars that pass, people on the pavement."""
    wide, high = 2 * WIDTH, round(1.2 * HEIGHT)
    canvas = coloured(fractal(rng, wide, high, 5), np.array([120.0, 150, 190]), np.array([220.0, 225, 235]))
    left = 0
    while left < wide:
        right = left + int(rng.integers(50, 130))
        top, wall, pane = int(rng.integers(5, 60)), colour(rng, 50, 210), colour(rng, 15, 110)
        surface = coloured(fractal(rng, right - left, high, 6), wall * 0.8, wall)
        canvas[top:, left:right] = surface[top:, : canvas[top:, left:right].shape[1]]
        for x in range(left + 8, right - 14, 20):
            for y in range(top + 10, round(0.65 * high), 26):
                cv2.rectangle(canvas, (x, y), (x + 10, y + 15), tuple(pane * rng.uniform(0.6, 2)), -1)
        left = right
    canvas[round(0.8 * high) :] = rng.uniform(50, 110)
    cars = [(colour(rng), rng.uniform(-220, 220), rng.uniform(0, wide)) for _ in range(rng.integers(1, 4))]
    people = [(body(rng), rng.uniform(-30, 30), rng.uniform(0, wide)) for _ in range(rng.integers(1, 5))]
    look, stock = camera(rng), film(rng)

    def frame(time: float) -> Image:
        seen = canvas.copy()
        for who, speed, start in people:
            who.draw(seen, (start + speed * time) % wide, 0.84 * high, 55, time)
        for paint, speed, start in cars:
            x, y = (start + speed * time) % (wide + 120) - 60, 0.88 * high
            cv2.ellipse(
                seen, point(x, y - 14), point(28, 16), 0, 180, 360, tuple(0.6 * paint), -1, cv2.LINE_AA, 4
            )
            cv2.rectangle(seen, point(x - 48, y - 16), point(x + 48, y + 6), tuple(paint), -1, cv2.LINE_AA, 4)
            for wheel in (-28, 28):
                cv2.circle(seen, point(x + wheel, y + 7), 9 * 16, (15, 15, 15), -1, cv2.LINE_AA, 4)
        return stock.expose(look.view(seen, time), time)

    return frame


def face(rng: np.random.Generator) -> Take:
    """A head before a background out of focus; it nods, turns and speaks."""
    wide, high = round(1.2 * WIDTH), round(1.2 * HEIGHT)
    ground = coloured(fractal(rng, wide, high, 3, 3), colour(rng, 10, 120), colour(rng, 80, 220))
    skin = np.array([225.0, 175, 145]) * rng.uniform(0.4, 1.05)
    coat, hair = colour(rng, 20, 180), colour(rng, 10, 110)
    x, y, size = rng.uniform(0.35, 0.65) * wide, 0.5 * high, rng.uniform(0.22, 0.36) * high
    pace, look, stock = rng.uniform(0.8, 2.2), camera(rng), film(rng)

    def frame(time: float) -> Image:
        seen = ground.copy()
        across = x + 0.15 * size * math.sin(pace * time) + 0.05 * size * math.sin(3.1 * pace * time)
        down = y + 0.08 * size * math.sin(1.7 * pace * time)
        cv2.ellipse(seen, point(x, y + 2.1 * size), point(1.9 * size, 1.2 * size), 0, 0, 360, tuple(coat), -1)
        cv2.ellipse(seen, point(x, y + 2.1 * size), point(1.9 * size, 1.2 * size), 0, 0, 360, tuple(coat), -1,
                    cv2.LINE_AA, 4)  # fmt: skip
        cv2.circle(
            seen, point(across, down - 0.2 * size), round(1.08 * size * 16), tuple(hair), -1, cv2.LINE_AA, 4
        )
        cv2.ellipse(
            seen, point(across, down), point(0.75 * size, size), 0, 0, 360, tuple(skin), -1, cv2.LINE_AA, 4
        )
        turn = 0.12 * size * math.sin(pace * time)
        for side in (-0.32, 0.32):
            cv2.circle(seen, point(across + side * size + turn, down - 0.15 * size), round(0.09 * size * 16),
                       (25, 25, 30), -1, cv2.LINE_AA, 4)  # fmt: skip
        mouth = point(0.28 * size, 0.05 * size + 0.08 * size * abs(math.sin(9 * time)))
        cv2.ellipse(seen, point(across + turn, down + 0.5 * size), mouth, 0, 0, 360, (110, 40, 50), -1,
                    cv2.LINE_AA, 4)  # fmt: skip
        return stock.expose(look.view(seen, time), time)

    return frame


def stage(rng: np.random.Generator) -> Take:
    """A dark stage with moving spots of light, and dancers."""
    wide, high = round(1.3 * WIDTH), round(1.2 * HEIGHT)
    folds = 0.5 + 0.5 * np.sin(np.arange(wide) * rng.uniform(0.1, 0.4))[None, :] * np.ones((high, 1))
    curtain = coloured((0.6 * folds + 0.4 * fractal(rng, wide, high)).astype(np.float32), colour(rng, 5, 60),
                       colour(rng, 50, 170))  # fmt: skip
    spots = [(colour(rng, 90, 255), rng.uniform(0.3, 1.2), rng.uniform(0, 6)) for _ in range(3)]
    dancers = [
        (body(rng), rng.uniform(0.2, 0.8) * wide, rng.uniform(0.4, 1.2)) for _ in range(rng.integers(1, 4))
    ]
    rows, columns = np.mgrid[:high, :wide].astype(np.float32)
    look, stock = camera(rng), film(rng)

    def frame(time: float) -> Image:
        light = np.full((high, wide, 3), 0.35, np.float32)
        for tint, pace, phase in spots:
            x = wide * (0.5 + 0.4 * math.sin(pace * time + phase))
            away = ((columns - x) / 70) ** 2 + ((rows - 0.6 * high) / 90) ** 2
            light += np.exp(-away)[..., None] * (tint / 255).astype(np.float32)
        seen = curtain.copy()
        for who, x, pace in dancers:
            who.draw(seen, x + 40 * math.sin(pace * time), 0.95 * high, 0.62 * high, 2 * time)
        return stock.expose(look.view(seen * light, time), time)

    return frame


PLACES = (hills, room, street, face, stage)
