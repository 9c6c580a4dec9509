"""The lesson of a PrismAudio: the way from noise to the latents of real sounds, told what is seen and read of them.

As published: flow matching on the straight path, most times in the middle, and now and then nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from v2a_diffusion.objectives import FLOW
from v2a_diffusion.oobleck import drawn
from v2a_diffusion.paths import straight
from v2a_diffusion.timesteps import stratified, truncated_logit_normal
from v2a_prism import conditioner
from v2a_prism.conditioner import Features, Told
from v2a_prism.conditions import in_time
from v2a_prism.model import PrismAudio
from v2a_prism.training.features import Conditions
from v2a_prism.training.kept import Lying

_PATH = straight()


@dataclass(frozen=True, eq=False)
class Example:
    """One window to learn: its name, its text, its conditions, and the means and raw scales of its latents."""

    name: str
    text: str
    told: Conditions
    moments: Lying

    @property
    def length(self) -> int:
        """How many latents there are."""
        return self.moments.shape[-1]

    @property
    def shape(self) -> tuple[int, int, int]:
        """What must be equal where windows are to go together: latents, rows of picture, rows of sync."""
        return self.length, self.told.video.shape[0], self.told.sync.shape[0]

    def features(self) -> Features:
        """Its conditions as tensors."""
        return Features(
            *(torch.from_numpy(x.read()) for x in (self.told.video, self.told.text, self.told.sync))
        )

    def latents(self, draws: torch.Generator) -> Tensor:
        """Latents of its sound (1 × channels × positions), drawn."""
        return drawn(torch.from_numpy(self.moments.read())[None], draws)


@dataclass(frozen=True, eq=False)
class FlowLesson:
    """Examples, and how often nothing is told of one, which is what guidance rests on."""

    examples: Sequence[Example]
    dropout: float = 0.1

    def __len__(self) -> int:
        """How many there are."""
        return len(self.examples)

    def loss(self, network: nn.Module, examples: Sequence[int], draws: torch.Generator) -> Tensor:
        """The mean square of what is wrong in the flow; windows of one shape go through the network together."""
        some = [self.examples[n] for n in examples]
        times = truncated_logit_normal(_PATH, stratified(len(some), draws))
        silent = torch.rand(len(some), generator=draws) < self.dropout
        latents = [example.latents(draws) for example in some]
        noise = [torch.randn(x.shape, generator=draws) for x in latents]
        wrong = []
        for places in _groups(some):
            told = _told(network, [some[p].features() for p in places], silent[places])
            data, x1 = torch.cat([latents[p] for p in places]), torch.cat([noise[p] for p in places])
            wrong.append(_wrong(network, told, data, x1, times[places]))
        return torch.cat(wrong).mean()


def _wrong(network: nn.Module, told: Told, data: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """The mean square error of each item."""
    like = told.video
    x = _PATH.mix(data, noise, times).to(like.device)
    target = FLOW.target(_PATH, data, noise, times).to(like.device)
    flow = _model(network).network(x, times.to(like.device), in_time(told, x.shape[-1]))
    return (flow.float() - target).square().mean((1, 2))


def _told(network: nn.Module, features: Sequence[Features], silent: Tensor) -> Told:
    parts = _model(network).conditioners
    told = conditioner.together([conditioner.told(parts, one) for one in features])
    return conditioner.silenced(told, silent.to(told.video.device))


def _model(network: nn.Module) -> PrismAudio:
    assert isinstance(network, PrismAudio)
    return network


def _groups(examples: Sequence[Example]) -> Iterator[list[int]]:
    found: dict[tuple[int, int, int], list[int]] = {}
    for place, example in enumerate(examples):
        found.setdefault(example.shape, []).append(place)
    yield from found.values()
