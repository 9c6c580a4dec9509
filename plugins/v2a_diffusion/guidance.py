"""Guidance: denoisers made of denoisers, that lean towards what is asked for.

    guided = classifier_free(model, null, scale=5.0)     # null: the conditions of silence, or of a negative prompt

What comes out is a `Denoiser` like what went in, so any solver takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from v2a_diffusion.objectives import Conditions, Denoiser, Estimate, Model, from_data
from v2a_diffusion.paths import Path


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
    negative = model.given(null)
    both = model.given(paired(model.conditions, null)) if joined and alike(model.conditions, null) else None

    def ask(x: Tensor, t: Tensor) -> Estimate:
        if not interval.holds(model.path, t):
            return model(x, t)
        with_it, without = halves(both(twice(x), twice(t))) if both else (model(x, t), negative(x, t))
        guided = without.towards(with_it, scale)
        return (
            from_data(model.path, x, t, rescaled(guided.data, with_it.data, rescale)) if rescale else guided
        )

    return Guided(model.path, ask)


def rescaled(guided: Tensor, plain: Tensor, phi: float) -> Tensor:
    """Guided data, a share phi of it as loud (by the item's standard deviation) as without guidance.

    Lin et al. 2023, "Common diffusion noise schedules are flawed" (arXiv 2305.08891), section 3.4.
    """
    axes = tuple(range(1, guided.ndim))
    loudness = plain.std(dim=axes, keepdim=True) / guided.std(dim=axes, keepdim=True)
    return guided * (1 + phi * (loudness - 1))


def alike(one: Conditions, other: Conditions) -> bool:
    """Whether two sets of conditions can be asked for in one call."""
    return one.keys() == other.keys() and all(
        getattr(one[name], "shape", None) == getattr(other[name], "shape", None) for name in one
    )


def paired(one: Conditions, other: Conditions) -> dict[str, Any]:
    """Two sets of conditions as one of twice the batch; what is no tensor must be the same in both."""
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
