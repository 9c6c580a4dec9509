"""Stretching in time without changing the pitch: to a length that is right to the sample, or along a map of time.

Which way is taken follows from measured onset error and spectral distance (`benchmarks/stretching.py`, tuning half): our
own vocoder up to one and a half times the length, with a short window and onsets set in whole where a sound is struck,
with a long one where it is held; beyond that, and without a map, Rubber Band, which smears onsets and keeps steady sound
smoother there: its R2 through pyrubberband where its program is installed, else through pedalboard, whose R3 drifts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.timemap import TimeMap
from v2a.dsp.transients import Rises, onsets, rises
from v2a.dsp.vocoder import Plan, stretched
from v2a.errors import ProgramFailed, StretchRefused
from v2a.model import Anchor

Material = Literal["struck", "held"]
FAR = 1.5
_SUDDEN = 10.0
_OFTEN = 0.3
_AUDIBLE = 6.0
_LOWEST_RATE = 1000
_HEADROOM = 2.0


@dataclass(frozen=True, slots=True)
class _Way:
    """A window in samples at 48 kHz, and by how much a bin's power rises where something sets in."""

    window: int
    rise: float


_WAYS: dict[Material, _Way] = {"struck": _Way(2048, 0.0), "held": _Way(4096, 2.0)}


def available() -> bool:
    """Whether the `rubberband` program is installed."""
    return shutil.which("rubberband") is not None


def material(samples: NDArray[np.float32], rate: int) -> Material:
    """What a sound is made of: struck where its level rises by 10 dB at once three times in ten seconds, else held."""
    return _told(rises(samples, rate), rate)


def _told(found: Rises, rate: int) -> Material:
    seconds = len(found.by) * found.hop / rate
    return "struck" if len(found.peaks(_SUDDEN, 0.1 * rate)) >= max(1.0, _OFTEN * seconds) else "held"


def to_length(samples: NDArray[np.float32], rate: int, length: int) -> NDArray[np.float32]:
    """The sound, channels × samples, made exactly `length` samples long."""
    before = samples.shape[1]
    if length == before:
        return samples
    _check(samples, rate)
    if length < 0:
        raise StretchRefused(f"a length of {length} samples does not exist", remedy="Give one of 0 or more.")
    if before == 0 or length == 0:
        return np.zeros((samples.shape[0], length), np.float32)
    if length > FAR * before:
        made = _program(samples, rate, length) if available() else _library(samples, rate, length)
        return _exactly(made, length)
    return to_map(samples, rate, length)


def to_map(
    samples: NDArray[np.float32], rate: int, length: int, anchors: Sequence[Anchor] = ()
) -> NDArray[np.float32]:
    """The sound made exactly `length` samples long, each anchor heard when it says; time runs evenly between them."""
    made = np.empty((samples.shape[0], length), np.float32)
    at = 0
    for block in along(samples, rate, TimeMap.of(samples.shape[1], length, rate, anchors)):
        made[:, at : at + block.shape[1]] = block
        at += block.shape[1]
    return made


def along(samples: NDArray[np.float32], rate: int, wanted: TimeMap) -> Iterator[NDArray[np.float32]]:
    """The sound along a map of time, in blocks; only what sounds there is read for one, so the sound may lie on disk."""
    _check(samples, rate)
    found = rises(samples, rate)
    if not np.isfinite(found.by).all():
        raise StretchRefused("a sound has samples that are not numbers", remedy="Make or read it again.")
    way = _WAYS[_told(found, rate)]
    window = 1 << round(np.log2(way.window * rate / 48_000))
    reach = window / 2
    kept = onsets(samples, found, _AUDIBLE, wanted.apart(reach))
    kept = kept[(kept > reach) & (kept < samples.shape[1] - reach)]
    yield from stretched(samples, Plan(wanted.keeping(kept, reach), kept, window, way.rise))


def _check(samples: NDArray[np.float32], rate: int) -> None:
    if samples.ndim != 2:
        raise StretchRefused(
            f"a sound has channels × samples, not {samples.ndim} dimensions", remedy="Shape it so."
        )
    if rate < _LOWEST_RATE:
        raise StretchRefused(f"a sample rate of {rate} does not exist", remedy="Give the sound's own, in Hz.")


def _program(samples: NDArray[np.float32], rate: int, length: int) -> NDArray[np.float32]:
    """By pyrubberband, which hands sound over in 16 bits: at half of full scale, where nothing clips."""
    import pyrubberband

    scale = _HEADROOM * float(np.abs(samples).max(initial=0.0)) or 1.0
    try:
        made = pyrubberband.time_stretch(samples.T / scale, rate, samples.shape[1] / length)
    except Exception as error:
        raise ProgramFailed(
            "could not stretch a sound", where="rubberband", remedy="Reinstall rubberband-cli, or remove it."
        ) from error
    return np.ascontiguousarray(np.atleast_2d(made.T) * scale, dtype=np.float32)


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
