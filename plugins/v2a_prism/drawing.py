"""Drawing latents for cues: from noise, or from a sound that they are to come near, going on from a tail if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser
from v2a_diffusion.posterior import Known, replacement
from v2a_diffusion.schedules import uniform
from v2a_diffusion.solvers import Watch
from v2a_prism import sampling
from v2a_prism.model import PrismAudio
from v2a_prism.sampling import Cue, Sampling, Velocity


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


def draw(
    model: PrismAudio,
    drafts: Sequence[Draft],
    how: Sampling,
    watch: Watch | None = None,
    velocity: Velocity | None = None,
) -> Tensor:
    """The latents of drafts in one manner (drafts × channels × length)."""
    first = drafts[0]
    draws = Draws.seeded(draft.cue.seed for draft in drafts)
    with torch.no_grad():
        start = noise = sampling.noise(draws, model, first.length)
        told = sampling.joined([draft.cue for draft in drafts], how)
        denoise: Denoiser = sampling.prepared(model, told, first.length, how, velocity)
        times = uniform(denoise.path, how.steps)
        if first.near is not None:
            times = times[round(how.steps * first.strength) :]
            near = torch.stack([d.near for d in drafts if d.near is not None]).to(noise)
            start = denoise.path.mix(near, noise, times[0])
        if first.tail is None:
            return _walked(how, denoise, start, times, draws, watch)
        tails = torch.stack([d.tail for d in drafts if d.tail is not None]).to(noise)
        known = Known.tail(tails, first.length)
        start = torch.where(known.mask, denoise.path.mix(known.data, noise, times[0]), start)
        going = replacement(denoise, known, noise)
        return known.over(_walked(how, going, start, times, draws, watch))


def _walked(
    how: Sampling, denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws, watch: Watch | None
) -> Tensor:
    return how.solver(denoise, x, times, draws, watch) if len(times) > 1 else x
