"""Someone who walks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from moving.bodies import Point
from moving.stage import SECONDS, Act, Stage, eased


def steps(stage: Stage) -> Act:
    """Someone who walks across again and again, from afar or with the legs alone in view: two feet, two legs, a trunk."""
    beat, tall = stage.draw(0.42, 0.75), stage.draw(0.6, 1.5)
    stride, side = tall * stage.draw(0.3, 0.45), 1 if stage.chance(0.5) else -1
    first, begin = stage.draw(0.1, 0.5), stage.draw(0.0, 1.0) * stage.wide
    ground, lift, brisk = stage.draw(0.86, 0.94), tall * stage.draw(0.06, 0.12), stage.draw(0.2, 0.45)
    lap = stage.wide + 0.9 * tall

    def hip(t: float) -> Point:
        return begin + stride * ((t - first) / beat + 0.1), ground - 0.47 * tall

    def shown(t: float, x: float, y: float) -> Point:
        """Who has left the picture comes in again from the other side."""
        x -= lap * np.floor((hip(t)[0] + 0.45 * tall) / lap)
        return (x if side > 0 else stage.wide - x), y

    def foot(which: int) -> Callable[[float], Point]:
        def place(t: float) -> Point:
            cycle, u = divmod((t - first) / beat - which, 2.0)
            swing = min(1.0, u / 0.9)
            along = (1 - brisk) * eased(swing) + brisk * swing * swing
            high = lift * np.sin(np.pi * swing**0.8)
            return shown(t, begin + stride * (2 * cycle + which + 2 * along), ground - high)

        return place

    bodies = []
    for which in (0, 1):
        at = foot(which)
        bodies.append(stage.paint.bar(0.47 * tall, 0.08 * tall, lambda t, at=at: (shown(t, *hip(t)), at(t))))
        toe, size = side * 0.04 * tall, (0.16 * tall, 0.06 * tall)
        bodies.append(stage.paint.block(size, lambda t, at=at, toe=toe: (at(t)[0] + toe, at(t)[1], 0.0)))
    up = lambda t, far: shown(t, hip(t)[0], hip(t)[1] - far * tall)  # noqa: E731
    bodies.append(stage.paint.bar(0.4 * tall, 0.2 * tall, lambda t: (up(t, 0.0), up(t, 0.36))))
    bodies.append(stage.paint.disc(0.07 * tall, lambda t: up(t, 0.44)))
    landings = [(first + beat * (n + 0.9), n % 2) for n in range(-1, 40)]
    landings = [(t, foot(which)(t)[0]) for t, which in landings if 0.1 < t < SECONDS - 0.1]
    seen = [t for t, x in landings if 0.05 < x < stage.wide - 0.05]
    hidden = [(t - 0.1, t + 0.1) for t, _ in landings if t not in seen]
    return Act(tuple(bodies), tuple(seen), tuple(hidden))
