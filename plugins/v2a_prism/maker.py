"""The maker: requests in, sound out; those of one length and manner are drawn together where the device is no CPU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

import v2a
from v2a_diffusion.solvers import Solver, Step, broken, deis_3, dpmpp_2m, dpmpp_3m, euler, heun, midpoint, rk4
from v2a_prism import sampling
from v2a_prism.drafting import drafts
from v2a_prism.drawing import Draft, draw
from v2a_prism.generator import PrismParams
from v2a_prism.graphs import fast
from v2a_prism.memory import Keeping
from v2a_prism.opening import Weights, opened
from v2a_prism.residence import Residence
from v2a_prism.sampling import Sampling, Velocity

SOLVERS: Mapping[str, Solver] = {
    "euler": euler,
    "heun": heun,
    "midpoint": midpoint,
    "rk4": rk4,
    "dpmpp-2m": dpmpp_2m,
    "dpmpp-3m": dpmpp_3m,
    "deis-3": deis_3,
}
_SPOILT = v2a.Failure(
    "came to numbers that are not finite while it was sampled",
    "Another seed may do better (v2a takes reroll), or less guidance; where all cues fail, look after the weights "
    "(v2a models list --check).",
)


@dataclass(frozen=True, eq=False)
class _Asked:
    """A request, the number it came with, and what is to be drawn for it."""

    number: int
    request: v2a.Request
    params: PrismParams
    draft: Draft

    @property
    def manner(self) -> tuple[object, ...]:
        p = self.params
        return (p.steps, p.guidance, p.rescale, p.solver, *self.draft.manner)


class PrismMaker(v2a.Maker):
    """PrismAudio at a bench; weights are loaded when a request names them, and one model's are held at a time."""

    def __init__(self, bench: v2a.Bench) -> None:
        self._bench = bench
        self._held: tuple[Weights, Residence] | None = None
        self._velocity: Velocity | None = None

    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        """Yield what was made of each request, in order, as soon as it and those before it are there."""
        ready: dict[int, v2a.Made | v2a.Failure] = {}
        due = 0
        for answers in self._answers(requests):
            ready.update(answers)
            while due in ready:
                yield ready.pop(due)
                due += 1

    def close(self) -> None:
        """Let go of the weights."""
        self._held = self._velocity = None

    def _answers(self, requests: Sequence[v2a.Request]) -> Iterator[dict[int, v2a.Made | v2a.Failure]]:
        given = [(number, request, PrismParams(**request.params)) for number, request in enumerate(requests)]
        for wanted in dict.fromkeys(Weights.of(params) for _, _, params in given):
            own = [one for one in given if Weights.of(one[2]) == wanted]
            home = self._opened(wanted)
            made = drafts(home, [(request, params) for _, request, params in own])
            yield {one[0]: draft for one, draft in zip(own, made) if isinstance(draft, v2a.Failure)}
            asked = [_Asked(*one, draft) for one, draft in zip(own, made) if isinstance(draft, Draft)]
            for batch in _batches(asked, 1 if self._bench.device == "cpu" else home.plan.load.cues):
                yield self._made(home, batch)

    def _opened(self, wanted: Weights) -> Residence:
        if self._held is None or self._held[0] != wanted:
            self.close()
            home = opened(self._bench, wanted)
            self._velocity = fast(home.model) if home.plan.keeping is Keeping.RESIDENT else None
            self._held = wanted, home
        return self._held[1]

    def _made(self, home: Residence, batch: Sequence[_Asked]) -> dict[int, v2a.Made | v2a.Failure]:
        params = batch[0].params
        how = Sampling(params.steps, params.guidance, params.rescale, solver=SOLVERS[params.solver])
        with home.sampling():
            latents = draw(home.model, [asked.draft for asked in batch], how, self._watch, self._velocity)
        with home.decoding():
            sound = sampling.decode(home.model, latents, home.plan.load.piece)
        spoilt = {*broken(latents), *broken(sound)}
        return {
            asked.number: _SPOILT if place in spoilt else _cut(sound[place], asked.request)
            for place, asked in enumerate(batch)
        }

    def _watch(self, step: Step) -> None:
        self._bench.progress(step.index + 1, step.steps)


def _batches(asked: Sequence[_Asked], most: int) -> Iterator[list[_Asked]]:
    """Those in one manner together, so many at most; on a CPU each by itself: its bytes do not depend on its company."""
    groups: dict[object, list[_Asked]] = {}
    for one in asked:
        groups.setdefault(one.manner, []).append(one)
    for group in groups.values():
        yield from (group[first : first + most] for first in range(0, len(group), most))


def _cut(sound: Tensor, request: v2a.Request) -> v2a.Made:
    samples: Any = sound[:, : request.length].float().cpu().numpy()
    told = f"told {request.said!r}" + (f", not {request.avoid!r}" if request.avoid else "")
    return v2a.Made(v2a.Audio(np.ascontiguousarray(samples), request.rate), notes=(told,))
