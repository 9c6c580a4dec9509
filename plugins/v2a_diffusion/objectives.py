"""What a network is trained to tell, and the one call into which every network is wrapped.

    model = Model(network, straight(), FLOW, {"text": text, "sync": sync})
    estimate = model(x, t)       # .data, .noise and .flow, whatever the network itself tells
    loss = (model.output(x, t) - FLOW.target(path, data, noise, t)).square().mean()

The network is called as `network(x, t, **conditions)`, with one time an item; tensors among the conditions have the
batch first. `NOISE`, `VELOCITY`, `DATA`, `FLOW` and
`Preconditioned()` are the objectives. Solvers and guidance take any `Denoiser`: something with a `path` that is called
with x and a time (of no dimension, or one an item) and answers with an `Estimate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import torch
from torch import Tensor

from v2a_diffusion.paths import Path, spread

Network = Callable[..., Tensor]
Conditions = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """What x is believed to be made of: its data, its noise, and dx/dt. x = alpha·data + sigma·noise."""

    data: Tensor
    noise: Tensor
    flow: Tensor

    def towards(self, other: Estimate, scale: float) -> Estimate:
        """This estimate moved to another by a scale: 0 is this one, 1 the other, more goes beyond it."""
        return Estimate(
            self.data + scale * (other.data - self.data),
            self.noise + scale * (other.noise - self.noise),
            self.flow + scale * (other.flow - self.flow),
        )


class Denoiser(Protocol):
    """The one call that solvers use."""

    @property
    def path(self) -> Path:
        """The path on which it knows its way."""

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """Part x into data and noise."""


def from_data(path: Path, x: Tensor, t: Tensor, data: Tensor) -> Estimate:
    """The estimate of which the data are known; where there is no noise, its mean is 0."""
    alpha, sigma = spread(path.alpha(t), x), spread(path.sigma(t), x)
    clean = sigma == 0
    noise = (x - alpha * data) * torch.where(clean, 0.0, 1 / sigma)
    return Estimate(data, noise, path.flow(data, noise, t))


def from_noise(path: Path, x: Tensor, t: Tensor, noise: Tensor) -> Estimate:
    """The estimate of which the noise is known; it needs some signal, alpha above 0.

    Where there is no noise, its mean is 0, whatever is believed.
    """
    sigma = spread(path.sigma(t), x)
    noise = noise * (sigma != 0)
    data = (x - sigma * noise) / spread(path.alpha(t), x)
    return Estimate(data, noise, path.flow(data, noise, t))


class Objective(Protocol):
    """What a network tells: the target it is trained on, and how its output is read."""

    def inputs(self, path: Path, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """What the network is shown instead of x and t."""

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """What the network's output should be."""

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """What the network's output says of x."""


class Plain:
    """An objective whose network is shown x and t as they are."""

    def inputs(self, path: Path, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """x and t."""
        return x, t


class Noise(Plain):
    """The noise (epsilon). Ho, Jain and Abbeel 2020 (arXiv 2006.11239)."""

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """The noise."""
        return noise

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """The output is the noise; sampling must start where there is some signal."""
        return from_noise(path, x, t, output)


class Data(Plain):
    """The data (x0). Ho, Jain and Abbeel 2020 (arXiv 2006.11239)."""

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """The data."""
        return data

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """The output is the data."""
        return from_data(path, x, t, output)


class Velocity(Plain):
    """v = alpha·noise - sigma·data. Salimans and Ho 2022 (arXiv 2202.00512)."""

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """The velocity on the circle of data and noise."""
        return spread(path.alpha(t), data) * noise - spread(path.sigma(t), data) * data

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """Turn x and v back by the path's angle."""
        alpha, sigma = spread(path.alpha(t), x), spread(path.sigma(t), x)
        power = alpha**2 + sigma**2
        data, noise = (alpha * x - sigma * output) / power, (sigma * x + alpha * output) / power
        return Estimate(data, noise, path.flow(data, noise, t))


class Flow(Plain):
    """u = dx/dt, noise - data on the straight path. Lipman et al. 2022 (arXiv 2210.02747)."""

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """How fast x changes with time."""
        return path.flow(data, noise, t)

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """Solve x = alpha·data + sigma·noise and its derivative for data and noise."""
        alpha, sigma = spread(path.alpha(t), x), spread(path.sigma(t), x)
        alpha_slope, sigma_slope = spread(path.alpha_slope(t), x), spread(path.sigma_slope(t), x)
        determinant = alpha * sigma_slope - sigma * alpha_slope
        data = (sigma_slope * x - sigma * output) / determinant
        return Estimate(data, (alpha * output - alpha_slope * x) / determinant, output)


@dataclass(frozen=True)
class Preconditioned:
    """The data, through c_skip, c_out, c_in and c_noise. Karras et al. 2022 (arXiv 2206.00364), table 1.

    Written for any path: at alpha = 1 the four are the paper's; on a circle with data of variance 1 it is -v.
    """

    data_std: float = 0.5

    def inputs(self, path: Path, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """x at variance 1, and a quarter of the logarithm of the noise level, which stays within -5 and 5."""
        return x / self.loudness(path, x, t), -path.half_log_snr(t).clamp(-20, 20) / 4

    def target(self, path: Path, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """What is left of the data when x's share is taken, at variance 1; the loss needs no other weight."""
        x = path.mix(data, noise, t)
        skip, out = self._shares(path, x, t)
        return (data - skip * x) / out

    def read(self, path: Path, x: Tensor, t: Tensor, output: Tensor) -> Estimate:
        """A share of x, and the output."""
        skip, out = self._shares(path, x, t)
        return from_data(path, x, t, skip * x + out * output)

    def loudness(self, path: Path, x: Tensor, t: Tensor) -> Tensor:
        """How loud x is at a time, over which it is shown."""
        return spread(torch.sqrt(path.sigma(t) ** 2 + (self.data_std * path.alpha(t)) ** 2), x)

    def _shares(self, path: Path, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        loudness = self.loudness(path, x, t)
        skip = self.data_std**2 * spread(path.alpha(t), x) / loudness**2
        return skip, spread(path.sigma(t), x) * self.data_std / loudness


NOISE, DATA, VELOCITY, FLOW = Noise(), Data(), Velocity(), Flow()


@dataclass(frozen=True)
class Model:
    """A network, what it was trained for, and the conditions it is given: a denoiser."""

    network: Network
    path: Path
    objective: Objective
    conditions: Conditions = field(default_factory=dict)

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """Part x into data and noise."""
        return self.objective.read(self.path, x, t, self.output(x, t))

    def output(self, x: Tensor, t: Tensor) -> Tensor:
        """What the network itself says, for a loss."""
        shown, told = self.objective.inputs(self.path, x, t)
        return self.network(shown, each(told, x), **self.conditions)

    def given(self, conditions: Conditions) -> Model:
        """The same model under other conditions."""
        return replace(self, conditions=conditions)


def each(t: Tensor, x: Tensor) -> Tensor:
    """The time, one an item, where and as x is."""
    if t.ndim:
        return t.to(x)
    return torch.full((len(x),), float(t), dtype=x.dtype, device=x.device)
