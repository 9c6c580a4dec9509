"""Scenes: runs of shots that share their colours; a cut back to where we were keeps a scene together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma
from v2a.model import Scene, Shot, Span, Video

_LOOK = 6
_WITHIN = 45.0
_ALIKE = 0.62
_BINS = 4


def scenes(
    shots: Sequence[Shot], signature: NDArray[np.uint8], clock: NDArray[np.float64], video: Video
) -> tuple[Scene, ...]:
    """The scenes of a film; every shot belongs to exactly one."""
    looks = [_look(signature, clock, shot.span) for shot in shots]
    ends = _reach(shots, [look[0] for look in looks])
    found, first, furthest = [], 0, 0
    for n in range(len(shots)):
        furthest = max(furthest, ends[n])
        if n >= furthest:
            frames = np.concatenate([look[1] for look in looks[first : n + 1]])
            found.append(_scene(shots, first, n, frames))
            first = n + 1
    return tuple(found)


def _look(
    signature: NDArray[np.uint8], clock: NDArray[np.float64], span: Span
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The colour histograms of a shot's beginning, middle and end, and these frames."""
    low, high = np.searchsorted(clock, [float(span.start) - 1e-6, float(span.end) - 1e-6])
    high = max(high, low + 1)
    inset = (high - 1 - low) // 6
    at = [min(n, len(signature) - 1) for n in (low + inset, (low + high - 1) // 2, high - 1 - inset)]
    frames = np.asarray(np.stack([signature[n] for n in at]) / 255, np.float32)
    return np.stack([_histogram(frame) for frame in frames]), frames


def _histogram(frame: NDArray[np.float32]) -> NDArray[np.float32]:
    """A soft histogram of brightness against two colour differences, for the upper and the lower half."""
    light = luma(frame)
    red, blue = frame[..., 0] - light, frame[..., 2] - light
    halves = []
    for part in (slice(0, 5), slice(4, 9)):
        axes = [light[part].ravel(), (2 * red[part] + 0.5).ravel(), (2 * blue[part] + 0.5).ravel()]
        halves.append(
            np.histogramdd(axes, bins=(_BINS + 2, _BINS + 2, _BINS + 2), range=[(0, 1)] * 3)[0].ravel()
        )
    whole = np.concatenate(halves)
    return np.asarray(whole / max(1.0, whole.sum()), np.float32)


def _reach(shots: Sequence[Shot], looks: Sequence[NDArray[np.float32]]) -> list[int]:
    """For every shot, the last shot soon after it that shows the same place."""
    ends = list(range(len(shots)))
    for n, look in enumerate(looks):
        for m in range(n + 1, min(n + _LOOK + 1, len(shots))):
            if float(shots[m].span.start - shots[n].span.end) > _WITHIN:
                break
            slow = shots[m].transition_in in ("fade", "dissolve") and m == n + 1
            if _alike(look, looks[m]) > _ALIKE + (0.15 if slow else 0.0):
                ends[n] = m
    return ends


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(max(np.minimum(a, b).sum() for a in one for b in other))


def _scene(shots: Sequence[Shot], first: int, last: int, frames: NDArray[np.float32]) -> Scene:
    span = Span(shots[first].span.start, shots[last].span.end)
    sky = bool(np.median([_sky(frame) for frame in frames]) > 0.6)
    light = float(luma(frames).mean())
    tags = [name for name, holds in (("dark", light < 0.15), ("bright", light > 0.6)) if holds]
    confidence = shots[first].confidence if shots[first].transition_in in ("fade", "dissolve") else 0.6
    return Scene(
        span,
        tuple(range(first, last + 1)),
        interior=False if sky else None,
        day=True if sky else None,
        tags=(*tags, *(("sky",) if sky else ())),
        confidence=1.0 if first == 0 else confidence,
    )


def _sky(frame: NDArray[np.float32]) -> float:
    """How much of the top two rows is bright, smooth and bluish while the rest is darker: a sky by day."""
    top, rest = frame[:2], frame[5:]
    light = luma(top)
    blue = (top[..., 2] > top[..., 0] + 0.05) & (light > 0.4)
    return float(blue.mean()) if luma(rest).mean() < light.mean() - 0.05 else 0.0
