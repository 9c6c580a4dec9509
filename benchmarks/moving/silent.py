"""What moves and does not sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from moving.bodies import Point
from moving.stage import SECONDS, Act, Stage

Waves = NDArray[np.float64]


def quiet(stage: Stage) -> Act:
    """What moves and does not sound: things that pass, swing, and reach out as hands do; few or a crowd of them."""
    crowd = stage.chance(0.3)
    bodies = []
    for _ in range(int(stage.rng.integers(8, 15)) if crowd else int(stage.rng.integers(1, 4))):
        radius = stage.draw(0.03, 0.08) if crowd else stage.draw(0.04, 0.2)
        way = (_passing, _swinging, _reaching)[stage.rng.integers(3)]
        bodies.append(stage.paint.disc(radius, way(stage)))
    return Act(tuple(bodies), ())


def _passing(stage: Stage) -> Callable[[float], Point]:
    x, y, quick = stage.wide * stage.draw(0.2, 0.8), stage.draw(0.25, 0.75), stage.draw(1.0, 5.0)
    speed, lap = stage.draw(0.15, 0.8) * (1 if stage.chance(0.5) else -1), stage.wide + 1.0
    return lambda t: ((x + speed * t + 0.5) % lap - 0.5, y + 0.03 * np.sin(quick * t))


def _swinging(stage: Stage) -> Callable[[float], Point]:
    x, y, quick = stage.wide * stage.draw(0.2, 0.8), stage.draw(0.25, 0.75), stage.draw(1.0, 5.0)
    far, way = stage.draw(0.1, 0.4), stage.draw(0, 2 * np.pi)
    right, down = far * np.cos(way), far * np.sin(way)
    return lambda t: (x + right * np.sin(quick * t), y + down * np.sin(quick * t + 0.4))


def _reaching(stage: Stage) -> Callable[[float], Point]:
    """From place to place with the least jerk, as a hand goes (Flash and Hogan 1985), with rests between."""
    starts, places = [-1.0], [(stage.wide * stage.draw(0.2, 0.8), stage.draw(0.25, 0.75))]
    lengths, at = [0.5], stage.draw(0.0, 0.6)
    while at < SECONDS:
        x, y = places[-1]
        lengths.append(stage.draw(0.3, 0.8))
        starts.append(at)
        places.append((x + stage.draw(-0.3, 0.3), float(np.clip(y + stage.draw(-0.3, 0.3), 0.2, 0.8))))
        at += lengths[-1] + stage.draw(0.05, 0.7)

    def place(t: float) -> Point:
        n = int(np.searchsorted(starts, t, side="right")) - 1
        u = min(1.0, (t - starts[n]) / lengths[n])
        done = u**3 * (10 - 15 * u + 6 * u * u)
        (ax, ay), (bx, by) = places[max(0, n - 1)], places[n]
        return ax + done * (bx - ax), ay + done * (by - ay)

    return place


def leaving(stage: Stage) -> Act:
    """What comes in over an edge of the picture, slows, and darts out again; it strikes nothing."""
    radius, turn = stage.draw(0.06, 0.2), stage.draw(0.2, 0.5)
    edge, along = int(stage.rng.integers(4)), stage.draw(0.15, 0.85)
    deep, out = stage.draw(0.1, 0.5), radius + 0.02
    rows, at = [], stage.draw(0.1, 0.5)
    while at < SECONDS:
        rows.append(at)
        at += 2 * turn + stage.draw(0.3, 0.7)

    def place(t: float) -> Point:
        u = min(2.0, (t - max((row for row in rows if row <= t), default=t)) / turn)
        far = (deep + out) * (1 - (1 - u) ** 2) - out
        wide = stage.wide
        return ((wide * along, far), (wide * along, 1 - far), (far, along), (wide - far, along))[edge]

    return Act((stage.paint.disc(radius, place),), ())


def rain(stage: Stage) -> Act:
    """Rain or snow all over the picture."""
    bodies = []
    slant, fall = stage.draw(-0.3, 0.3), stage.draw(0.5, 2.5)
    for _ in range(40):
        x, phase, own = (
            stage.wide * stage.rng.random(),
            stage.rng.random(),
            fall * stage.rng.uniform(0.7, 1.3),
        )
        long = 0.02 + 0.03 * fall

        def ends(
            t: float, x: float = x, p: float = phase, v: float = own, n: float = long
        ) -> tuple[Point, Point]:
            y = (p + v * t) % 1.3 - 0.15
            return (x + slant * y, y), (x + slant * (y + n), y + n)

        bodies.append(stage.paint.bar(long, 0.012, ends))
    return Act(tuple(bodies), ())


def empty(stage: Stage) -> Act:
    """A place in which nothing moves but the camera."""
    return Act((), ())


def trembling(stage: Stage) -> Act:
    """Things that shake all the time, as engines, leaves and what is carried do."""
    bodies = []
    for _ in range(int(stage.rng.integers(1, 5))):
        x, y, radius = stage.wide * stage.draw(0.2, 0.8), stage.draw(0.25, 0.75), stage.draw(0.04, 0.25)
        far, quick = stage.draw(0.005, 0.04), 2 * np.pi * stage.rng.uniform(2, 11, (2, 4))
        late = stage.rng.uniform(0, 2 * np.pi, (2, 4))

        def place(
            t: float, x: float = x, y: float = y, far: float = far, quick: Waves = quick, late: Waves = late
        ) -> Point:
            off = far * np.sin(quick * t + late).sum(1) / 2
            return x + float(off[0]), y + float(off[1])

        bodies.append(stage.paint.disc(radius, place))
    return Act(tuple(bodies), ())
