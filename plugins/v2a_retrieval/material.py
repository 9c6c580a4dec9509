"""Recordings as material: read once, at the rate and in the channels that are asked for, and what is owed for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

import v2a
from v2a.model.licence import Commercial, strictest
from v2a_retrieval import licences
from v2a_retrieval.search import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_KEPT_SAMPLES = 60_000_000


@dataclass(frozen=True)
class Reading:
    """How a recording is read: rate, channels, and the longest stretch of it in seconds."""

    rate: int
    channels: int
    most: int


class Material:
    """Reads recordings and keeps the latest in memory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Reading], Wave] = OrderedDict()

    def __call__(self, hit: Hit, reading: Reading) -> Wave:
        """The sound of a recording: channels × samples; of a longer one its middle."""
        key = (hit.digest, reading)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        wave = _read(hit, reading)
        self._kept[key] = wave
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > _KEPT_SAMPLES:
            self._kept.popitem(last=False)
        return wave


def _read(hit: Hit, reading: Reading) -> Wave:
    from v2a.media import sound

    length = hit.sound.duration
    span = None
    if length > reading.most:
        start = Fraction(int((length - reading.most) / 2))
        span = v2a.Span(start, start + reading.most)
    audio = sound.read(hit.file, rate=reading.rate, channels=reading.channels, span=span)
    wave = np.nan_to_num(audio.samples, nan=0.0, posinf=0.0, neginf=0.0)
    wave = wave - wave.mean(axis=1, keepdims=True) if wave.size else wave
    wave.flags.writeable = False
    return wave


def terms(hits: Iterable[Hit]) -> Commercial:
    """Whether what is made of some recordings may be sold."""
    return strictest(licences.commercial(hit.licence) for hit in hits)


def credits_owed(hits: Iterable[Hit]) -> tuple[v2a.Credit, ...]:
    """The credits that the licences of recordings ask for; each names the recording's digest."""
    owed = [hit for hit in hits if licences.owes_credit(hit.licence)]
    return tuple(
        dict.fromkeys(
            v2a.Credit(
                f"{hit.title} ({hit.file.name}, {hit.digest[:12]})",
                hit.author or f"library {hit.library}",
                hit.licence,
                licences.read(hit.licence),
            )
            for hit in owed
        )
    )


def sources(hits: Iterable[Hit]) -> tuple[str, ...]:
    """What a take was made from, for its notes."""
    return tuple(
        dict.fromkeys(
            f"recording {hit.file.name!r} of library {hit.library!r}, {hit.digest[:12]}, licence {hit.licence}"
            for hit in hits
        )
    )
