"""The generator of backgrounds from the user's own libraries, of any length and without a loop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import v2a
from v2a.dsp.grains import Texture, usable
from v2a_retrieval import choose
from v2a_retrieval.choose import Terms
from v2a_retrieval.counter import LICENCE, RANK, Counter
from v2a_retrieval.material import Reading, credits_owed, sources, terms
from v2a_retrieval.search import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_LONGEST = 180
_LEVEL = -28.0
_CEILING = 0.9
_UNDER = -5.0
_MOST = 3
_EVERY_WORD = 0.85


@dataclass(frozen=True)
class AmbiencesParams:
    """How recordings of backgrounds are chosen and extended."""

    licence: str = v2a.option("", "licences of recordings that may be used, such as cc0,own; empty: any")
    match: float = v2a.option(0.7, "how well a recording must fit, from 0 to 1", low=0.0, high=1.0)
    grain: float = v2a.option(
        0.0,
        "length of a grain where a recording is too short; 0: after its length",
        unit="s",
        low=0.0,
        high=30.0,
    )


def ambiences(state: str) -> v2a.Generator:
    """The generator over the index in this state."""

    class Ambiences(v2a.Generator):
        """Backgrounds from the user's own libraries."""

        card = v2a.GeneratorCard(
            name="ambiences",
            version=f"3+{state}",
            kinds=("bg",),
            licence=LICENCE,
            about="backgrounds from your own libraries, of any length, without a loop",
            windowing="exact",
            rank=RANK,
            params=AmbiencesParams,
        )

        def open(self, bench: v2a.Bench) -> v2a.Maker:
            """Open the index."""
            return _Maker()

    return Ambiences()


class _Maker(Counter):
    def made(self, request: v2a.Request) -> v2a.Made | None:
        params = AmbiencesParams(**request.params)
        chosen = self._chosen(request, Terms(params.licence, params.match))
        return self._laid(request, params, chosen) if chosen else None

    def _chosen(self, request: v2a.Request, terms: Terms) -> list[Hit]:
        """One recording of all that is asked for, or one of each sound that the prompt names."""
        clauses = choose.clauses(request.prompt)[:_MOST]
        wholly = terms if len(clauses) < 2 else replace(terms, match=max(terms.match, _EVERY_WORD))
        whole = self._first(request, request.prompt, wholly)
        if whole is not None:
            return [whole]
        several = [self._first(request, clause, terms) for clause in clauses]
        found = [hit for hit in several if hit is not None]
        return found if len(several) > 1 and len(found) == len(several) else []

    def _first(self, request: v2a.Request, prompt: str, terms: Terms) -> Hit | None:
        pool = choose.for_background(choose.hits(self.search, prompt, terms), request)
        return choose.turn(pool, request)[0] if pool else None

    def _laid(self, request: v2a.Request, params: AmbiencesParams, chosen: list[Hit]) -> v2a.Made:
        made = np.zeros((2, request.length), np.float32)
        for number, hit in enumerate(chosen):
            level = _LEVEL + (_UNDER if number else 0.0)
            made += self._stretch(request, hit, params.grain, level, number)
        # Bent under the ceiling sample by sample, so that every window is bent alike.
        made = np.where(np.abs(made) > 0.5, np.sign(made) * _bent(np.abs(made)), made).astype(np.float32)
        sound = v2a.Audio(made, request.rate)
        if request.channels != 2:
            from v2a.media.resample import to_channels

            sound = to_channels(sound, request.channels)
        return v2a.Made(sound, credits=credits_owed(chosen), notes=sources(chosen), commercial=terms(chosen))

    def _stretch(self, request: v2a.Request, hit: Hit, grain: float, level: float, number: int) -> Wave:
        """The wanted window of a recording: as it is where it is long enough, else made of grains."""
        rate = request.rate
        wave = usable(self.material(hit, Reading(rate, 2, _LONGEST)), rate)
        gain = np.float32(10 ** (level / 20) / max(_loudness(wave), 1e-6))
        seed = v2a.derived_seed(request.seed, "background", number)
        room = wave.shape[1] - request.whole_length
        if room >= 0 and not grain:
            start = seed % (room + 1) + request.start
            return np.asarray(wave[:, start : start + request.length] * gain, np.float32)
        return Texture(wave, rate, seed, grain).window(request.start, request.length) * gain


def _loudness(wave: Wave) -> float:
    return float(np.sqrt(np.mean(wave.astype(np.float64) ** 2)))


def _bent(level: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(0.5 + (_CEILING - 0.5) * np.tanh((level - 0.5) / (_CEILING - 0.5)))
