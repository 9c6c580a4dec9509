"""The picture observer: brightness, colour, a tiny picture of each frame, and out of these shots and flashes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import frames as small
from v2a.builtin.observers.dissolves import Rows as Slow
from v2a.builtin.observers.gradual import Gradual, gradual
from v2a.builtin.observers.hard import Hard, Seen, hard_cuts
from v2a.builtin.observers.matching import COLUMNS, HEIGHT, ROWS, WIDTH, Matcher
from v2a.interfaces import Bench, FeatureCard, Frames, Observer, ObserverCard, Rows, Watcher
from v2a.model import Findings, Moment, Observations, Shot, Span, Video
from v2a.model.observations import Transition


class Picture(Observer):
    """Shots and flashes from small frames; one row of every feature per frame.

    `brightness` is the mean luma (0 to 1); `colour` is red, green and blue, their spread, saturation and luma's
    spread (0 to 1); `signature` is the frame at 16 × 9; `difference` is how much it differs from the frame before:
    plainly, with movement matched, and in brightness; `change` is the second of these for each of 6 × 8 cells;
    `detail` is how much neighbouring pixels differ (0 to 2).
    """

    card = ObserverCard(
        name="picture",
        version="4",
        about="shots and flashes",
        picture=small.NEED,
        lead=Fraction(1),
        features={
            "brightness": FeatureCard("picture"),
            "colour": FeatureCard("picture", shape=(6,)),
            "signature": FeatureCard("picture", shape=(9, 16, 3), dtype="uint8"),
            "difference": FeatureCard("picture", shape=(3,)),
            "change": FeatureCard("picture", shape=(ROWS, COLUMNS), dtype="float16"),
            "detail": FeatureCard("picture"),
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
        contrast = np.asarray(features["colour"][:, 5])
        seen = Seen(features["change"], features["signature"], contrast, np.asarray(features["brightness"]))
        hard = hard_cuts(seen, so_far.video.frame_rate)
        edges = np.unique(np.array([0, *hard.jumps, len(clock)], np.int64))
        free = np.zeros(len(clock), bool)
        rows = Slow(seen.signature, contrast, np.asarray(features["detail"]), edges, free)
        slow = gradual(rows, seen.brightness, np.array(hard.jumps, np.int64), hard.pace)
        shots = _shots(so_far.video, clock, hard.cuts, slow)
        return Findings(shots=shots, moments=tuple(_flashes(so_far.video, clock, hard)))


class _Eye(Watcher):
    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None
        self._matcher = Matcher()

    def see(self, frames: Frames) -> Rows:
        """Reduce each frame to its numbers."""
        little = _scaled(frames.pixels, WIDTH, HEIGHT)
        before = np.concatenate([little[:1] if self._last is None else self._last, little[:-1]])
        self._last = little[-1:]
        light = small.luma(little)
        brightness = light.mean((1, 2)) / 255
        change = self._matcher.change(little)
        plain = np.abs(little.astype(np.int16) - before).mean((1, 2, 3)) / 255
        lighter = np.abs(brightness - small.luma(before).mean((1, 2)) / 255)
        return {
            "brightness": brightness,
            "colour": _colours(little, light),
            "signature": _scaled(frames.pixels, 16, 9),
            "difference": np.column_stack([plain, change.mean((1, 2)), lighter]).astype(np.float32),
            "change": change,
            "detail": _detail(light),
        }


def _scaled(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    import cv2

    return np.stack([cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA) for p in pixels])


def _colours(little: NDArray[np.uint8], light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Red, green and blue, their spread, saturation and luma's spread, of each frame."""
    flat = little.reshape(len(little), -1, 3)
    mean, spread = flat.mean(1), flat.std(1).mean(-1)
    saturation = (flat.max(-1) - flat.min(-1)).mean(1)
    return np.asarray(np.column_stack([mean, spread, saturation, light.std((1, 2))]) / 255, np.float32)


def _detail(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much neighbouring pixels differ in brightness, down and across."""
    down, across = np.abs(np.diff(light, axis=1)), np.abs(np.diff(light, axis=2))
    return np.asarray((down.mean((1, 2)) + across.mean((1, 2))) / 255, np.float32)


def _shots(
    video: Video, clock: NDArray[np.float64], cuts: tuple[Hard, ...], slow: tuple[Gradual, ...]
) -> tuple[Shot, ...]:
    """Shots between boundaries; a hard cut inside a slow transition belongs to it."""
    bounds: list[tuple[Fraction, Transition, float, Fraction]] = []
    first: tuple[Transition, float, Fraction] = ("start", 1.0, Fraction(0))
    for change in slow:
        start, end = (video.frame_time(clock[n]) for n in (change.start, change.end))
        if change.opening:
            first = (change.kind, change.confidence, end - start)
            continue
        at = video.frame_time(clock[change.at])
        bounds.append((at, change.kind, change.confidence, end - start))
    covered = np.zeros(len(clock) + 2, bool)
    for change in slow:
        covered[max(0, change.start - 1) : change.end + 2] = True
    alone = (c for c in cuts if not covered[c.frame])
    bounds += [(video.frame_time(clock[c.frame]), "cut", c.confidence, Fraction(0)) for c in alone]
    bounds = sorted(b for b in bounds if 0 < b[0] < video.duration)
    starts = [(Fraction(0), *first), *bounds]
    ends = [b[0] for b in starts[1:]] + [video.duration]
    return tuple(Shot(Span(s[0], end), s[1], s[2], s[3]) for s, end in zip(starts, ends) if end > s[0])


def _flashes(video: Video, clock: NDArray[np.float64], hard: Any) -> Iterator[Moment]:
    for flash in hard.flashes:
        yield Moment(
            video.frame_time(clock[flash.frame]),
            "flash",
            min(1.0, 2 * flash.strength),
            flash.confidence,
        )
