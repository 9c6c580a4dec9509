"""What strikes within the picture: balls that bounce, a hammer, a door, a pendulum at a block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moving.bodies import Point
from moving.stage import FAINT, SECONDS, Act, Stage, eased


@dataclass(frozen=True, eq=False)
class _Path:
    """Arcs in a row: each begins at a time with a function of the time since."""

    starts: Sequence[float]
    arcs: Sequence[Callable[[float], float]]

    def __call__(self, t: float) -> float:
        n = max(0, int(np.searchsorted(self.starts, t, side="right")) - 1)
        return self.arcs[n](t - self.starts[n])


def _bounces(start: float, drop: float, gravity: float, kept: float) -> tuple[_Path, list[float], float]:
    """Heights over the ground of what falls and bounces, when it strikes, and from when it is faint."""
    starts, arcs, strikes = [-10.0], [lambda u: drop], []
    starts.append(start)
    arcs.append(lambda u: drop - gravity * u * u / 2)
    at, speed = start + (2 * drop / gravity) ** 0.5, (2 * drop * gravity) ** 0.5
    while speed > FAINT and 2 * kept * speed / gravity > 0.16:
        strikes.append(at)
        speed *= kept
        starts.append(at)
        arcs.append(lambda u, v=speed: v * u - gravity * u * u / 2)
        at += 2 * speed / gravity
    starts.append(at)
    arcs.append(lambda u: 0.0)
    return _Path(starts, arcs), strikes, at


def ball(stage: Stage) -> Act:
    """One or two balls that fall and bounce until they only tremble."""
    bodies, strikes, faint = [], [], []
    for _ in range(2 if stage.chance(0.3) else 1):
        radius, ground = stage.draw(0.03, 0.13), stage.draw(0.78, 0.95)
        drop, gravity, kept = stage.draw(0.35, 0.7), stage.draw(1.6, 7), stage.draw(0.7, 0.92)
        height, hits, rest = _bounces(stage.draw(0.2, 0.9), drop, gravity, kept)
        x, drift = stage.wide * stage.draw(0.2, 0.8), stage.draw(-0.08, 0.08)
        if any(abs(a - b) < 0.25 for a in strikes for b in hits):
            continue
        bodies.append(
            stage.paint.disc(
                radius, lambda t, x=x, d=drift, h=height, g=ground, r=radius: (x + d * t, g - r - h(t))
            )
        )
        strikes += [hit for hit in hits if hit < SECONDS - 0.1]
        faint.append((rest - 0.05, SECONDS))
    return Act(tuple(bodies), tuple(sorted(strikes)), tuple(faint))


def _strokes(
    stage: Stage, strike: tuple[float, float], kept: float
) -> tuple[Callable[[float], float], list[float]]:
    """How far (0 to 1) something is drawn back: slowly back, held, then ever faster forth until it strikes."""
    at, rows, strikes = stage.draw(0.1, 0.5), [], []
    while at < SECONDS:
        back, hold, forth = stage.draw(0.3, 0.7), stage.draw(0.0, 0.2), stage.draw(*strike)
        rest = stage.draw(0.15, 0.6)
        rows.append((at, back, hold, forth))
        strikes.append(at + back + hold + forth)
        at += back + hold + forth + rest

    def drawn(t: float) -> float:
        begun = [row for row in rows if row[0] <= t]
        if not begun:
            return 0.0
        start, back, hold, forth = begun[-1]
        u = t - start - back - hold
        if u < 0:
            return eased((t - start) / back)
        if u < forth:
            return 1 - (u / forth) ** 2
        speed, fall = 2 / forth * kept, 2 / forth**2
        return max(0.0, speed * (u - forth) - fall * (u - forth) ** 2 / 2) if kept else 0.0

    return drawn, [s for s in strikes if s < SECONDS - 0.1]


def hammer(stage: Stage) -> Act:
    """A hammer that turns about a hand, strikes a block and springs back a little."""
    kept = stage.draw(0.0, 0.22)
    drawn, strikes = _strokes(stage, (0.08, 0.22), kept)
    long, side = stage.draw(0.3, 0.65), 1 if stage.chance(0.5) else -1
    head, swing = (stage.draw(0.06, 0.14), stage.draw(0.12, 0.24)), stage.draw(0.7, 1.7)
    down, x = stage.draw(0.65, 0.85), stage.wide * stage.draw(0.4, 0.6) - side * long / 2

    def angle(t: float) -> float:
        return -swing * drawn(t)

    def tip(t: float) -> Point:
        return x + side * long * np.cos(angle(t)), down + long * np.sin(angle(t))

    block = (x + side * long, down + head[1] / 2 + 0.12, 0.0)
    bodies = (
        stage.paint.block((0.3, 0.24), lambda t: block),
        stage.paint.bar(long, 0.035, lambda t: ((x, down), tip(t))),
        stage.paint.block(head, lambda t: (*tip(t), side * angle(t))),
    )
    again = tuple((s, s + 0.5 * kept + 0.04) for s in strikes)
    return Act(bodies, tuple(strikes), again)


def door(stage: Stage) -> Act:
    """A door, seen from aside, that opens slowly and falls shut; or one that slides."""
    drawn, strikes = _strokes(stage, (0.16, 0.4), stage.draw(0.0, 0.1) if stage.chance(0.5) else 0.0)
    wide, high, top = stage.draw(0.3, 0.5), stage.draw(0.6, 0.8), stage.draw(0.08, 0.16)
    left, opened = stage.wide / 2 - wide * stage.draw(0.3, 0.8), stage.draw(0.6, 1.3)
    seen, away = stage.draw(0.4, 0.9), stage.draw(2.2, 4)
    slides = stage.chance(0.3)

    def corners(t: float) -> tuple[Point, Point, Point, Point]:
        if slides:
            shift = left + wide * drawn(t) * 0.8
            return (shift, top), (shift + wide, top), (shift + wide, top + high), (shift, top + high)
        turn = seen + opened * drawn(t)
        near = 1 / (1 - wide * np.sin(turn) / away)
        edge, middle = left + wide * np.cos(turn) * near, top + high / 2
        return (
            (left, top),
            (edge, middle - high / 2 * near),
            (edge, middle + high / 2 * near),
            (left, top + high),
        )

    shut = corners(-1.0)
    return Act(
        (stage.paint.leaf((wide, high), lambda t: shut), stage.paint.leaf((wide, high), corners)),
        tuple(strikes),
    )


def pendulum(stage: Stage) -> Act:
    """A weight on a string that swings against a block at its lowest point and springs back."""
    radius, long = stage.draw(0.04, 0.1), stage.draw(0.45, 0.65)
    start, pull, kept = stage.draw(0.2, 0.7), stage.draw(8, 30), stage.draw(0.72, 0.93)
    high = stage.draw(0.6, 1.1)
    width = (pull) ** 0.5
    strikes, sizes, at, size = [], [], start + np.pi / 2 / width, high
    while at < SECONDS - 0.1 and size * width * long > FAINT:
        strikes.append(float(at))
        size *= kept
        sizes.append(size)
        at += np.pi / width
    side, x, top = 1 if stage.chance(0.5) else -1, stage.wide * stage.draw(0.4, 0.6), stage.draw(0.05, 0.15)

    def swung(t: float) -> float:
        if t < start:
            return high
        n = int(np.searchsorted(strikes, t, side="right"))
        if n == 0:
            return high * np.cos(width * (t - start))
        return max(0.0, sizes[n - 1] * np.sin(width * (t - strikes[n - 1]))) if t < at else 0.0

    def bob(t: float) -> Point:
        turn = side * swung(t)
        return x + long * np.sin(turn), top + long * np.cos(turn)

    block = (x - side * (radius + 0.06), top + long, 0.0)
    bodies = (
        stage.paint.block((0.12, 0.22), lambda t: block),
        stage.paint.bar(long, 0.012, lambda t: ((x, top), bob(t))),
        stage.paint.disc(radius, bob),
    )
    return Act(bodies, tuple(strikes), ((float(at) - 0.05, SECONDS),) if at < SECONDS else ())
