"""Stretching in time without changing the pitch: to a length that is right to the sample, or along a map of time.

Which way is taken follows from the error of onsets, and where nothing sets in from the distance of spectra, as
`benchmarks/stretching.py` measures them (tuning half): our own vocoder, with a short window and onsets set in whole where
a sound is struck, with a long one where it is held. Rubber Band does it where it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v2a.dsp import rubberband
from v2a.dsp.timemap import TimeMap
from v2a.dsp.transients import Rises, onsets, rises, softer
from v2a.dsp.vocoder import Plan, stretched
from v2a.errors import StretchRefused
from v2a.model import Anchor

Material = Literal["struck", "held"]
BY = ("vocoder", "rubberband")
_SUDDEN = 10.0
_OFTEN = 0.3
_AUDIBLE = 6.0
_LOWEST_RATE = 1000


@dataclass(frozen=True, slots=True)
class _Way:
    """A window in samples at 48 kHz, and by how much a bin's power rises where something sets in."""

    window: int
    rise: float


_WAYS: dict[Material, _Way] = {"struck": _Way(2048, 0.0), "held": _Way(4096, 2.0)}


def material(samples: NDArray[np.float32], rate: int) -> Material:
    """What a sound is made of: struck where its level rises by 10 dB at once three times in ten seconds, else held."""
    return _told(rises(samples, rate), rate)


def _told(found: Rises, rate: int) -> Material:
    seconds = len(found.by) * found.hop / rate
    return "struck" if len(found.peaks(_SUDDEN, 0.1 * rate)) >= max(1.0, _OFTEN * seconds) else "held"


def to_length(
    samples: NDArray[np.float32], rate: int, length: int, by: str = "vocoder"
) -> NDArray[np.float32]:
    """The sound, channels × samples, made exactly `length` samples long."""
    before = samples.shape[-1]
    if length == before:
        return samples
    if length < 0:
        raise StretchRefused(f"a length of {length} samples does not exist", remedy="Give one of 0 or more.")
    if before == 0 or length == 0:
        return np.zeros((samples.shape[0], length), np.float32)
    return to_map(samples, rate, length, by=by)


def to_map(
    samples: NDArray[np.float32], rate: int, length: int, anchors: Sequence[Anchor] = (), by: str = "vocoder"
) -> NDArray[np.float32]:
    """The sound made exactly `length` samples long, each anchor heard when it says; time runs evenly between them.

    Rubber Band follows anchors only where its program is installed; else the vocoder does.
    """
    made = np.empty((samples.shape[0], max(0, length)), np.float32)
    at = 0
    for block in pieces(samples, rate, length, anchors, by):
        made[:, at : at + block.shape[1]] = block
        at += block.shape[1]
    return made


def pieces(
    samples: NDArray[np.float32], rate: int, length: int, anchors: Sequence[Anchor] = (), by: str = "vocoder"
) -> Iterator[NDArray[np.float32]]:
    """What `to_map` makes, in pieces: the vocoder reads only what sounds in one, so the sound may lie on disk."""
    _check(samples, rate)
    if by not in BY:
        raise StretchRefused(f"nothing here stretches by {by!r}", remedy=f"Use {' or '.join(BY)}.")
    wanted = TimeMap.of(samples.shape[1], length, rate, anchors)
    other = rubberband.along(samples, rate, wanted) if by == "rubberband" else None
    yield from along(samples, rate, wanted) if other is None else (other,)


def along(samples: NDArray[np.float32], rate: int, wanted: TimeMap) -> Iterator[NDArray[np.float32]]:
    """The sound along a map of time by the vocoder, in pieces."""
    found = rises(samples, rate)
    if not np.isfinite(found.by).all():
        raise StretchRefused("a sound has samples that are not numbers", remedy="Make or read it again.")
    way = _WAYS[_told(found, rate)]
    window = 1 << round(np.log2(way.window * rate / 48_000))
    reach = window / 2
    apart = wanted.apart(reach)
    kept = onsets(samples, found, _AUDIBLE, apart)
    kept = np.sort(np.concatenate([kept, softer(found, wanted.source[1:-1], apart, kept)]))
    kept = kept[(kept > reach) & (kept < samples.shape[1] - reach)]
    yield from stretched(samples, Plan(wanted.keeping(kept, reach), kept, window, way.rise))


def _check(samples: NDArray[np.float32], rate: int) -> None:
    if samples.ndim != 2:
        raise StretchRefused(
            f"a sound has channels × samples, not {samples.ndim} dimensions", remedy="Shape it so."
        )
    if rate < _LOWEST_RATE:
        raise StretchRefused(f"a sample rate of {rate} does not exist", remedy="Give the sound's own, in Hz.")
