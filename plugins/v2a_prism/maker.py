"""The maker: requests in, sound out; those of one length and manner are drawn together where the device is no CPU."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

import v2a
from v2a.errors import WeightsUnfit
from v2a_diffusion.solvers import Solver, Step, broken, euler, heun, midpoint, rk4
from v2a_prism import conditions, sampling
from v2a_prism.drawing import Draft, draw
from v2a_prism.generator import PrismParams
from v2a_prism.model import PrismAudio
from v2a_prism.opening import Opened, opened
from v2a_prism.sampling import Cue, Sampling

SOLVERS: Mapping[str, Solver] = {"euler": euler, "heun": heun, "midpoint": midpoint, "rk4": rk4}
_EDGE = 2
"""The last latents of a tail know nothing of what comes after it, and are drawn anew."""
_SPOILT = v2a.Failure(
    "came to numbers that are not finite while it was sampled",
    "Another seed may do better (v2a takes reroll), or less guidance.",
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
        self._opened: Opened | None = None

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
        self._opened = None

    def _answers(self, requests: Sequence[v2a.Request]) -> Iterator[dict[int, v2a.Made | v2a.Failure]]:
        given = [(number, request, _params(request)) for number, request in enumerate(requests)]
        for named in dict.fromkeys((p.model, p.adapter) for _, _, p in given):
            model = self._model(*named)
            asked: list[_Asked] = []
            for number, request, params in given:
                if (params.model, params.adapter) != named:
                    continue
                try:
                    asked.append(_Asked(number, request, params, _draft(model, request, params)))
                except WeightsUnfit as error:
                    yield {number: v2a.Failure(error.what, error.remedy, error.exit_code)}
            for batch in _batches(asked, alone=self._bench.device == "cpu"):
                yield self._made(model, batch)

    def _model(self, name: str, adapter: str) -> PrismAudio:
        held = self._opened
        if held is None or (held.name, held.adapter) != (name, adapter):
            self._opened = held = None
            self._opened = held = opened(self._bench, name, adapter)
        return held.model

    def _made(self, model: PrismAudio, batch: Sequence[_Asked]) -> dict[int, v2a.Made | v2a.Failure]:
        params = batch[0].params
        how = Sampling(params.steps, params.guidance, params.rescale, solver=SOLVERS[params.solver])
        latents = draw(model, [asked.draft for asked in batch], how, self._watch)
        lost = broken(latents)
        sound = sampling.decode(model, latents)
        spoilt = {*lost, *broken(sound)}
        return {
            asked.number: _SPOILT if place in spoilt else _cut(sound[place], asked.request)
            for place, asked in enumerate(batch)
        }

    def _watch(self, step: Step) -> None:
        self._bench.progress(step.index + 1, step.steps)


def _params(request: v2a.Request) -> PrismParams:
    return PrismParams(**request.params)


def _draft(model: PrismAudio, request: v2a.Request, params: PrismParams) -> Draft:
    """What is to be drawn for a request."""
    config = model.config
    features = conditions.of(request, config, params.features)
    length = math.ceil(request.window.duration * config.rate / config.hop)
    told = conditions.in_time(sampling.tell(model, features), request, config, length)
    avoided = conditions.avoided(request, config)
    unwanted = None if avoided is None else sampling.unwanted(model, avoided)
    cue = Cue(told, request.seed, unwanted)
    tail = None if request.tail is None else _latents(model, request.tail)[:, :-_EDGE]
    near = None
    if request.reference is not None and request.strength:
        near = _filled(_latents(model, request.reference, length * config.hop), length)
    usable = tail if tail is not None and 0 < tail.shape[-1] < length else None
    return Draft(cue, length, usable, near, request.strength)


def _latents(model: PrismAudio, sound: v2a.SoundFile, most: int | None = None) -> Tensor:
    """A sound's latents (channels × positions), of as many samples as there may be."""
    samples = np.array(sound.open().samples[:, :most], np.float32)
    device = next(model.parameters()).device
    return sampling.encode(model, torch.from_numpy(samples)[None].to(device))[0]


def _filled(latents: Tensor, length: int) -> Tensor:
    """Latents that begin again until they are long enough."""
    return latents[:, torch.arange(length) % latents.shape[-1]]


def _batches(asked: Sequence[_Asked], alone: bool) -> Iterator[list[_Asked]]:
    """Those in one manner together; on a CPU each by itself, so that its bytes do not depend on its company."""
    groups: dict[object, list[_Asked]] = {}
    for one in asked:
        groups.setdefault(one.number if alone else one.manner, []).append(one)
    yield from groups.values()


def _cut(sound: Tensor, request: v2a.Request) -> v2a.Made:
    samples: Any = sound[:, : request.length].float().cpu().numpy()
    return v2a.Made(v2a.Audio(np.ascontiguousarray(samples), request.rate))
