"""The picture observer: brightness, colour, a tiny picture of each frame, and out of these shots and flashes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import frames as small
from v2a.builtin.observers.gradual import Gradual, gradual
from v2a.builtin.observers.hard import Hard, hard_cuts
from v2a.interfaces import Bench, FeatureCard, Frames, Observer, ObserverCard, Rows, Watcher
from v2a.model import Findings, Moment, Observations, Shot, Span, Video, nearest
from v2a.model.observations import Transition

_CELLS = (9, 8)
_REACH = 2
_LASTING = Fraction(3, 5)


class Picture(Observer):
    """Shots and flashes from small frames; one row of every feature per frame.

    `brightness` is the mean luma (0 to 1); `colour` is red, green and blue, their spread, saturation and luma's
    spread (0 to 1); `signature` is the frame at 16 × 9; `difference` is how much it differs from the frame before:
    plainly, with movement matched, and in brightness.
    """

    card = ObserverCard(
        name="picture",
        version="2",
        about="shots and flashes",
        picture=small.NEED,
        lead=Fraction(1),
        features={
            "brightness": FeatureCard("picture"),
            "colour": FeatureCard("picture", shape=(6,)),
            "signature": FeatureCard("picture", shape=(9, 16, 3), dtype="uint8"),
            "difference": FeatureCard("picture", shape=(3,)),
        },
        finds=("shots", "moments"),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher that remembers the last frame."""
        return _Eye()

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Shots with their transitions, and flashes."""
        features = {name: so_far.features[name].values() for name in self.card.features}
        clock = so_far.features["signature"].clock()
        if not len(clock):
            return Findings(shots=(Shot(so_far.video.span, "start"),))
        lasting = max(4, nearest(_LASTING * so_far.video.frame_rate))
        hard = hard_cuts(features["difference"], features["signature"], features["colour"], lasting)
        slow = gradual(features["signature"], features["brightness"], features["colour"][:, 5], hard.jumps)
        shots = _shots(so_far.video, clock, hard.cuts, slow)
        return Findings(shots=shots, moments=tuple(_flashes(so_far.video, clock, hard)))


class _Eye(Watcher):
    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None

    def see(self, frames: Frames) -> Rows:
        """Reduce each frame to its numbers."""
        import cv2

        tiny = np.stack([cv2.resize(p, (16, 9), interpolation=cv2.INTER_AREA) for p in frames.pixels])
        little = np.stack([cv2.resize(p, (48, 27), interpolation=cv2.INTER_AREA) for p in frames.pixels])
        unit = np.asarray(little / np.float32(255), np.float32)
        light = small.luma(unit)
        mean, spread = unit.mean((1, 2)), unit.std((1, 2)).mean(-1)
        saturation = (unit.max(-1) - unit.min(-1)).mean((1, 2))
        colour = np.column_stack([mean, spread, saturation, light.std((1, 2))])
        before = np.concatenate([unit[:1] if self._last is None else self._last, unit[:-1]])
        self._last = unit[-1:]
        return {
            "brightness": light.mean((1, 2)),
            "colour": colour.astype(np.float32),
            "signature": tiny,
            "difference": _differences(before, unit),
        }


def _differences(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    plain = np.abs(after - before).mean((1, 2, 3))
    lighter = np.abs(small.luma(after).mean((1, 2)) - small.luma(before).mean((1, 2)))
    matched = np.array([_matched(a, b) for a, b in zip(before, after, strict=True)], np.float32)
    return np.column_stack([plain, matched, lighter]).astype(np.float32)


def _matched(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The difference that is left when every cell may come from a little beside where it was."""
    import cv2

    height, width = after.shape[:2]
    padded = cv2.copyMakeBorder(before, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_REPLICATE)
    best: NDArray[np.float32] | None = None
    for down, right in _shifts():
        apart = cv2.absdiff(after, padded[down : down + height, right : right + width])
        cells = small.luma(cv2.resize(apart, _CELLS[::-1], interpolation=cv2.INTER_AREA))
        best = cells if best is None else np.minimum(best, cells)
    return 0.0 if best is None else float(best.mean())


def _shifts() -> Iterator[tuple[int, int]]:
    return ((d, r) for d in range(2 * _REACH + 1) for r in range(2 * _REACH + 1))


def _shots(
    video: Video, clock: NDArray[np.float64], cuts: tuple[Hard, ...], slow: tuple[Gradual, ...]
) -> tuple[Shot, ...]:
    """Shots between boundaries; a hard cut inside a slow transition belongs to it."""
    bounds: list[tuple[Fraction, Transition, float, Fraction]] = []
    first: tuple[Transition, float, Fraction] = ("start", 1.0, Fraction(0))
    for change in slow:
        start, end = (small.frame_time(video, clock[n]) for n in (change.start, change.end))
        if change.opening:
            first = (change.kind, change.confidence, end - start)
            continue
        at = small.frame_time(video, clock[change.at])
        bounds.append((at, change.kind, change.confidence, end - start))
    bounds += [(small.frame_time(video, clock[c.frame]), "cut", c.confidence, Fraction(0)) for c in cuts]
    bounds = sorted(b for b in bounds if 0 < b[0] < video.duration)
    starts = [(Fraction(0), *first), *bounds]
    ends = [b[0] for b in starts[1:]] + [video.duration]
    return tuple(Shot(Span(s[0], end), s[1], s[2], s[3]) for s, end in zip(starts, ends) if end > s[0])


def _flashes(video: Video, clock: NDArray[np.float64], hard: Any) -> Iterator[Moment]:
    for flash in hard.flashes:
        yield Moment(
            small.frame_time(video, clock[flash.frame]),
            "flash",
            min(1.0, 2 * flash.strength),
            flash.confidence,
        )
