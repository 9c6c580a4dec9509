"""What reaches into the picture over its edge: a tool that strikes, an arm that does not, a hand that something kicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from moving.bodies import Body, Point
from moving.stage import SECONDS, Act, Stage, eased

_OUT = 0.1
_INTO = {"top": (0.0, 1.0), "left": (1.0, 0.0), "right": (-1.0, 0.0)}


@dataclass(frozen=True, slots=True)
class _Tool:
    """A head on a handle: where its front is when it is all the way in, which way it comes, and its size."""

    front: Point
    way: Point
    deep: float
    head: Point
    along: bool

    @classmethod
    def drawn(cls, stage: Stage) -> _Tool:
        """A tool that comes in over the upper edge or a side, slanting a little."""
        edge = str(stage.rng.choice(list(_INTO)))
        into, lean = _INTO[edge], stage.draw(-0.4, 0.4)
        way = into[0] * np.cos(lean) - into[1] * np.sin(lean), into[0] * np.sin(lean) + into[1] * np.cos(lean)
        deep, beside = stage.draw(0.2, 0.6), stage.draw(0.25, 0.75)
        front = {
            "top": (stage.wide * beside, deep),
            "left": (deep, beside),
            "right": (stage.wide - deep, beside),
        }[edge]
        return cls(front, way, deep, (stage.draw(0.08, 0.36), stage.draw(0.08, 0.3)), stage.chance(0.5))

    @property
    def far(self) -> float:
        """How far it has to be drawn back to be out of the picture."""
        return 1.1 * self.deep + _OUT + self.head[0]

    def bodies(self, stage: Stage, back: Callable[[float], float]) -> tuple[Body, ...]:
        """The handle and the head, drawn back as far as said at a time."""
        turn = float(np.arctan2(self.way[1], self.way[0]))
        handle = (self.way[0], self.way[1]) if self.along else (abs(self.way[1]), -abs(self.way[0]))

        def middle(t: float) -> Point:
            off = back(t) + self.head[0] / 2
            return self.front[0] - self.way[0] * off, self.front[1] - self.way[1] * off

        def ends(t: float) -> tuple[Point, Point]:
            x, y = middle(t)
            sign = -1.5 if self.along else 1.5
            return (x, y), (x + sign * handle[0], y + sign * handle[1])

        return (
            stage.paint.bar(1.5, self.head[1] * 0.4, ends),
            stage.paint.block(self.head, lambda t: (*middle(t), turn)),
        )


def _running(
    rows: list[tuple[float, float, float, float]], t: float
) -> tuple[float, float, float, float] | None:
    """How long the last reach has been going on at a time, and its three lengths; nothing before the first."""
    begun = [row for row in rows if row[0] <= t]
    return (t - begun[-1][0], *begun[-1][1:]) if begun else None


def blow(stage: Stage) -> Act:
    """A tool that comes in over an edge ever faster, strikes what lies there, rests and is lifted out again."""
    tool, swift, kept = _Tool.drawn(stage), stage.draw(1.0, 2.0), stage.draw(0.0, 0.12)
    rows, at = [], stage.draw(0.2, 0.8)
    while at < SECONDS:
        rows.append((at, stage.draw(0.08, 0.25), stage.draw(0.0, 0.3), stage.draw(0.15, 0.6)))
        at += sum(rows[-1][1:]) + stage.draw(0.2, 1.0)

    def back(t: float) -> float:
        reach = _running(rows, t)
        if reach is None:
            return tool.far
        u, forth, rest, lift = reach
        if u < forth:
            return tool.far * (1 - (u / forth) ** swift)
        if u < forth + rest:
            return kept * float(np.sin(np.pi * (u - forth) / rest)) ** 2 * tool.head[0]
        return tool.far * eased((u - forth - rest) / lift) ** 0.75

    x, y = (tool.front[n] + tool.way[n] * 0.1 for n in (0, 1))
    turn = float(np.arctan2(tool.way[1], tool.way[0]))
    lies = stage.paint.block((0.2, 0.3), lambda t: (x, y, turn))
    strikes = tuple(start + forth for start, forth, _, _ in rows if start + forth < SECONDS - 0.1)
    return Act((lies, *tool.bodies(stage, back)), strikes)


def visit(stage: Stage) -> Act:
    """An arm that comes in over an edge as hands do, stays a while or turns back at once, and goes; it strikes nothing."""
    tool, rows, at = _Tool.drawn(stage), [], stage.draw(0.1, 0.6)
    while at < SECONDS:
        stay = stage.draw(0.05, 0.6) if stage.chance(0.7) else 0.0
        rows.append((at, stage.draw(0.25, 0.6), stay, stage.draw(0.15, 0.5)))
        at += sum(rows[-1][1:]) + stage.draw(0.1, 0.8)

    def back(t: float) -> float:
        reach = _running(rows, t)
        if reach is None:
            return tool.far
        u, forth, stay, lift = reach
        if u < forth:
            return tool.far * (1 - u / forth) ** 2
        return tool.far * min(1.0, max(0.0, u - forth - stay) / lift) ** 2

    return Act(tool.bodies(stage, back), ())


def recoil(stage: Stage) -> Act:
    """Something held out from the edge that is kicked back at once, as a gun is, and sinks forth again softly."""
    side, y = (1 if stage.chance(0.5) else -1), stage.draw(0.3, 0.7)
    long, high = stage.draw(0.15, 0.4), stage.draw(0.06, 0.14)
    reach, sway = stage.draw(0.3, 0.8), stage.draw(0.0, 0.012)
    kick, quick, turned = stage.draw(0.04, 0.14), stage.draw(0.03, 0.08), stage.draw(0.1, 0.6)
    strikes, at = [], stage.draw(0.3, 1.0)
    while at < SECONDS - 0.1:
        strikes.append(at)
        at += stage.draw(0.5, 1.4)

    def kicked(t: float) -> float:
        since = (max(0.0, t - strike) / quick for strike in strikes)
        return sum(u * float(np.exp(1 - u)) for u in since)

    def hand(t: float) -> Point:
        x = reach - kick * kicked(t) + sway * float(np.sin(2.1 * t))
        return (x if side > 0 else stage.wide - x), y - 0.4 * kick * kicked(t) + sway * float(np.sin(3.3 * t))

    def barrel(t: float) -> tuple[float, float, float]:
        x, down = hand(t)
        turn = -side * turned * kicked(t)
        return x + side * 0.4 * long * np.cos(turn), down + side * 0.4 * long * np.sin(turn) - high, turn

    edge = (-0.3 if side > 0 else stage.wide + 0.3, y + 0.1)
    return Act(
        (
            stage.paint.bar(reach + 0.3, high, lambda t: (edge, hand(t))),
            stage.paint.disc(0.8 * high, hand),
            stage.paint.block((long, high), barrel),
        ),
        tuple(strikes),
    )
