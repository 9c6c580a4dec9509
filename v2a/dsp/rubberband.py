"""Stretching by Rubber Band, for those who prefer how it sounds: its R2 by its program, else by pedalboard.

R3 is not used: pedalboard's drifts, and the program's loses length along a map of time. Neither of the two ways is
exact at onsets; `benchmarks/stretching.py` says by how much.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.timemap import TimeMap
from v2a.errors import ProgramFailed

_HEADROOM = 2.0
_STEEPEST = 1e-9

Wave = NDArray[np.float32]


def available() -> bool:
    """Whether the `rubberband` program is installed."""
    return shutil.which("rubberband") is not None


def along(samples: Wave, rate: int, wanted: TimeMap) -> Wave | None:
    """The sound, channels × samples, along a map of time; nothing where that takes the program and it is not installed."""
    length, even = wanted.length, np.ptp(wanted.slopes) < _STEEPEST
    if not available():
        return _exactly(_library(samples, rate, length), length) if even else None
    if even:
        return _exactly(_program(samples, lambda w, p: p.time_stretch(w, rate, len(w) / length)), length)
    points = [(round(s), round(t)) for s, t in zip(wanted.source, wanted.target, strict=True)]
    return _exactly(_program(samples, lambda w, p: p.timemap_stretch(w, rate, points)), length)


def _program(samples: Wave, stretch: Callable[[Wave, Any], Wave]) -> Wave:
    """By pyrubberband, which hands sound over in 16 bits: at half of full scale, where nothing clips."""
    import pyrubberband

    scale = np.float32(_HEADROOM * float(np.abs(samples).max(initial=0.0)) or 1.0)
    try:
        made = stretch(samples.T / scale, pyrubberband)
    except Exception as error:
        raise ProgramFailed(
            "could not stretch a sound", where="rubberband", remedy="Reinstall rubberband-cli, or remove it."
        ) from error
    return np.ascontiguousarray(made.reshape(-1, len(samples)).T * scale, dtype=np.float32)


def _library(samples: Wave, rate: int, length: int) -> Wave:
    import pedalboard

    made = pedalboard.time_stretch(
        np.ascontiguousarray(samples), float(rate), samples.shape[1] / length, high_quality=False
    )
    return np.asarray(made, dtype=np.float32)


def _exactly(samples: Wave, length: int) -> Wave:
    if samples.shape[1] >= length:
        return samples[:, :length]
    return np.pad(samples, ((0, 0), (0, length - samples.shape[1])))
