"""Data whose denoiser is known exactly, and where the flow leads: what solvers, guidance and posteriors are tested on.

toy = Mixture(path, means=(-1.5, 1.0), deviations=(0.3, 0.5), weights=(0.4, 0.6))
error = heun(toy, x, times) - toy.moved(x, times[0], times[-1])
model = Model(toy.network(VELOCITY), path, VELOCITY)     # a perfectly trained network
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.objectives import Denoiser, Estimate, Network, Objective, Preconditioned
from v2a_diffusion.paths import Path, spread

_HALVINGS = 64


@dataclass(frozen=True)
class Gaussian:
    """Normal data, batch × size, with a mean and a covariance."""

    path: Path
    mean: Tensor
    covariance: Tensor

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """The exact means of data and noise, given x."""
        alpha, sigma = spread(self.path.alpha(t), x), spread(self.path.sigma(t), x)
        powers, axes = torch.linalg.eigh(self.covariance)
        along = (x - alpha * self.mean) @ axes
        spread_along = alpha**2 * powers + sigma**2
        data = self.mean + (along * alpha * powers / spread_along) @ axes.T
        noise = (along * sigma / spread_along) @ axes.T
        return Estimate(data, noise, self.path.flow(data, noise, t))

    def moved(self, x: Tensor, now: Tensor, then: Tensor) -> Tensor:
        """Where the flow takes x from one time to another: every axis keeps its share of the deviation."""
        powers, axes = torch.linalg.eigh(self.covariance)
        before, after = (
            torch.sqrt(self.path.alpha(t) ** 2 * powers + self.path.sigma(t) ** 2) for t in (now, then)
        )
        along = (x - self.path.alpha(now) * self.mean) @ axes
        return self.path.alpha(then) * self.mean + (along * after / before) @ axes.T

    def given(self, mask: Tensor, values: Tensor) -> Gaussian:
        """The rest of the data, where the mask is false, if those where it is true have these values."""
        between = self.covariance[~mask][:, mask]
        gain = torch.linalg.solve(self.covariance[mask][:, mask], between.T).T
        return Gaussian(
            self.path,
            self.mean[~mask] + gain @ (values - self.mean[mask]),
            self.covariance[~mask][:, ~mask] - gain @ between.T,
        )

    def network(self, objective: Objective) -> Network:
        """A network that was trained perfectly for an objective."""
        return network(self, objective)


@dataclass(frozen=True)
class Mixture:
    """Numbers, each drawn by itself from one of several normal distributions."""

    path: Path
    means: Sequence[float]
    deviations: Sequence[float]
    weights: Sequence[float]

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """The exact means of data and noise, given x."""
        alpha, sigma = spread(self.path.alpha(t), x), spread(self.path.sigma(t), x)
        means, powers, weights = self._parts(x)
        away, variance = x[..., None] - alpha[..., None] * means, alpha[..., None] ** 2 * powers
        variance = variance + sigma[..., None] ** 2
        likely = torch.softmax(torch.log(weights) - torch.log(variance) / 2 - away**2 / variance / 2, dim=-1)
        data = (likely * (means + alpha[..., None] * powers * away / variance)).sum(-1)
        noise = (likely * sigma[..., None] * away / variance).sum(-1)
        return Estimate(data, noise, self.path.flow(data, noise, t))

    def moved(self, x: Tensor, now: Tensor, then: Tensor) -> Tensor:
        """Where the flow takes x: on a line nothing overtakes, so every number keeps its rank. Found by halving."""
        rank = self.rank(x, now)
        reach = 40 * (1 + self.path.sigma(then) + max(abs(mean) for mean in self.means))
        low, high = -reach * torch.ones_like(x), reach * torch.ones_like(x)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.rank(middle, then) < rank
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        return (low + high) / 2

    def rank(self, x: Tensor, t: Tensor) -> Tensor:
        """The share of all numbers at this time that are smaller."""
        means, powers, weights = self._parts(x)
        alpha, sigma = self.path.alpha(t), self.path.sigma(t)
        away = (x[..., None] - alpha * means) / torch.sqrt(alpha**2 * powers + sigma**2)
        return (weights * torch.special.ndtr(away)).sum(-1)

    def network(self, objective: Objective) -> Network:
        """A network that was trained perfectly for an objective."""
        return network(self, objective)

    def _parts(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        means, deviations, weights = (
            torch.tensor(list(values), dtype=x.dtype)
            for values in (self.means, self.deviations, self.weights)
        )
        return means, deviations**2, weights


def network(toy: Denoiser, objective: Objective) -> Network:
    """What a perfect network says: the target's mean, given what it is shown."""
    path = toy.path

    def perfect(shown: Tensor, told: Tensor) -> Tensor:
        if isinstance(objective, Preconditioned):
            t = path.time_of(-4 * told)
            x = shown * objective.loudness(path, shown, t)
        else:
            x, t = shown, told
        estimate = toy(x, t)
        return objective.target(path, estimate.data, estimate.noise, t)

    return perfect
