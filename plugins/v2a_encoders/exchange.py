"""Features that were worked out elsewhere: `.npz` files as PrismAudio's own tools write and read them.

A file holds `video_features` (frames × 1024, four a second), `text_features` (tokens × 1024) and `sync_features` (rows × 768,
eight for each stretch of 16 frames at 25 a second), and may hold `global_video_features` and `global_text_features` (1024
numbers each) and the `duration` in seconds.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import FileDamaged
from v2a.media.container import check_file

SUFFIX = ".npz"
_ROWS = {"video_features": 1024, "text_features": 1024, "sync_features": 768}
_WHOLE = {"global_video_features": 1024, "global_text_features": 1024}
_SECONDS = "duration"
_STRETCH = 8
_REMEDY = "Make the features again with the tool that they came from."


@dataclass(frozen=True, eq=False)
class Features:
    """What is told of a video: rows of its frames, its text and its movement, and vectors of the whole by their names."""

    video: NDArray[np.float32]
    text: NDArray[np.float32]
    sync: NDArray[np.float32]
    whole: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    seconds: float | None = None


def read(path: Path) -> Features:
    """The features in a file; raises an error of one line where it does not hold them, or not as numbers."""
    arrays = _arrays(path)
    lacks = [name for name in _ROWS if name not in arrays]
    if lacks:
        raise _wrong(path, f"lacks {', '.join(lacks)}")
    video, text, sync = (_checked(path, name, arrays[name], width, 2) for name, width in _ROWS.items())
    if len(sync) % _STRETCH:
        raise _wrong(path, f"has {len(sync)} rows of sync_features, where each stretch has {_STRETCH}")
    whole = {
        name: _checked(path, name, arrays[name].reshape(-1), width, 1)
        for name, width in _WHOLE.items()
        if name in arrays
    }
    seconds = _checked(path, _SECONDS, arrays[_SECONDS].reshape(-1), 1, 1) if _SECONDS in arrays else None
    return Features(video, text, sync, whole, None if seconds is None else float(seconds[0]))


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of these names that a file has; whatever else it has is not read."""
    check_file(path)
    try:
        with zipfile.ZipFile(path):
            pass
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in (*_ROWS, *_WHOLE, _SECONDS) if name in held.files}
    except (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise FileDamaged("this file of features cannot be read", where=str(path), remedy=_REMEDY) from error


def _checked(path: Path, name: str, array: NDArray[Any], width: int, axes: int) -> NDArray[np.float32]:
    """An array as float32, if it has rows, is as wide as it must be, and is all numbers."""
    if array.dtype.kind not in "fiu" or array.ndim != axes or array.shape[-1] != width or not len(array):
        wanted = f"rows × {width}" if axes > 1 else f"{width}"
        shape = " × ".join(map(str, array.shape)) or "none"
        raise _wrong(path, f"has {name} of {shape} {array.dtype} numbers, not of {wanted}")
    with np.errstate(over="ignore"):
        numbers = np.asarray(array, np.float32)
    if not np.isfinite(numbers).all():
        raise _wrong(path, f"has {name} that are not numbers (NaN or infinite)")
    return numbers


def _wrong(path: Path, why: str) -> FileDamaged:
    return FileDamaged(f"this file of features {why}", where=str(path), remedy=_REMEDY)
