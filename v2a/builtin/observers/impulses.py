"""Moments out of movement: where the momentum of a small part of the picture jumps from one frame to the next.

A body in flight or swinging changes its momentum smoothly; one that strikes, lands, stops or is pushed changes it
at once. The jump is the change of momentum across a frame, less what the trends before and after explain. A body
that merely leaves a window changes nothing in the momentum of the whole picture, and so does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma
from v2a.model import Moment, Observations, Span
from v2a.model.observations import MomentKind

_SMALL = 3
_BLOCK = 2048
_EDGE = 3
_APART = Fraction(3, 20)
_LEAST = 0.0006
_CLEAR = 2.0
_QUICK = 0.45
_SLOW = 0.1
_FAST = 0.15
_TALKING = 0.5
_BLACK = 8.0
_SAME = 0.8
_LIGHT = 1.0


@dataclass(frozen=True, eq=False)
class _Pool:
    """Momentum per second summed over windows of cells, frames × windows × 2, and over the picture, frames × 2.

    `edges` is how much of the picture's left and right edge moves, per frame.
    """

    parts: NDArray[np.float32]
    whole: NDArray[np.float32]
    mass: NDArray[np.float32]
    edges: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Jump:
    """A peak: its frame and window, how far it stands out, its share of the momentum around it, how well its
    surroundings agree, its momentum before, in, and after the frame, the mass that moves, how much of the
    picture's edges moves, and how much of the mass that comes to rest with the frame still moves in it."""

    frame: int
    window: int
    clear: float
    share: float
    agree: float
    before: NDArray[np.float32]
    during: NDArray[np.float32]
    after: NDArray[np.float32]
    mass: float
    edges: float
    moving: float


def moments(
    momentum: NDArray[np.float16],
    camera: NDArray[np.float32],
    clock: NDArray[np.float64],
    so_far: Observations,
) -> Iterator[Moment]:
    """Moments in order of time; momentum is frames × rows × columns, as the motion observer says.

    What comes in or goes out over the picture's edge changes the momentum without any blow, so the confidence falls
    with how much of the edge moves. Who speaks also moves, and makes no sound with it: there the confidence is halved. Where light changes all over
    the picture there is no telling.
    """
    steps = np.diff(clock, prepend=clock[:1] - 1 / float(so_far.video.frame_rate)) if len(clock) else clock
    steps = np.maximum(steps, 1e-3)
    barred, lit = _barred(clock, so_far), _lighting(so_far)
    across = momentum.shape[2] - _SMALL + 1
    held: Moment | None = None
    for jump in _jumps(momentum, steps):
        if barred[jump.frame]:
            continue
        moment = _moment(jump, clock, steps, _shaking(camera, steps, jump.frame), across, momentum.shape[1:3])
        if moment is None or moment.time > so_far.video.duration or lit(jump.frame):
            continue
        if any(speech.span.contains(moment.time) for speech in so_far.speech):
            moment = replace(moment, confidence=round(_TALKING * moment.confidence, 4))
        if held is not None and moment.time - held.time >= _APART:
            yield held
            held = moment
        elif held is None or moment.confidence > held.confidence:
            held = moment
    if held is not None:
        yield held


def _barred(clock: NDArray[np.float64], so_far: Observations) -> NDArray[np.bool_]:
    """Frames whose movement means nothing: around cuts, in slow transitions and around flashes."""
    barred = np.zeros(len(clock), bool)
    step = Fraction(1) / so_far.video.frame_rate
    spans = [Span(m.time - 4 * step, m.time + 7 * step) for m in so_far.moments if m.kind == "flash"]
    for shot in so_far.shots[1:]:
        half = shot.transition / 2
        spans.append(Span(shot.span.start - half - 3 * step, shot.span.start + half + 4 * step))
    for span in spans:
        low, high = np.searchsorted(clock, [float(span.start), float(span.end)])
        barred[low:high] = True
    barred[:_EDGE] = True
    barred[-_EDGE:] = True
    return barred


def _lighting(so_far: Observations) -> Callable[[int], bool]:
    """Tells of a frame whether the light changes there: most parts of the picture change in the same sense.

    Through two frames more on both sides, because a moment is the change between what comes and what goes.
    """
    track = so_far.features.get("signature")
    if track is None:
        return lambda frame: False
    pictures = track.values()

    def lit(frame: int) -> bool:
        low, high = max(0, frame - 3), min(len(pictures), frame + 4)
        light = luma(np.asarray(pictures[low:high], np.float32))
        seen = np.maximum(light[0], light[-1]) > _BLACK
        for change in light[3:] - light[:-3]:
            if seen.any() and abs(float(change[seen].mean())) > _LIGHT:
                way = np.sign(change[seen].mean())
                if (way * change[seen] > 0.4).mean() > _SAME:
                    return True
        return False

    return lit


def _pool(block: NDArray[np.float16], steps: NDArray[np.float64]) -> _Pool:
    cells = block.astype(np.float32)
    speeds = np.asarray(cells[..., :2] / steps[:, np.newaxis, np.newaxis, np.newaxis], np.float32)
    mass = _summed(cells[..., 2:], _SMALL)
    edges = (np.hypot(speeds[:, :, [0, -1], 0], speeds[:, :, [0, -1], 1]) > _FAST).mean((1, 2))
    return _Pool(_summed(speeds, _SMALL), speeds.sum((1, 2)) / (9 * 12), mass[..., 0], edges)


def _summed(cells: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    table = np.pad(cells, ((0, 0), (1, 0), (1, 0), (0, 0))).cumsum(1, dtype=np.float64).cumsum(2)
    boxes = (
        table[:, side:, side:] - table[:, :-side, side:] - table[:, side:, :-side] + table[:, :-side, :-side]
    )
    return np.asarray(boxes.reshape(len(cells), -1, cells.shape[-1]) / (9 * 12), np.float32)


def _kicks(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """The jump of momentum across every frame but the first and last three, less the trends on both sides."""
    before, after = pooled[2:-4], pooled[4:-2]
    trend = (before - pooled[:-6]) + (pooled[6:] - after)
    return np.asarray(after - before - trend / 2, np.float32)


def _jumps(momentum: NDArray[np.float16], steps: NDArray[np.float64]) -> Iterator[_Jump]:
    frames = len(momentum)
    margin = _EDGE + 25
    for low in range(0, frames, _BLOCK):
        start, end = max(0, low - margin), min(frames, low + _BLOCK + margin)
        pad = ((_EDGE, _EDGE), (0, 0), (0, 0), (0, 0))
        block = np.pad(np.asarray(momentum[start:end]), pad)
        pool = _pool(block, np.pad(steps[start:end], _EDGE, mode="edge"))
        for jump in _peaks(pool, start):
            if low <= jump.frame < low + _BLOCK:
                yield jump


def _peaks(pool: _Pool, start: int) -> Iterator[_Jump]:
    kicks, whole = _kicks(pool.parts), _kicks(pool.whole)[:, np.newaxis]
    size = np.hypot(kicks[..., 0], kicks[..., 1])
    along = np.maximum((kicks * whole).sum(-1) / np.maximum(size, 1e-9), 0)
    agree = along / np.maximum(np.hypot(whole[..., 0], whole[..., 1]), 1e-9)
    both = np.minimum(size, along)
    clear = both * agree / (_ground(both, size) + _LEAST)
    window = (both * agree).argmax(1)
    best = clear[np.arange(len(clear)), window]
    for n in np.flatnonzero((best > _CLEAR) & (best >= _highest(best, 3))):
        w = int(window[n])
        at = n + _EDGE
        around = pool.parts[max(0, at - 6) : at + 7]
        share = float(both[n, w] / max(float(np.hypot(around[..., 0], around[..., 1]).max()), 1e-9))
        mass = float(pool.mass[at - 1 : at + 2, w].max())
        yield _Jump(
            start + int(n),
            w,
            float(best[n]),
            share,
            float(agree[n, w]),
            pool.parts[at - 1, w],
            pool.parts[at, w],
            pool.parts[at + 1, w],
            mass,
            float(pool.edges[at - 3 : at + 4].max()),
            _moving(pool, int(at), w),
        )


def _moving(pool: _Pool, at: int, window: int) -> float:
    """How much of the mass that is at rest after a frame still moves in it; 0 where it does not come to rest."""
    before, during, after = (float(m) for m in pool.mass[at - 1 : at + 2, window])
    return min(1.0, max(0.0, (during - after) / (before - after))) if after < 0.4 * before else 0.0


def _ground(both: NDArray[np.float32], size: NDArray[np.float32]) -> NDArray[np.float32]:
    """What jumps are usual around a frame, in the window and in the whole picture, over two seconds."""
    reach, step = 25, 8
    out = np.empty_like(both)
    for low in range(0, len(both), step):
        near = slice(max(0, low - reach), low + step + reach)
        out[low : low + step] = np.median(both[near], axis=0) + 3 * np.median(size[near])
    return out


def _highest(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    padded = np.pad(values, reach, mode="constant")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1), np.float32)


def _shaking(camera: NDArray[np.float32], steps: NDArray[np.float64], frame: int) -> float:
    """How unevenly the camera moves around a frame, in picture heights a second."""
    low, high = max(0, frame - 5), frame + 6
    speeds = np.asarray(camera[low:high, :2]) / steps[low:high, np.newaxis]
    return float(np.abs(np.diff(speeds, axis=0)).max()) if len(speeds) > 1 else 0.0


def _moment(
    jump: _Jump,
    clock: NDArray[np.float64],
    steps: NDArray[np.float64],
    shaking: float,
    across: int,
    cells: tuple[int, ...],
) -> Moment | None:
    kick = jump.after - jump.before
    change, mass = float(np.hypot(*kick)), max(jump.mass, 0.003)
    if change <= 0:
        return None
    come, leave = float(np.hypot(*jump.before)), float(np.hypot(*jump.after))
    along = float((jump.during - jump.after) @ (jump.before - jump.after)) / change**2
    along = min(1.0, max(0.0, along))
    if jump.moving - along > 0.5:
        along = (along + jump.moving) / 2
    step = float(steps[jump.frame])
    time = float(clock[jump.frame]) - step + along * step
    speed = change / mass
    sure = min(1.0, 0.45 + (jump.clear - _CLEAR) / 5) * min(1.0, max(0.0, (jump.share - 0.55) / 0.3))
    sure *= min(1.0, max(0.0, (speed - _SLOW) / 0.4))
    sure *= jump.agree * min(1.0, change / (come + leave + 1e-6) / 0.6) / (1 + 2 * shaking)
    kind = _kind(jump, come, leave, speed)
    if kind == "start":
        sure *= 0.5
    sure *= 1 - min(1.0, max(0.0, (jump.edges - 0.25) / 0.35))
    row, column = divmod(jump.window, across)
    if column in (0, across - 1):
        sure *= 0.6
    return Moment(
        max(Fraction(0), Fraction(time).limit_denominator(100_000)),
        kind,
        1 - float(np.exp(-speed / 2)),
        round(min(0.95, max(0.0, sure)), 4),
        (column + _SMALL / 2) / cells[1],
        (row + _SMALL / 2) / cells[0],
    )


def _kind(jump: _Jump, come: float, leave: float, speed: float) -> MomentKind:
    turned = float(jump.before @ jump.after) < -0.2 * come * leave
    if come < 0.35 * leave:
        return "start"
    if leave < 0.35 * come:
        if speed > _QUICK:
            return "impact"
        return "contact" if jump.before[1] > 0 else "stop"
    if turned:
        return "impact" if speed > _QUICK else "turn"
    return "contact"
