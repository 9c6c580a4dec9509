"""What happens in a film: a ball, a hammer, a door, steps, a pendulum at a block, or nothing that sounds.

Every act is drawn from chance, in ranges of size and speed that the two halves do not share, and knows to the
microsecond when something strikes. What is too faint to ask for (a ball that only trembles) is a stretch that counts
neither way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moving.bodies import Body, Paint, Point

FAINT = 0.35
SECONDS = 6.0


@dataclass(frozen=True, eq=False)
class Act:
    """Bodies from back to front, when something strikes, and the stretches that count neither way."""

    bodies: tuple[Body, ...]
    strikes: tuple[float, ...]
    faint: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What an act has: how wide the picture is in heights, a brush for each body, its half, and chance."""

    wide: float
    paint: Paint
    half: str
    rng: np.random.Generator

    def draw(self, low: float, high: float) -> float:
        """A number in a range: the halves take turns in eighths of it, so that they share none."""
        eighth = 2 * int(self.rng.integers(0, 4)) + (self.half == "held-out")
        return low + (high - low) * (eighth + float(self.rng.random())) / 8

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return bool(self.rng.random() < share)


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


def _ease(u: float) -> float:
    u = min(1.0, max(0.0, u))
    return u * u * (3 - 2 * u)


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
            return _ease((t - start) / back)
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
            along = (1 - brisk) * _ease(swing) + brisk * swing * swing
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


ACTS: dict[str, Callable[[Stage], Act]] = {
    "ball": ball, "hammer": hammer, "door": door, "steps": steps, "pendulum": pendulum,
    "quiet": quiet, "leaving": leaving, "rain": rain, "empty": empty,
}  # fmt: skip
