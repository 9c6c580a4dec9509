"""The motion observer: what moves once the camera's own movement is taken out, and moments when it changes abruptly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import frames as small
from v2a.builtin.observers.camera import Camera
from v2a.builtin.observers.change import Change
from v2a.builtin.observers.impulses import moments
from v2a.interfaces import Bench, FeatureCard, Frames, Observer, ObserverCard, Rows, Watcher
from v2a.model import Findings, Observations, Video

ROWS = 9
ACROSS = 12
_POINTS = (27, 48)
_LITTLE = (54, 96)
_HALF = np.float32(0.5)
_STILL = 0.12
_CHANGE = 2.0


class Motion(Observer):
    """Movement and moments from dense optical flow on small frames; one row of every feature per frame.

    `motion` is how far what moves has moved since the frame before, in picture heights, averaged over the picture;
    `camera` is the camera's movement to the right and down, and its zoom, likewise; `momentum` holds for each of
    9 × 12 cells the movement to the right and down in picture heights, and the share of the cell that moves;
    `travel` holds for each of them, for red, green and blue: how much lighter it became beside the camera's movement, the first
    moments of that to the right and down about the cell's middle in picture heights, and its size without sign.
    """

    card = ObserverCard(
        name="motion",
        version="5",
        about="movement, and moments when something strikes, stops, starts or turns",
        picture=small.NEED,
        lead=Fraction(1),
        features={
            "motion": FeatureCard("picture"),
            "camera": FeatureCard("picture", shape=(3,)),
            "momentum": FeatureCard("picture", shape=(ROWS, ACROSS, 3), dtype="float16"),
            "travel": FeatureCard("picture", shape=(ROWS, ACROSS, 3, 4), dtype="float16"),
        },
        after=("picture", "transnet", "speech"),
        finds=("moments",),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher that remembers the last frame."""
        return _Eye(video.picture.width / max(1, video.picture.height))

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Moments, with a confidence that says how often one like it is true."""
        return Findings(moments=tuple(moments(so_far)))


class _Eye(Watcher):
    def __init__(self, aspect: float) -> None:
        import cv2

        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(1)
        self._flow.setPatchSize(4)
        self._flow.setPatchStride(4)
        self._camera = Camera(_POINTS)
        self._change = Change(_LITTLE, (ROWS, ACROSS))
        self._last: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None
        self._scale = np.array([aspect / small.WIDTH, 1 / small.HEIGHT], np.float32)
        self._unit = np.array([1, aspect / _LITTLE[1], 1 / _LITTLE[0], 1], np.float32)

    def see(self, frames: Frames) -> Rows:
        """Follow the movement from each frame to the next."""
        import cv2

        motion = np.zeros(len(frames), np.float32)
        camera = np.zeros((len(frames), 3), np.float32)
        momentum = np.zeros((len(frames), ROWS, ACROSS, 3), np.float32)
        change = np.zeros((len(frames), ROWS, ACROSS, 3, 4), np.float32)
        for n, pixels in enumerate(frames.pixels):
            grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
            little = cv2.resize(pixels, _LITTLE[::-1], interpolation=cv2.INTER_AREA)
            if self._last is not None:
                own, momentum[n] = self._between(self._last[0], grey)
                change[n] = self._change.between(self._last[1], little, own * _HALF) * self._unit
                camera[n] = own[0] * self._scale[0], own[1] * self._scale[1], own[2]
                motion[n] = np.hypot(momentum[n, ..., 0], momentum[n, ..., 1]).mean()
            self._last = grey, little
        return {
            "motion": motion,
            "camera": camera,
            "momentum": momentum.astype(np.float16),
            "travel": change.astype(np.float16),
        }

    def _between(
        self, before: NDArray[np.uint8], after: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The camera's movement, and the cells' own."""
        import cv2

        cells = np.zeros((ROWS, ACROSS, 3), np.float32)
        changed = cv2.resize(cv2.absdiff(before, after), _POINTS[::-1], interpolation=cv2.INTER_AREA)
        if not changed.any():
            return np.zeros(4, np.float32), cells
        dense: NDArray[Any] = self._flow.calc(before, after, None)
        flow = cv2.resize(dense, _POINTS[::-1], interpolation=cv2.INTER_AREA)
        own = self._camera.fit(flow)
        rest = flow - self._camera.field(own)
        moving = (np.hypot(rest[..., 0], rest[..., 1]) > _STILL) & (changed > _CHANGE)
        rest = rest * moving[..., np.newaxis] * self._scale
        stack = np.dstack([rest, moving]).astype(np.float32)
        return own, cv2.resize(stack, (ACROSS, ROWS), interpolation=cv2.INTER_AREA)
