"""Drawing latents for cues: from noise, or from a sound that they are to come near, going on from a tail if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.paths import Path
from v2a_diffusion.schedules import uniform
from v2a_diffusion.solvers import Watch
from v2a_prism import sampling
from v2a_prism.model import PrismAudio
from v2a_prism.sampling import Cue, Sampling


@dataclass(frozen=True, eq=False)
class Draft:
    """What is to be drawn for one cue: what is told of it, how many latents, and what it follows or comes near.

    `tail` (channels × positions) are the latents that it begins with, `near` (channels × length) those that it comes
    near, with `strength` from 0 to 1.
    """

    cue: Cue
    length: int
    tail: Tensor | None = None
    near: Tensor | None = None
    strength: float = 0.0

    @property
    def manner(self) -> tuple[object, ...]:
        """What drafts have in common that can be drawn together."""
        told = self.cue.told
        known = 0 if self.tail is None else self.tail.shape[-1]
        return (
            self.length, told.video.shape[1], told.sync.shape[1], self.cue.unwanted is None, known,
            None if self.near is None else self.strength,
        )  # fmt: skip


def draw(model: PrismAudio, drafts: Sequence[Draft], how: Sampling, watch: Watch | None = None) -> Tensor:
    """The latents of drafts in one manner (drafts × channels × length)."""
    first = drafts[0]
    draws = Draws.seeded(draft.cue.seed for draft in drafts)
    with torch.inference_mode():
        noise = sampling.noise(draws, model, first.length)
        told = sampling.joined([draft.cue for draft in drafts], how)
        denoise: Denoiser = sampling.prepared(model, told, first.length, how)
        if first.tail is not None:
            tails = torch.stack([d.tail for d in drafts if d.tail is not None]).to(noise)
            denoise = Going(denoise, tails, noise[..., : tails.shape[-1]])
        times = uniform(denoise.path, how.steps)
        start = noise
        if first.near is not None:
            times = times[round(how.steps * first.strength) :]
            near = torch.stack([d.near for d in drafts if d.near is not None]).to(noise)
            start = denoise.path.mix(near, noise, times[0])
        return how.solver(denoise, start, times, draws, watch) if len(times) > 1 else start


@dataclass(frozen=True, eq=False)
class Going:
    """A denoiser whose first positions are known: they stay on the way from their noise to what they are.

    The rest is asked with them beside it, so it goes on from them. This is the replacement method (Song et al. 2021, arXiv
    2011.13456, appendix I) along a straight path, where the way of what is known is exact in every step.
    """

    denoise: Denoiser
    known: Tensor
    noise: Tensor

    @property
    def path(self) -> Path:
        """The path of the denoiser."""
        return self.denoise.path

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """Part x, of which the first positions are known."""
        count = self.known.shape[-1]
        x = torch.cat([self.path.mix(self.known, self.noise, t), x[..., count:]], dim=-1)
        told = self.denoise(x, t)
        flow = self.path.flow(self.known, self.noise, t)
        parts = ((self.known, told.data), (self.noise, told.noise), (flow, told.flow))
        return Estimate(*(torch.cat([own, rest[..., count:]], dim=-1) for own, rest in parts))
