"""Moments out of the evidence: which frames, when exactly, what kind, how strong and where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.belief import Belief, fitted, odds
from v2a.builtin.observers.evidence import Cells, Evidence, evidence
from v2a.builtin.observers.fields import Jumps
from v2a.builtin.observers.frames import luma
from v2a.builtin.observers.rhythm import support
from v2a.model import Moment, Observations, Span
from v2a.model.observations import MomentKind

_EDGE = 0.11
_APART = 0.15
_LEAST = 0.05
_LOWEST = -4.0
_MOST = 0.98
_QUICK, _BOUNCING = 0.45, 0.25
_TALKING = 0.5
_JERKING = 0.5
_JERK, _AROUND = 0.025, 5
_SMALL = 0.003
_STIRRED = 2.0
_STILL, _MOVING = 0.05, 0.2
_TREND = 0.375
_BLACK = 8.0
_SAME = 0.8
_LIGHT = 1.0


class Sight(NamedTuple):
    """A peak: its moment, still without confidence, the logarithm of its odds, and its speed."""

    moment: Moment
    odds: float
    speed: float


def moments(so_far: Observations, belief: Belief | None = None) -> Iterator[Moment]:
    """Moments in order of time, out of the features of the motion observer.

    Who speaks also moves, and where the camera jerks all seems to: there the confidence is halved. Where light changes
    all over the picture there is no telling.
    """
    belief = belief or fitted()
    found = list(apart(sightings(so_far, belief)))
    spoken, jerked = _within([speech.span for speech in so_far.speech]), _jerking(so_far)
    even = support([float(sight.moment.time) for sight in found], [sight.odds for sight in found])
    for sight, beat in zip(found, even, strict=True):
        sure = belief.confidence(sight.odds, beat) * _plain(sight.speed)
        if spoken(sight.moment.time):
            sure *= _TALKING
        if jerked(sight.moment.time):
            sure *= _JERKING
        if sure >= _LEAST:
            yield replace(sight.moment, confidence=round(min(_MOST, sure), 4))


def _within(spans: Sequence[Span]) -> Callable[[Fraction], bool]:
    """Whether a time lies in one of many spans, which do not overlap."""
    ordered = sorted(spans, key=lambda span: span.start)
    starts = [span.start for span in ordered]

    def within(time: Fraction) -> bool:
        last = bisect_right(starts, time) - 1
        return last >= 0 and ordered[last].contains(time)

    return within


def _jerking(so_far: Observations) -> Callable[[Fraction], bool]:
    """Whether the camera jumps to and fro around a time: by a fortieth of the picture's height from frame to frame."""
    track = so_far.features["camera"]
    clock, shifts = np.asarray(track.clock()), track.values()

    def jerked(time: Fraction) -> bool:
        at = int(np.searchsorted(clock, float(time)))
        near = np.asarray(shifts[max(0, at - _AROUND) : at + _AROUND + 1, :2], np.float32)
        return len(near) > 1 and float(np.median(np.hypot(*np.diff(near, axis=0).T))) > _JERK

    return jerked


def apart(found: Iterator[Sight]) -> Iterator[Sight]:
    """Of peaks that fall together, the likeliest."""
    close: list[Sight] = []
    for sight in found:
        if close and sight.moment.time - close[-1].moment.time >= _APART:
            yield from _likeliest(close)
            close = []
        close.append(sight)
    yield from _likeliest(close)


def _likeliest(close: list[Sight]) -> list[Sight]:
    kept: list[Sight] = []
    for sight in sorted(close, key=lambda one: -one.odds):
        if all(abs(sight.moment.time - other.moment.time) >= _APART for other in kept):
            kept.append(sight)
    return sorted(kept, key=lambda one: one.moment.time)


def sightings(so_far: Observations, belief: Belief) -> Iterator[Sight]:
    """Every peak of the odds, in order of time, before the confidence is known."""
    features, video = so_far.features, so_far.video
    clock = np.asarray(features["momentum"].clock())
    if not len(clock):
        return
    steps = np.maximum(np.diff(clock, prepend=clock[0] - 1 / float(video.frame_rate)), 1e-3)
    aspect = video.picture.width / max(1, video.picture.height)
    cells = Cells(features["momentum"].values(), features["travel"].values(), steps, aspect)
    barred, lit = _barred(clock, so_far), _lighting(so_far)
    for seen in evidence(cells):
        told = odds(seen, belief)
        for n in _peaks(told.either, cells.stride):
            frame = seen.first + int(n)
            if barred[frame] or lit(frame):
                continue
            jump = _jump(seen, int(n), bool(told.stops[n]), cells.stride)
            time = float(clock[frame]) + float(told.late[n]) * cells.stride * float(steps[frame])
            if 0 <= time <= video.duration:
                yield Sight(_moment(jump, time, aspect), float(told.either[n]), jump.speed)


def _peaks(odds: NDArray[np.float64], reach: int) -> NDArray[np.intp]:
    padded = np.pad(odds, reach, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1)
    return np.flatnonzero((odds >= highest) & (odds >= _LOWEST))


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
    edge = np.searchsorted(clock, [clock[0] + _EDGE, clock[-1] - _EDGE])
    barred[: max(3, edge[0])] = True
    barred[min(len(clock) - 3, edge[1]) :] = True
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


class _Jump(NamedTuple):
    """A jump in its window: momentum before and after by flow, whether what moves came down,
    its speed, how much that changes, or how much it stirs the picture where flow loses it (the largest, in picture
    heights a second), and its place."""

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    falls: bool
    speed: float
    place: NDArray[np.float32]


def _jump(seen: Evidence, n: int, stops: bool, stride: int) -> _Jump:
    """Look closer at a frame, or at the one beside it in which momentum jumps most."""
    window = int((seen.stops if stops else seen.turns).window[n])
    close = slice(max(0, n - stride), n + stride + 1)
    sizes = sum(field.relative[close, window] for field in (seen.flow, seen.light))
    at = close.start + int(np.argmax(sizes))
    before, after = _led(seen.flow, at, window, stride)
    middle = at + 3 * stride
    near = slice(middle - 3 * stride, middle + 3 * stride + 1)
    moved = seen.flow.parts[near, window]
    speeds = np.linalg.norm(moved, axis=-1) / np.maximum(seen.mass[near, window], _SMALL)
    mass = max(_SMALL, float(seen.mass[middle - 1 : middle + 2, window].max()))
    stirred = _STIRRED * float(seen.amount[middle - 3 * stride : middle + 1, window].max())
    speed = max(float(speeds.max()), float(np.linalg.norm(after - before)) / mass, stirred)
    return _Jump(
        before,
        after,
        bool(moved[: 3 * stride, 1].sum() > 0),
        speed,
        _place(seen, middle, window),
    )


def _place(seen: Evidence, at: int, window: int) -> NDArray[np.float32]:
    """The middle of what moves, in the frame or the one before it, whichever moves more."""
    frame = at - 1 + int(seen.amount[at - 1 : at + 1, window].argmax())
    if seen.amount[frame, window] <= 0:
        return np.asarray(seen.where.centres[window], np.float32)
    return np.asarray(seen.middle[frame, window], np.float32)


def _plain(speed: float) -> float:
    """What hardly moves is never sure: 0 where nothing does, 1 from a fifth of the picture's height a second."""
    return min(1.0, max(0.0, (speed - _STILL) / (_MOVING - _STILL)))


def _led(field: Jumps, n: int, window: int, stride: int) -> tuple[NDArray[np.float32], ...]:
    """Momentum before and after a frame, led up to it by the trends on both sides."""
    at, k = n + 3 * stride, stride
    parts = field.parts[at - 3 * k : at + 3 * k + 1, window]
    far, before = parts[:k].mean(0), parts[2 * k : 3 * k].mean(0)
    after, late = parts[3 * k + 1 : 4 * k + 1].mean(0), parts[5 * k + 1 :].mean(0)
    return before + _TREND * (before - far), after - _TREND * (late - after)


def _moment(jump: _Jump, time: float, aspect: float) -> Moment:
    x, y = jump.place
    return Moment(
        Fraction(time).limit_denominator(100_000),
        _kind(jump),
        1 - float(np.exp(-jump.speed / 2)),
        0.0,
        round(min(1.0, float(x) / aspect), 4),
        round(min(1.0, float(y)), 4),
    )


def _kind(jump: _Jump) -> MomentKind:
    come, leave = float(np.linalg.norm(jump.before)), float(np.linalg.norm(jump.after))
    turned = float(jump.before @ jump.after) < -0.2 * come * leave
    if come < 0.35 * leave:
        return "start"
    if leave < 0.35 * come:
        if jump.speed > _QUICK:
            return "impact"
        return "contact" if jump.falls else "stop"
    if turned:
        return "impact" if jump.speed > _BOUNCING else "turn"
    return "contact"
