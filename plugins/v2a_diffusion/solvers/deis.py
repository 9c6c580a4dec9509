"""DEIS: the noise is followed as a polynomial in time; one call of the network a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.paths import Path
from v2a_diffusion.solvers.stepping import FirstStep, Watch, walk

_NODES = 32


def deis_1(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """DEIS of order 1. Zhang and Chen 2022 (arXiv 2204.13902)."""
    return walk(Deis(denoise, 1), x, times, watch)


def deis_2(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """DEIS (tAB) of order 2. Zhang and Chen 2022 (arXiv 2204.13902)."""
    return walk(Deis(denoise, 2), x, times, watch)


def deis_3(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """DEIS (tAB) of order 3, its first step looked at again (see `FirstStep`). Zhang and Chen 2022 (arXiv 2204.13902)."""
    return walk(Deis(denoise, 3, FirstStep(denoise.path)), x, times, watch)


@dataclass
class Deis:
    """One step that remembers: x'/alpha' = x/alpha + the integral of noise(t) d(sigma/alpha) over t."""

    denoise: Denoiser
    order: int
    first: FirstStep | None = None
    past: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def __call__(self, x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        """Where the polynomial through the latest noise leads; without signal, where DDIM leads."""
        path = self.denoise.path
        estimate = self.denoise(x, now)
        if self.first:
            x = self.first.again(x, now, estimate)
        self.past = [*self.past, (now, estimate.noise)][-self.order :]
        if path.alpha(now) == 0:
            return path.mix(estimate.data, estimate.noise, then), estimate
        weights = shares(path, [time for time, _ in self.past], then)
        drift = sum(weight * noise for weight, (_, noise) in zip(weights, self.past))
        return path.alpha(then) * (x / path.alpha(now) + drift), estimate


def shares(path: Path, nodes: Sequence[Tensor], then: Tensor) -> list[float]:
    """What the noise at each node counts on the way from the last node: integrals of Lagrange's polynomials.

    They are summed at Gauss-Legendre points; the last is what the others leave of the whole, which is known.
    """
    now = nodes[-1]
    points, weights = (torch.from_numpy(values) for values in np.polynomial.legendre.leggauss(_NODES))
    times = now + (then - now) * (points + 1) / 2
    alpha, sigma = path.alpha(times), path.sigma(times)
    slope = (path.sigma_slope(times) * alpha - sigma * path.alpha_slope(times)) / alpha**2
    shares = []
    for node in nodes[:-1]:
        others = [other for other in nodes if other is not node]
        lagrange = torch.stack([(times - other) / (node - other) for other in others]).prod(0)
        shares.append(float((then - now) / 2 * (weights * slope * lagrange).sum()))
    return [*shares, float(path.noise_to_signal(then) - path.noise_to_signal(now)) - sum(shares)]
