"""What is left of a frame's difference from the one before when every part of it may come from a little beside.

Frames are laid one under the other as a single tall picture, so that one call of cv2 compares a whole batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 6, 8
WIDTH, HEIGHT = 64, 36
_HIGH, _WIDE = HEIGHT // ROWS, WIDTH // COLUMNS
_DOWN, _ACROSS = 3, 4
_PITCH = HEIGHT + 2 * _HIGH


class Matcher:
    """Compares each frame with the one before; it remembers the last."""

    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None

    def change(self, small: NDArray[np.uint8]) -> NDArray[np.float32]:
        """For each frame of 64 × 36 and each of 6 × 8 cells, the mean difference (0 to 1) that no small movement
        explains."""
        import cv2

        before = np.concatenate([small[:1] if self._last is None else self._last, small[:-1]])
        self._last = small[-1:]
        now, then = _tall(small), _wide(before)
        best: NDArray[Any] | None = None
        for down in range(2 * _DOWN + 1):
            for right in range(2 * _ACROSS + 1):
                apart = cv2.absdiff(now, then[down : down + len(now), right : right + WIDTH])
                cells = cv2.resize(apart, (COLUMNS, len(now) // _HIGH), interpolation=cv2.INTER_AREA)
                summed = cells.astype(np.uint16).sum(-1, dtype=np.uint16)
                best = summed if best is None else np.minimum(best, summed)
        assert best is not None
        whole = best.reshape(len(small), _PITCH // _HIGH, COLUMNS)[:, :ROWS]
        return np.asarray(whole / np.float32(765), np.float32)


def _tall(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The frames under each other, each with room below."""
    room = np.zeros((len(frames), _PITCH, WIDTH, 3), np.uint8)
    room[:, :HEIGHT] = frames
    return room.reshape(-1, WIDTH, 3)


def _wide(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The frames under each other as in `_tall`, each continued beyond its edges."""
    edges = ((0, 0), (_DOWN, _DOWN), (_ACROSS, _ACROSS), (0, 0))
    room = np.zeros((len(frames), _PITCH, WIDTH + 2 * _ACROSS, 3), np.uint8)
    room[:, : HEIGHT + 2 * _DOWN] = np.pad(frames, edges, mode="edge")
    tall = room.reshape(-1, WIDTH + 2 * _ACROSS, 3)
    return np.pad(tall, ((0, 2 * _DOWN), (0, 0), (0, 0)))
