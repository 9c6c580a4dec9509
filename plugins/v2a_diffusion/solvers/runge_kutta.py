"""Runge-Kutta methods on dx/dt, in the time of the path: one, two or four calls of the network a step."""

from __future__ import annotations

from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.solvers.stepping import Watch, walk


def euler(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """Euler's method: order 1, one call a step. Euler 1768."""

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate = denoise(x, now)
        return x + (then - now) * estimate.flow, estimate

    return walk(step, x, times, watch)


def heun(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """Heun's method: order 2, two calls a step. Heun 1900; for diffusion Karras et al. 2022 (arXiv 2206.00364)."""

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate = denoise(x, now)
        there = denoise(x + (then - now) * estimate.flow, then)
        return x + (then - now) * (estimate.flow + there.flow) / 2, estimate

    return walk(step, x, times, watch)


def midpoint(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """The midpoint method: order 2, two calls a step. Runge 1895."""

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate, half = denoise(x, now), (then - now) / 2
        between = denoise(x + half * estimate.flow, now + half)
        return x + (then - now) * between.flow, estimate

    return walk(step, x, times, watch)


def rk4(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """The classical method of order 4, four calls a step. Kutta 1901."""

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        h = then - now
        first = denoise(x, now)
        second = denoise(x + h / 2 * first.flow, now + h / 2)
        third = denoise(x + h / 2 * second.flow, now + h / 2)
        fourth = denoise(x + h * third.flow, then)
        slope = first.flow + 2 * second.flow + 2 * third.flow + fourth.flow
        return x + h / 6 * slope, first

    return walk(step, x, times, watch)
