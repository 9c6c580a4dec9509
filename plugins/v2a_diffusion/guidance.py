"""Guidance: denoisers made of denoisers, that lean towards what is asked for.

    guided = classifier_free(model, null, scale=5.0)     # null: the conditions of silence, or of a negative prompt
    guided = adaptive_projected(model, null, scale=9.0)  # scales that would be too loud
    guided = autoguidance(model, worse_model, scale=2.0)
    guided = classifier(denoise, log_likelihood, scale=1.0)

What comes out is a `Denoiser` like what went in, so any solver takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from v2a_diffusion.gradients import gradient
from v2a_diffusion.objectives import Conditions, Denoiser, Estimate, Model, from_data
from v2a_diffusion.paths import Path, spread

Pair = Callable[[Tensor, Tensor], tuple[Estimate, Estimate]]


@dataclass(frozen=True)
class Guided:
    """A denoiser that asks others."""

    path: Path
    ask: Callable[[Tensor, Tensor], Estimate]

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """Part x into data and noise."""
        return self.ask(x, t)


@dataclass(frozen=True)
class Interval:
    """The noise levels (sigma / alpha) at which to guide, both ends included.

    Kynkäänniemi et al. 2024, "Applying guidance in a limited interval" (arXiv 2404.07724).
    """

    low: float = 0.0
    high: float = float("inf")

    def holds(self, path: Path, t: Tensor) -> bool:
        """Whether a time lies within."""
        level = path.noise_to_signal(t)
        return bool(((self.low <= level) & (level <= self.high)).all())


def classifier_free(
    model: Model,
    null: Conditions,
    scale: float,
    rescale: float = 0.0,
    interval: Interval = Interval(),
    joined: bool = True,
) -> Denoiser:
    """Go from what the network says under the null conditions to what it says under its own, and beyond.

    Ho and Salimans 2022 (arXiv 2207.12598). The null is nothing or a negative prompt. Both are asked in one call of
    twice the batch, unless `joined` is off or their shapes differ. `rescale` is phi of Lin et al. (see `rescaled`).
    """
    if scale == 1:
        return model
    pair = asked(model, null, joined)

    def ask(x: Tensor, t: Tensor) -> Estimate:
        if not interval.holds(model.path, t):
            return model(x, t)
        wanted, unwanted = pair(x, t)
        guided = unwanted.towards(wanted, scale)
        return from_data(model.path, x, t, rescaled(guided.data, wanted.data, rescale)) if rescale else guided

    return Guided(model.path, ask)


def adaptive_projected(
    model: Model,
    null: Conditions,
    scale: float,
    parallel: float = 0.0,
    radius: float = float("inf"),
    joined: bool = True,
) -> Denoiser:
    """Guide across the data rather than along them, which makes them louder but no better.

    Sadat, Hilliges and Weber 2024 (arXiv 2410.02416), without its momentum: a denoiser here remembers nothing.
    `parallel` is the share of the guidance along the data that is kept (1 for classifier-free guidance), `radius` the
    most that data may be moved before scaling, as an item's norm.
    """
    pair = asked(model, null, joined)

    def ask(x: Tensor, t: Tensor) -> Estimate:
        wanted, unwanted = pair(x, t)
        move = wanted.data - unwanted.data
        move = move * (radius / norm(move)).clamp(max=1.0)
        along = wanted.data / norm(wanted.data)
        lengthwise = (move * along).sum(dim=tuple(range(1, x.ndim)), keepdim=True) * along
        data = wanted.data + (scale - 1) * (move - lengthwise + parallel * lengthwise)
        return from_data(model.path, x, t, data)

    return Guided(model.path, ask)


def autoguidance(better: Denoiser, worse: Denoiser, scale: float) -> Denoiser:
    """Go away from what a worse version of the same model says. Karras et al. 2024 (arXiv 2406.02507)."""
    return Guided(better.path, lambda x, t: worse(x, t).towards(better(x, t), scale))


def classifier(
    denoise: Denoiser, log_likelihood: Callable[[Tensor, Tensor], Tensor], scale: float
) -> Denoiser:
    """Climb the likelihood, one logarithm an item, that a listener gives to noisy sound.

    Dhariwal and Nichol 2021 (arXiv 2105.05233).
    """
    path = denoise.path

    def ask(x: Tensor, t: Tensor) -> Estimate:
        audible = path.with_signal(t)
        uphill = gradient(lambda shown: log_likelihood(shown, audible), x)
        per_data = spread(path.sigma(audible) ** 2 / path.alpha(audible), x)
        return from_data(path, x, t, denoise(x, t).data + scale * per_data * uphill)

    return Guided(path, ask)


def asked(model: Model, null: Conditions, joined: bool) -> Pair:
    """A model under its own conditions and under others, in one call of twice the batch where that can be."""
    negative = model.given(null)
    if not (joined and alike(model.conditions, null)):
        return lambda x, t: (model(x, t), negative(x, t))
    both = model.given(paired(model.conditions, null))
    return lambda x, t: halves(both(twice(x), twice(t)))


def norm(x: Tensor) -> Tensor:
    """The norm of each item, shaped so that it divides the batch; never 0."""
    lengths = x.flatten(1).norm(dim=1).clamp_min(torch.finfo(x.dtype).tiny)
    return spread(lengths, x)


def rescaled(guided: Tensor, plain: Tensor, phi: float) -> Tensor:
    """Guided data, a share phi of it as loud (by the item's standard deviation) as without guidance.

    Lin et al. 2023, "Common diffusion noise schedules are flawed" (arXiv 2305.08891), section 3.4.
    """
    axes = tuple(range(1, guided.ndim))
    loudness = plain.std(dim=axes, keepdim=True) / guided.std(dim=axes, keepdim=True)
    return guided * (1 + phi * (loudness - 1))


def alike(one: Conditions, other: Conditions) -> bool:
    """Whether two sets of conditions can be asked for in one call: tensors of one shape, and else the same things."""

    def fits(value: Any, against: Any) -> bool:
        if isinstance(value, Tensor) and isinstance(against, Tensor):
            return bool(value.shape == against.shape)
        return value is against

    return one.keys() == other.keys() and all(fits(one[name], other[name]) for name in one)


def paired(one: Conditions, other: Conditions) -> dict[str, Any]:
    """Two sets of conditions that are alike as one of twice the batch."""
    return {
        name: torch.cat([value, other[name]]) if isinstance(value, Tensor) else value
        for name, value in one.items()
    }


def twice(values: Tensor) -> Tensor:
    """A batch and itself once more; a time of no dimension goes with all items as it is."""
    return torch.cat([values, values]) if values.ndim else values


def halves(estimate: Estimate) -> tuple[Estimate, Estimate]:
    """An estimate of twice the batch as two."""
    (data, other_data), (noise, other_noise) = estimate.data.chunk(2), estimate.noise.chunk(2)
    flow, other_flow = estimate.flow.chunk(2)
    return Estimate(data, noise, flow), Estimate(other_data, other_noise, other_flow)
