"""Moments out of movement: where the momentum of a small part of the picture jumps from one frame to the next.

A body in flight or swinging changes its momentum smoothly; one that strikes, lands, stops or is pushed changes it
at once. The jump is the change of momentum across a frame, less what the trends before and after explain. A body
that merely leaves a small window changes nothing in the large one around it, and so does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.model import Moment, Observations, Span
from v2a.model.observations import MomentKind

_SMALL = 3
_LARGE = 7
_BLOCK = 2048
_EDGE = 3
_APART = 0.12
_LEAST = 0.0006
_QUICK = 0.45


@dataclass(frozen=True, eq=False)
class _Pool:
    """Momentum summed over windows of cells, frames × windows × 2, per second."""

    small: NDArray[np.float32]
    large: NDArray[np.float32]
    mass: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Jump:
    """A peak: its frame, its window, how far it stands out, and its momentum before, in, and after the frame."""

    frame: int
    window: int
    clear: float
    kept: float
    before: NDArray[np.float32]
    during: NDArray[np.float32]
    after: NDArray[np.float32]
    mass: float


def moments(
    momentum: NDArray[np.float16],
    camera: NDArray[np.float32],
    clock: NDArray[np.float64],
    so_far: Observations,
) -> Iterator[Moment]:
    """Moments in order of time; momentum is frames × rows × columns × (right, down, share that moves)."""
    steps = np.diff(clock, prepend=clock[:1] - 1 / float(so_far.video.frame_rate)) if len(clock) else clock
    steps = np.maximum(steps, 1e-3)
    barred = _barred(clock, so_far)
    across = momentum.shape[2] - _SMALL + 1
    last = -1.0
    for jump in _jumps(momentum, steps):
        if barred[jump.frame]:
            continue
        moment = _moment(jump, clock, steps, _shaking(camera, steps, jump.frame), across, momentum.shape[1:3])
        if moment is None or float(moment.time) - last < _APART:
            continue
        last = float(moment.time)
        yield moment if moment.time <= so_far.video.duration else moment


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
    return barred


def _pool(block: NDArray[np.float16], steps: NDArray[np.float64]) -> _Pool:
    cells = block.astype(np.float32)
    speeds = cells[..., :2] / steps[:, np.newaxis, np.newaxis, np.newaxis].astype(np.float32)
    half = (_LARGE - _SMALL) // 2
    wide = np.pad(speeds, ((0, 0), (half, half), (half, half), (0, 0)))
    return _Pool(_summed(speeds, _SMALL), _summed(wide, _LARGE), _summed(cells[..., 2:], _SMALL)[..., 0])


def _summed(cells: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    table = np.pad(cells, ((0, 0), (1, 0), (1, 0), (0, 0))).cumsum(1, dtype=np.float64).cumsum(2)
    boxes = table[:, side:, side:] - table[:, :-side, side:] - table[:, side:, :-side] + table[:, :-side, :-side]
    return np.asarray(boxes.reshape(len(cells), -1, cells.shape[-1]) / (9 * 12), np.float32)


def _kicks(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """The jump of momentum across every frame but the first and last three, less the trends on both sides."""
    before, after = pooled[2:-4], pooled[4:-2]
    trend = (before - pooled[:-6]) + (pooled[6:] - after)
    return after - before - trend / 2


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
    small, large = _kicks(pool.small), _kicks(pool.large)
    size = np.hypot(small[..., 0], small[..., 1])
    ground = _ground(size)
    clear = size / (ground + _LEAST)
    window = clear.argmax(1)
    best = clear[np.arange(len(clear)), window]
    for n in np.flatnonzero((best > 3) & (best >= _highest(best, 3))):
        w = int(window[n])
        kept = float((small[n, w] * large[n, w]).sum() / max(float(size[n, w]) ** 2, 1e-12))
        at = n + _EDGE
        mass = float(pool.mass[at - 1 : at + 2, w].max())
        rows = [pool.small[at + k, w] for k in (-1, 0, 1)]
        yield _Jump(start + int(n), w, float(best[n]), kept, rows[0], rows[1], rows[2], mass)


def _ground(size: NDArray[np.float32]) -> NDArray[np.float32]:
    """What jumps are usual around a frame: the median of two seconds, taken every eighth frame."""
    reach, step = 25, 8
    out = np.empty_like(size)
    for low in range(0, len(size), step):
        around = size[max(0, low - reach) : low + step + reach]
        out[low : low + step] = np.quantile(around, 0.75, axis=0)
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
    if jump.kept < 0.4 or change <= 0:
        return None
    come, leave = float(np.hypot(*jump.before)), float(np.hypot(*jump.after))
    along = float((jump.during - jump.after) @ (jump.before - jump.after)) / change**2
    step = float(steps[jump.frame])
    time = float(clock[jump.frame]) - step + min(1.0, max(0.0, along)) * step
    speed = change / mass
    sure = min(1.0, (jump.clear - 3) / 9) * min(1.0, change / (come + leave + 1e-6) / 0.7)
    sure *= min(1.0, jump.kept / 0.7) / (1 + 4 * shaking)
    row, column = divmod(jump.window, across)
    return Moment(
        max(Fraction(0), Fraction(time).limit_denominator(100_000)),
        _kind(jump, come, leave, speed),
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
