"""The evidence for moments: what each frame of a film says for and against something that strikes or stops there.

It is asked twice: whether a movement ends at once (stops), and whether it turns round at once (turns); each in the
window that says it most clearly, out of optical flow and out of how the light changes together. Beside the answers stands
the course of what moves in both windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import course
from v2a.builtin.observers.fields import Jumps, Rows, about, highest, jumps_in, length, stops_in
from v2a.builtin.observers.repeats import repeats, spread
from v2a.builtin.observers.windows import Windows, summed, windows

_BLOCK = 2048
_PACE = 30.0
_LEAD = 64
_LEAST = {"flow": 0.001, "light": 0.00015, "amount": 0.004, "speed": 0.001}
_SOFT = 0.03
_NEAR = 0.12
_LASTING = 0.2
_STILL = 1e-4


class Cells(NamedTuple):
    """The motion observer's features that moments are looked for in, the seconds of every frame, and the aspect."""

    momentum: NDArray[np.float16]
    change: NDArray[np.float16]
    steps: NDArray[np.float64]
    aspect: float

    @property
    def stride(self) -> int:
        """How many frames make about a thirtieth of a second."""
        return max(1, round(1 / (float(np.median(self.steps)) * _PACE)))


class Case(NamedTuple):
    """What speaks for one kind of moment: a row of evidence for every frame, and the window it comes from."""

    rows: Rows
    window: NDArray[np.intp]


class Evidence(NamedTuple):
    """The evidence of some frames from `first` on, and the movement it comes out of (padded by three strides).

    `course` has seven courses of the movement, each of as many steps as `course.STEPS`.
    """

    first: int
    stops: Case
    turns: Case
    course: Rows
    flow: Jumps
    light: Jumps
    amount: Rows
    middle: Rows
    mass: Rows
    where: Windows


def evidence(cells: Cells) -> Iterator[Evidence]:
    """The evidence of a whole film, in parts; memory does not grow with its length."""
    where = windows(cells.momentum.shape[1], cells.momentum.shape[2], round(cells.aspect, 4))
    margin = _LEAD * cells.stride
    for low in range(0, len(cells.steps), _BLOCK):
        start, end = max(0, low - margin), min(len(cells.steps), low + _BLOCK + margin)
        yield _only(_within(cells, slice(start, end), where), low, min(low + _BLOCK, len(cells.steps)))


def _within(cells: Cells, part: slice, where: Windows) -> Evidence:
    stride = cells.stride
    pad = 3 * stride
    steps = np.pad(cells.steps[part], pad, mode="edge").astype(np.float32)[:, None, None, None]
    found = repeats(np.asarray(cells.change[part, ..., 3], np.float32).mean((1, 2, 3)), _STILL)
    momentum, change = (
        np.pad(
            spread(np.asarray(rows[part], np.float32), found, share),
            [(pad, pad), *[(0, 0)] * (rows.ndim - 1)],
        )
        for rows, share in ((cells.momentum, slice(2, 3)), (cells.change, None))
    )
    count = momentum.shape[1] * momentum.shape[2]
    speeds = momentum[..., :2] / steps
    flow = jumps_in(summed(speeds, where) / count, np.ones(1, np.float32), where, stride, _LEAST["flow"])
    travel = about(change / (steps[..., None] * count), where)
    amount, whole = travel.amount, travel.whole
    light = jumps_in(travel.moments, whole[pad:-pad], where, stride, _LEAST["light"])
    mass = summed(momentum[..., 2:], where)[..., 0] / count
    still = stops_in(amount, where, stride, _LEAST["amount"])
    pace = summed(length(speeds)[..., None], where)[..., 0] / count
    slow = stops_in(pace, where, stride, _LEAST["speed"])
    ahead = _near_share(amount, stride)[pad:-pad]
    moving = np.log(0.01 + mass[pad:-pad, -1])
    edge = _edge(travel.middle, amount, where)[pad:-pad]
    stopping = np.sqrt(still.relative * slow.relative) * np.maximum(still.share, 1e-4) ** 0.25
    turning = np.sqrt(flow.relative * light.relative) / 4 + (flow.relative + light.relative) / 8
    turning *= np.maximum(ahead, 1e-4) ** 0.25
    staying = _staying(travel.kept, amount, stride)[pad:-pad]
    stops = _case(
        stopping, (still.relative, slow.relative, flow.relative, light.relative, np.log(0.01 + still.share), staying),
        moving, edge, stride,
    )  # fmt: skip
    turns = _case(
        turning, (flow.relative, light.relative, slow.relative, np.log(0.01 + ahead), whole[pad:-pad]),
        moving, edge, stride,
    )  # fmt: skip
    courses = np.hstack(
        [
            course.amounts(amount[pad:-pad], stops.window, stride, _LEAST["amount"]),
            course.amounts(pace[pad:-pad], stops.window, stride, _LEAST["speed"]),
            course.along(flow, stops.window, stride, _LEAST["flow"]),
            course.amounts(amount[pad:-pad], turns.window, stride, _LEAST["amount"]),
            course.along(flow, turns.window, stride, _LEAST["flow"]),
            course.along(light, turns.window, stride, _LEAST["light"]),
            course.amounts(amount[pad:-pad, -1:], np.zeros_like(stops.window), stride, _LEAST["amount"]),
        ]
    )
    return Evidence(part.start, stops, turns, courses, flow, light, amount, travel.middle, mass, where)


def _case(clear: Rows, said: tuple[Rows, ...], moving: Rows, edge: Rows, stride: int) -> Case:
    """The evidence in the window that is clearest, how it peaks, and what is usual around."""
    window = clear.argmax(1)
    frames = np.arange(len(clear))
    best = clear[frames, window]
    beside = np.pad(best, 2 * stride)
    peak = best - (beside[: len(best)] + beside[4 * stride :]) / 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(best, 10 * stride), 20 * stride + 1)[:, ::stride]
    often = np.partition(around, 15, axis=1)[:, 15]
    rows = [np.log(_SOFT + best), *(one[frames, window] for one in said), peak, np.log(_SOFT + often), moving]
    return Case(np.column_stack([*rows, edge[frames, window]]).astype(np.float32), window)


def _edge(middle: Rows, amount: Rows, where: Windows) -> Rows:
    """How near the picture's edge things move up to a frame: 1 on it, where they may leave, 0 far inside.

    Feet land near the lower edge, which counts half.
    """
    wide = 2 * where.centres[-1, 0]
    x, y = middle[..., 0], middle[..., 1]
    inside = np.minimum(np.minimum(x, wide - x), np.minimum(y, 2 * (1 - y)))
    near = np.where(amount > 0, np.exp(-inside / _NEAR), 0)
    before = np.concatenate([near[:1], near[:-1]])
    return np.asarray(np.maximum(near, before), np.float32)


def _staying(kept: Rows, amount: Rows, stride: int) -> Rows:
    """How much of what moved up to a frame is still in the picture: what leaves over the edge is lost as it goes."""
    lasting = highest(amount, 3 * stride) * np.float32(_LASTING)
    last = np.where(amount > lasting, kept, 1)
    out = last.copy()
    for back in range(1, stride + 1):
        out[back:] = np.minimum(out[back:], last[:-back])
    return np.asarray(out, np.float32)


def _near_share(amount: Rows, stride: int) -> Rows:
    """The most that moves in a window within two strides, over the most that moves at all within ten."""
    most = highest(amount[:, -1:], 10 * stride)
    return highest(amount, 2 * stride) / (most + np.float32(_LEAST["amount"]))


def _only(seen: Evidence, low: int, high: int) -> Evidence:
    """The evidence from one frame to another; its movement keeps frames beside, as its padding."""
    part = slice(low - seen.first, high - seen.first)
    stops, turns = (Case(case.rows[part], case.window[part]) for case in (seen.stops, seen.turns))
    pad = (len(seen.flow.parts) - len(seen.stops.rows)) // 2
    wide = slice(part.start, part.stop + 2 * pad)
    flow, light = (
        Jumps(field.parts[wide], field.kicks[part], field.sure[part], field.relative[part])
        for field in (seen.flow, seen.light)
    )
    return Evidence(
        low,
        stops,
        turns,
        seen.course[part],
        flow,
        light,
        seen.amount[wide],
        seen.middle[wide],
        seen.mass[wide],
        seen.where,
    )
