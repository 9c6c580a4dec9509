"""Solvers that add noise on the way and so forget their errors; each draws from the generators it is handed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.paths import Path
from v2a_diffusion.solvers.stepping import Watch, drawn, walk


def ancestral(
    denoise: Denoiser,
    x: Tensor,
    times: Tensor,
    draws: Draws | None = None,
    watch: Watch | None = None,
    eta: float = 1.0,
) -> Tensor:
    """DDIM with a share eta of the noise renewed; at 1 the sampling of DDPM.

    Ho, Jain and Abbeel 2020 (arXiv 2006.11239); Song, Meng and Ermon 2021 (arXiv 2010.02502), equation 16.
    """
    path = denoise.path

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate = denoise(x, now)
        return renewed(path, estimate, now, then, eta, drawn(draws, x)), estimate

    return walk(step, x, times, watch)


def renewed(path: Path, estimate: Estimate, now: Tensor, then: Tensor, eta: float, fresh: Tensor) -> Tensor:
    """Data and noise mixed anew, as much of the noise fresh as the step from now to then allows, times eta."""
    sigma = path.sigma(then)
    new = eta * sigma * torch.sqrt(1 - (path.noise_to_signal(then) / path.noise_to_signal(now)) ** 2)
    kept = torch.sqrt(sigma**2 - new**2)
    return path.alpha(then) * estimate.data + kept * estimate.noise + new * fresh


@dataclass(frozen=True)
class Churn:
    """How much noise EDM's sampler adds: over all steps, between which noise levels, and how much louder than needed."""

    amount: float = 40.0
    low: float = 0.05
    high: float = 50.0
    inflation: float = 1.003


def edm(
    denoise: Denoiser,
    x: Tensor,
    times: Tensor,
    draws: Draws | None = None,
    watch: Watch | None = None,
    churn: Churn = Churn(),
) -> Tensor:
    """Go back into the noise a little, then a step of Heun's forward. Karras et al. 2022 (arXiv 2206.00364), algorithm 2.

    Noise levels (sigma / alpha) take the place of the paper's sigma, so that any path will do.
    """
    path, further = denoise.path, 1 + min(churn.amount / (len(times) - 1), math.sqrt(2) - 1)

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        level = float(path.noise_to_signal(now))
        if further > 1 and churn.low <= level <= churn.high:
            back = path.time_of(torch.tensor(-math.log(level * further), dtype=torch.float64))
            added = path.sigma(back) * math.sqrt(1 - 1 / further**2)
            x = path.alpha(back) / path.alpha(now) * x + added * churn.inflation * drawn(draws, x)
            now = back
        estimate = denoise(x, now)
        reached = x + (then - now) * estimate.flow
        if path.sigma(then) == 0:
            return reached, estimate
        there = denoise(reached, then)
        return x + (then - now) * (estimate.flow + there.flow) / 2, estimate

    return walk(step, x, times, watch)


def euler_maruyama(
    denoise: Denoiser,
    x: Tensor,
    times: Tensor,
    draws: Draws | None = None,
    watch: Watch | None = None,
    heat: float = 1.0,
) -> Tensor:
    """The reverse SDE whose noise fades with the path's own, at a rate of heat·sigma; at heat 0 Euler's method.

    Ma et al. 2024, "SiT" (arXiv 2401.08740), section 2. The step that reaches the data adds no noise.
    """
    path = denoise.path

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate, h = denoise(x, now), (then - now).abs()
        x = x + (then - now) * estimate.flow - heat * h / 2 * estimate.noise
        if path.sigma(then) > 0:
            x = x + torch.sqrt(heat * path.sigma(now) * h) * drawn(draws, x)
        return x, estimate

    return walk(step, x, times, watch)
