"""Stretching in time without changing the pitch, to a length that is right to the sample.

Rubber Band does it: through pyrubberband where its program is installed, else through pedalboard's R2. Pedalboard's
R3 is not used, because it drifts; nor are time maps with `--fine`, which lose length.
"""

from __future__ import annotations

import shutil

import numpy as np
from numpy.typing import NDArray

from v2a.errors import ProgramFailed


def available() -> bool:
    """Whether the `rubberband` program is installed."""
    return shutil.which("rubberband") is not None


def to_length(samples: NDArray[np.float32], rate: int, length: int) -> NDArray[np.float32]:
    """The sound, channels × samples, made exactly `length` samples long."""
    before = samples.shape[1]
    if length == before:
        return samples
    if before == 0 or length == 0:
        return np.zeros((samples.shape[0], length), np.float32)
    made = _program(samples, rate, length) if available() else _library(samples, rate, length)
    return _exactly(made, length)


def _program(samples: NDArray[np.float32], rate: int, length: int) -> NDArray[np.float32]:
    import pyrubberband

    try:
        made = pyrubberband.time_stretch(samples.T, rate, samples.shape[1] / length)
    except Exception as error:
        raise ProgramFailed(
            "could not stretch a sound", where="rubberband", remedy="Reinstall rubberband-cli, or remove it."
        ) from error
    return np.ascontiguousarray(np.atleast_2d(made.T), dtype=np.float32)


def _library(samples: NDArray[np.float32], rate: int, length: int) -> NDArray[np.float32]:
    import pedalboard

    made = pedalboard.time_stretch(
        np.ascontiguousarray(samples), float(rate), samples.shape[1] / length, high_quality=False
    )
    return np.asarray(made, dtype=np.float32)


def _exactly(samples: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    if samples.shape[1] >= length:
        return samples[:, :length]
    return np.pad(samples, ((0, 0), (0, length - samples.shape[1])))
