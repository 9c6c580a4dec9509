"""The generator of backgrounds: endless, never repeating, and any window of them can be made by itself."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import v2a
from v2a_foley.foley import LICENCE, unknown
from v2a_foley.scapes import ATMOS
from v2a_foley.wants import AtmosParams, Quality, described, settled
from v2a_foley.words import matches, vocabulary, words

if TYPE_CHECKING:
    from v2a_foley.layers import Layer, Place


@dataclass(frozen=True)
class Scape:
    """The layers of a background and the gain in dB that brings them to their nominal loudness."""

    layers: Sequence[Layer]
    gain: float = 0.0


def together(*scapes: Scape) -> Scape:
    """Several backgrounds as one, each at its own gain."""
    from v2a_foley.layers import Scaled

    return Scape(tuple(Scaled(layer, scape.gain) for scape in scapes for layer in scape.layers))


_WHERE = re.compile(r"\b(?:on|in|at|over|outside|inside|near|by)\b", re.IGNORECASE)
_UNDER = -12.0
Weather = Callable[["Place", Quality], Scape]


class Atmos(v2a.Generator):
    """Backgrounds made from their physics, of any length, that never loop."""

    card: ClassVar[v2a.GeneratorCard] = v2a.GeneratorCard(
        name="atmos",
        version="5",
        kinds=("bg",),
        licence=LICENCE,
        about="backgrounds synthesised from their physics, without weights; never a loop",
        windowing="exact",
        words=vocabulary(ATMOS),
        params=AtmosParams,
    )

    def open(self, bench: v2a.Bench) -> v2a.Maker:
        """A maker; there is nothing to load."""
        return _Maker()


class _Maker(v2a.Maker):
    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        for request in requests:
            yield make(request)


def make(request: v2a.Request) -> v2a.Made | v2a.Failure:
    """The wanted window of a background, or why there is none; several sounds in one prompt sound together.

    What comes after `on`, `in` or the like is where the others sound, and lies under them.
    """
    import numpy as np

    from v2a_foley.distance import afar, weaker
    from v2a_foley.layers import Place, render, rounded

    found = matches(request.prompt, ATMOS)
    if not found:
        return unknown(request.prompt, ATMOS)
    first = {m.known.name for m in matches(_WHERE.split(request.prompt)[0], ATMOS)}
    first &= {match.known.name for match in found}
    sound = np.zeros((2, request.length), np.float32)
    for match in found[:4]:
        known = match.known
        quality = settled(described(words(request.prompt), known.start), AtmosParams(**request.params))
        weather: Weather = getattr(importlib.import_module(f"v2a_foley.{known.module}"), known.name)
        place = Place(v2a.derived_seed(request.seed, known.name), request.rate)
        scape = weather(place, quality)
        under = _UNDER if first and known.name not in first else 0.0
        shared = np.sqrt(min(len(first) or len(found), 4))
        far = quality.distance
        gain = np.float32(10 ** ((scape.gain + known.level + under + weaker(far)) / 20) / shared)
        sound += gain * render(
            [afar(layer, far, place) for layer in scape.layers], request.start, request.length
        )
    bent = rounded(sound)
    if request.channels != 2:
        bent = np.repeat((bent[:1] + bent[1:]) * np.float32(0.5), request.channels, axis=0)
    notes = tuple(f"{m.nearly}: the nearest sound that is known" for m in found if m.nearly)
    return v2a.Made(v2a.Audio(bent, request.rate), notes=notes)
