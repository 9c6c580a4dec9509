"""The faces observer: how large the largest face is, and out of it how close a shot is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.cascade import PACKAGE, Cascade
from v2a.interfaces import Bench, FeatureCard, Frames, Observer, ObserverCard, PictureNeed, Rows, Watcher
from v2a.model import Findings, Observations, Shot, Video
from v2a.model.observations import ShotSize

_SIDE = 256
_CLOSE, _MEDIUM, _WIDE = 0.3, (0.14, 0.27), 0.125
_SEEN = 0.5


class Faces(Observer):
    """Shot sizes, told by faces; a shot without any has none.

    `faces` is the largest face of a frame, once a second: its height in picture heights, its place to the right and
    down (0 to 1), and how sure it is that it is one; all zero where there is none.
    """

    card = ObserverCard(
        name="faces",
        version="1",
        about="faces, and how close a shot is by them",
        picture=PictureNeed(_SIDE, _SIDE, Fraction(1), fit="inside"),
        lead=Fraction(0),
        features={"faces": FeatureCard("picture", shape=(4,))},
        after=("picture", "transnet"),
        finds=("shots",),
        needs=(PACKAGE,),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher with the networks, which remembers nothing."""
        return _Eye()

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """The shots as they were, with a size where a face tells it."""
        track = so_far.features["faces"]
        return Findings(shots=tuple(_sized(so_far.shots, np.asarray(track.values()), track.clock())))


class _Eye(Watcher):
    def __init__(self) -> None:
        self._cascade = Cascade()

    def see(self, frames: Frames) -> Rows:
        """Find the largest face of each frame."""
        return {"faces": np.stack([self._largest(pixels) for pixels in frames.pixels])}

    def _largest(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        found = self._cascade.faces(pixels)
        height, width = pixels.shape[:2]
        if not len(found):
            return np.zeros(4, np.float32)
        left, top, right, bottom, sure = found[(found[:, 3] - found[:, 1]).argmax()].tolist()
        told = ((bottom - top) / height, (left + right) / 2 / width, (top + bottom) / 2 / height, sure)
        return np.clip(np.array(told, np.float32), 0, 1)


def _sized(shots: tuple[Shot, ...], faces: NDArray[np.float32], clock: NDArray[np.float64]) -> Iterator[Shot]:
    starts = np.searchsorted(clock, [float(shot.span.start) - 1e-6 for shot in shots])
    ends = np.searchsorted(clock, [float(shot.span.end) - 1e-6 for shot in shots])
    for shot, low, high in zip(shots, starts.tolist(), ends.tolist()):
        heights = faces[low:high, 0]
        seen = heights[heights > 0]
        sure = len(seen) > _SEEN * len(heights)
        yield replace(shot, size=_size(float(np.median(seen)))) if sure else shot


def _size(height: float) -> ShotSize | None:
    """A shot's size by the height of a face; between two sizes nothing is said."""
    if height >= _CLOSE:
        return "close"
    if height <= _WIDE:
        return "wide"
    return "medium" if _MEDIUM[0] <= height <= _MEDIUM[1] else None
