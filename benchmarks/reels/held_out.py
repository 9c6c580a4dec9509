"""Painted places to report on, none of which was tuned on: a wood, the sea, a square, a workshop, a table."""

from __future__ import annotations

import math

import cv2
import numpy as np

from reels.painting import HEIGHT, WIDTH, Image, Take, body, camera, colour, coloured, film, fractal, point


def wood(rng: np.random.Generator) -> Take:
    """Trunks that sway a little, leaves in dappled light that wanders."""
    wide, high = round(1.6 * WIDTH), round(1.3 * HEIGHT)
    canvas = coloured(fractal(rng, wide, high, 12), np.array([15.0, 35, 10]), colour(rng, 90, 190))
    for _ in range(rng.integers(4, 11)):
        x, broad, bark = rng.uniform(0, wide), int(rng.integers(4, 26)), colour(rng, 20, 110)
        lean = rng.normal(0, 15)
        cv2.line(canvas, point(x, 0), point(x + lean, high), tuple(bark), broad, cv2.LINE_AA, 4)
        cv2.line(canvas, point(x + broad / 3, 0), point(x + lean + broad / 3, high), tuple(0.6 * bark),
                 max(1, broad // 3), cv2.LINE_AA, 4)  # fmt: skip
    dapple = 0.5 + 0.9 * fractal(rng, 2 * wide, high, 14, 3)
    wind, look, stock = rng.uniform(5, 30), camera(rng), film(rng)

    def frame(time: float) -> Image:
        by = round(wind * time) % wide
        return stock.expose(look.view(canvas * dapple[:, by : by + wide, None], time), time)

    return frame


def sea(rng: np.random.Generator) -> Take:
    """Waves that run, a sky, a boat that rocks."""
    waves = fractal(rng, 4 * WIDTH, 2 * HEIGHT, 40, 5)
    deep, crest = colour(rng, 10, 110), colour(rng, 120, 240)
    sky = coloured(fractal(rng, WIDTH, HEIGHT, 3), colour(rng, 80, 200), colour(rng, 150, 250))
    line = round(rng.uniform(0.25, 0.55) * HEIGHT)
    run, rock, hull = rng.uniform(20, 70), rng.uniform(0.5, 2), colour(rng)
    start, tall, stock = rng.uniform(0.2, 0.8) * WIDTH, rng.uniform(15, 60), film(rng)

    def frame(time: float) -> Image:
        seen = sky.copy()
        for y in range(line, HEIGHT):
            near = (y - line + 4) / (HEIGHT - line)
            shift = round(run * near * time + 8 * math.sin(time + 0.1 * y)) % (2 * WIDTH)
            row = waves[(2 * y + round(6 * time)) % (2 * HEIGHT), shift : shift + WIDTH]
            seen[y] = deep + row[:, None] * (crest - deep)
        x, y, turn = start + 6 * time, line + 0.25 * tall, 0.15 * math.sin(rock * time)
        mast = point(x + tall * math.sin(turn), y - 1.6 * tall * math.cos(turn))
        cv2.line(seen, point(x, y), mast, (60, 45, 30), 3, cv2.LINE_AA, 4)
        cv2.ellipse(seen, point(x, y), point(tall, 0.35 * tall), math.degrees(turn), 0, 180, tuple(hull), -1,
                    cv2.LINE_AA, 4)  # fmt: skip
        return stock.expose(seen, time)

    return frame


def square(rng: np.random.Generator) -> Take:
    """A paved square seen from a window, with a crowd that crosses it."""
    wide, high = round(1.7 * WIDTH), round(1.5 * HEIGHT)
    canvas = coloured(fractal(rng, wide, high, 10), colour(rng, 90, 180), colour(rng, 130, 230))
    step, joint = int(rng.integers(14, 34)), colour(rng, 40, 120)
    for x in range(0, wide + high, step):
        cv2.line(canvas, (x, 0), (x - high // 2, high), tuple(joint), 1, cv2.LINE_AA)
    for y in range(0, high, step):
        cv2.line(canvas, (0, y), (wide, y), tuple(joint), 1, cv2.LINE_AA)
    crowd = []
    for depth in np.sort(rng.uniform(0.15, 1, int(rng.integers(6, 18)))):
        crowd.append((body(rng), depth, rng.uniform(0, wide), rng.uniform(-45, 45)))
    look, stock = camera(rng), film(rng)

    def frame(time: float) -> Image:
        seen = canvas.copy()
        for who, depth, start, speed in crowd:
            x = (start + speed * depth * time) % wide
            who.draw(seen, x, depth * high, 25 + 60 * depth, time)
        return stock.expose(look.view(seen, time), time)

    return frame


def workshop(rng: np.random.Generator) -> Take:
    """Wheels with spokes that turn, a piston that beats, on brushed metal under lamps."""
    wide, high = round(1.4 * WIDTH), round(1.3 * HEIGHT)
    brushed = cv2.blur(fractal(rng, wide, high, 90, 3), (31, 1))
    canvas = coloured(np.asarray(brushed, np.float32), colour(rng, 30, 110), colour(rng, 90, 210))
    canvas *= (0.5 + 0.8 * fractal(rng, wide, high, 2, 2))[..., None]
    wheels = []
    for _ in range(rng.integers(2, 6)):
        place = rng.uniform(0.1, 0.9) * wide, rng.uniform(0.1, 0.9) * high
        wheels.append((place, rng.uniform(18, 60), colour(rng), rng.uniform(-5, 5), int(rng.integers(3, 9))))
    beat, rod, column = rng.uniform(1, 6), colour(rng, 90, 240), rng.uniform(0.2, 0.8) * wide
    look, stock = camera(rng), film(rng)

    def frame(time: float) -> Image:
        seen = canvas.copy()
        for (x, y), radius, paint, speed, spokes in wheels:
            cv2.circle(seen, point(x, y), round(radius * 16), tuple(0.5 * paint), -1, cv2.LINE_AA, 4)
            cv2.circle(seen, point(x, y), round(radius * 16), tuple(paint), 6, cv2.LINE_AA, 4)
            for n in range(spokes):
                angle = speed * time + 2 * math.pi * n / spokes
                rim = point(x + radius * math.cos(angle), y + radius * math.sin(angle))
                cv2.line(seen, point(x, y), rim, tuple(paint), 5, cv2.LINE_AA, 4)
        foot = high * (0.5 + 0.3 * math.sin(beat * time))
        cv2.rectangle(seen, point(column - 14, 0), point(column + 14, foot), tuple(rod), -1, cv2.LINE_AA, 4)
        cv2.rectangle(seen, point(column - 30, foot), point(column + 30, foot + 26), tuple(0.6 * rod), -1,
                      cv2.LINE_AA, 4)  # fmt: skip
        return stock.expose(look.view(seen, time), time)

    return frame


def table(rng: np.random.Generator) -> Take:
    """Things on a cloth from above, and a hand that reaches among them."""
    wide, high = round(1.2 * WIDTH), round(1.2 * HEIGHT)
    thread = np.indices((high, wide)).sum(0) // int(rng.integers(6, 22)) % 2
    canvas = coloured((0.6 * thread + 0.4 * fractal(rng, wide, high, 25)).astype(np.float32), colour(rng, 60, 190),
                      colour(rng, 110, 240))  # fmt: skip
    for _ in range(rng.integers(4, 10)):
        x, y, size = rng.uniform(0, wide), rng.uniform(0, high), rng.uniform(10, 38)
        paint = colour(rng)
        cv2.circle(canvas, point(x + 3, y + 4), round(size * 16), tuple(0.25 * paint), -1, cv2.LINE_AA, 4)
        cv2.circle(canvas, point(x, y), round(size * 16), tuple(paint), -1, cv2.LINE_AA, 4)
        cv2.circle(canvas, point(x, y), round(0.7 * size * 16), tuple(0.8 * paint), -1, cv2.LINE_AA, 4)
    skin = tuple(np.array([220.0, 170, 140]) * rng.uniform(0.4, 1.05))
    sleeve, pace, reach = tuple(colour(rng)), rng.uniform(0.8, 2.5), rng.uniform(30, 90)
    look, stock = camera(rng), film(rng)

    def frame(time: float) -> Image:
        seen = canvas.copy()
        x = wide / 2 + reach * math.sin(pace * time)
        y = high * 0.55 + 0.5 * reach * math.cos(0.7 * pace * time)
        cv2.line(seen, point(wide / 2, 1.2 * high), point(x, y + 30), sleeve, 34, cv2.LINE_AA, 4)
        cv2.ellipse(seen, point(x, y + 10), point(17, 22), 0, 0, 360, skin, -1, cv2.LINE_AA, 4)
        for n in range(4):
            bend = 0.3 * math.sin(4 * time + n)
            tip = point(x - 14 + 9 * n + 8 * bend, y - 26 + 6 * abs(n - 1.5))
            cv2.line(seen, point(x - 12 + 8 * n, y), tip, skin, 7, cv2.LINE_AA, 4)
        return stock.expose(look.view(seen, time), time)

    return frame


PLACES = (wood, sea, square, workshop, table)
