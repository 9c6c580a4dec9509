"""Posterior sampling: sound of which something is known, a tail to go on from, a gap to fill, or what a filter left.

    known = Known.tail(latents, length)                      # the first frames are those of the take before
    solve = inpainting(known, deis_3, moment_matching)       # a solver like any other; the tail comes out as it went in
    x = solve(denoise, path.start(noise), times, draws)

    heard = Heard(filtered(response), dull, noise=0.01)      # restoration: what a linear operator left of the sound
    x = heun(moment_matching(denoise, heard), start, times)

Without gradients: `replacement`, `null_space`, `repaint`, and `edit`, which only begins near a sound. With them, at twice
the cost and more: `pseudo_inverse` (PiGDM), `dps`, and `moment_matching`, which is exact on normal data. How far the others
are off there is in benchmarks/README.md: replacement .7 deviations, RePaint of ten turns and PiGDM .2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.gradients import traced
from v2a_diffusion.guidance import Guided
from v2a_diffusion.objectives import Denoiser, Estimate, from_data
from v2a_diffusion.paths import spread
from v2a_diffusion.solvers.stepping import Solver, Watch, drawn, walk
from v2a_diffusion.solvers.stochastic import renewed


@dataclass(frozen=True)
class Operator:
    """A linear way of hearing data, and its transpose."""

    hear: Callable[[Tensor], Tensor]
    back: Callable[[Tensor], Tensor]


def masked(mask: Tensor) -> Operator:
    """Data where the mask is true, and nothing elsewhere."""
    return Operator(lambda x: x * mask, lambda y: y * mask)


def filtered(response: Tensor) -> Operator:
    """Data through a filter without phase, going round at the ends; its gain at every bin of the last axis."""

    def through(x: Tensor) -> Tensor:
        heard: Tensor = torch.fft.irfft(torch.fft.rfft(x) * response, n=x.shape[-1])
        return heard

    return Operator(through, through)


@dataclass(frozen=True)
class Heard:
    """What was heard of the data, how, and the deviation of the noise in it."""

    operator: Operator
    values: Tensor
    noise: float = 0.0

    def missed(self, data: Tensor) -> Tensor:
        """What was heard less what would be heard of these data."""
        return self.values - self.operator.hear(data)


@dataclass(frozen=True)
class Known:
    """Data of which a part is known: where the mask is true."""

    data: Tensor
    mask: Tensor

    @classmethod
    def tail(cls, latents: Tensor, length: int) -> Known:
        """The first frames of a sound that goes on from the latents (batch × channels × frames) of a tail."""
        frames = latents.shape[-1]
        data = torch.nn.functional.pad(latents, (0, length - frames))
        return cls(data, (torch.arange(length, device=latents.device) < frames).expand_as(data))

    def over(self, x: Tensor) -> Tensor:
        """x, with the known part as it is."""
        return torch.where(self.mask, self.data.to(x), x)

    def heard(self) -> Heard:
        """The same, as something heard."""
        return Heard(masked(self.mask), self.data * self.mask)


Lean = Callable[[Denoiser, Heard], Denoiser]


def replacement(denoise: Denoiser, known: Known, noise: Tensor) -> Denoiser:
    """Show the network the known part as it lies on its own path to the noise in which sampling began.

    Song et al. 2021 (arXiv 2011.13456), appendix I.2. What is made knows of the known part at every step, but the known
    part was never drawn knowing of it: it comes out too loose.
    """
    path = denoise.path

    def ask(x: Tensor, t: Tensor) -> Estimate:
        shown = torch.where(known.mask, path.mix(known.data.to(x), noise, t), x)
        estimate = denoise(shown, t)
        data, made = known.over(estimate.data), torch.where(known.mask, noise, estimate.noise)
        return Estimate(data, made, torch.where(known.mask, path.flow(data, made, t), estimate.flow))

    return Guided(path, ask)


def null_space(denoise: Denoiser, heard: Heard, iterations: int = 8) -> Denoiser:
    """Put what was heard in the place of what would be heard, and leave the rest. Wang, Yu and Zhang 2022, "DDNM"
    (arXiv 2212.00490)."""
    operator = heard.operator

    def ask(x: Tensor, t: Tensor) -> Estimate:
        data = denoise(x, t).data
        share = solved(lambda v: operator.hear(operator.back(v)), heard.missed(data), iterations)
        return from_data(denoise.path, x, t, data + operator.back(share))

    return Guided(denoise.path, ask)


def pseudo_inverse(denoise: Denoiser, heard: Heard, data_std: float = 1.0, iterations: int = 8) -> Denoiser:
    """Lean towards what was heard, as if data were white, given x. Song et al. 2023, "PiGDM" (openreview 9_gsMA8MRKQ);
    for flows Pokle et al. 2023 (arXiv 2310.04432)."""
    path, operator = denoise.path, heard.operator

    def ask(x: Tensor, t: Tensor) -> Estimate:
        audible = path.with_signal(t)
        alpha, sigma = spread(path.alpha(audible), x), spread(path.sigma(audible), x)
        found = traced(denoise, x, audible)
        variance = (sigma * data_std) ** 2 / (sigma**2 + (alpha * data_std) ** 2)
        share = solved(
            lambda v: operator.hear(variance * operator.back(v)) + heard.noise**2 * v,
            heard.missed(found.estimate.data),
            iterations,
        )
        lean = sigma**2 / alpha * found.pulled(operator.back(share))
        return from_data(path, x, t, found.estimate.data + lean)

    return Guided(path, ask)


def moment_matching(denoise: Denoiser, heard: Heard, iterations: int = 3) -> Denoiser:
    """Lean towards what was heard by the covariance of data, given x, that the network's own Jacobian tells.

    Rozet et al. 2024 (arXiv 2405.13712), after Boys et al. 2023 (arXiv 2310.06721). Exact on normal data. Each iteration
    costs one gradient through the network.
    """
    path, operator = denoise.path, heard.operator

    def ask(x: Tensor, t: Tensor) -> Estimate:
        audible = path.with_signal(t)
        alpha, sigma = spread(path.alpha(audible), x), spread(path.sigma(audible), x)
        found = traced(denoise, x, audible)

        def covaried(v: Tensor) -> Tensor:
            return sigma**2 / alpha * found.pulled(operator.back(v))

        share = solved(
            lambda v: operator.hear(covaried(v)) + heard.noise**2 * v,
            heard.missed(found.estimate.data),
            iterations,
        )
        return from_data(path, x, t, found.estimate.data + covaried(share))

    return Guided(path, ask)


def solved(matrix: Callable[[Tensor], Tensor], right: Tensor, iterations: int) -> Tensor:
    """What a symmetric matrix makes into the right-hand side, for each item, by conjugate gradients.

    Hestenes and Stiefel 1952. An item that is solved stays as it is.
    """
    found, left, along = torch.zeros_like(right), right, right
    power = left.flatten(1).square().sum(1)
    for _ in range(iterations):
        made = matrix(along)
        bent = (along * made).flatten(1).sum(1)
        length = spread(torch.where(bent > 0, power / bent, 0.0), right)
        found, left = found + length * along, left - length * made
        before, power = power, left.flatten(1).square().sum(1)
        along = left + spread(torch.where(before > 0, power / before, 0.0), right) * along
    return found


def inpainting(known: Known, solver: Solver, lean: Lean | None = None) -> Solver:
    """A solver that keeps what is known, exactly, and makes the rest to go with it: by replacement, or by leaning."""

    def solve(
        denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
    ) -> Tensor:
        noise = x / denoise.path.sigma(times[0].to("cpu", torch.float64))
        leaning = lean(denoise, known.heard()) if lean else replacement(denoise, known, noise)
        return known.over(solver(leaning, x, times, draws, watch))

    return solve


def edit(reference: Tensor, strength: float, solver: Solver) -> Solver:
    """A solver that begins near a sound instead of in noise: at strength 1 it is heard no more, at 0 it comes out.

    Meng et al. 2021, "SDEdit" (arXiv 2108.01073). The strength is the share of the schedule's steps that are taken.
    """

    def solve(
        denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
    ) -> Tensor:
        left = times[round((1 - strength) * (len(times) - 1)) :].to("cpu", torch.float64)
        noise = x / denoise.path.sigma(times[0].to("cpu", torch.float64))
        return solver(denoise, denoise.path.mix(reference.to(x), noise, left[0]), left, draws, watch)

    return solve


def repaint(known: Known, turns: int = 10) -> Solver:
    """Replace the known part at every step, and take each step several times, going back into the noise between.

    Lugmayr et al. 2022, "RePaint" (arXiv 2201.09865), with jumps of one step. More turns, nearer to the truth.
    """

    if turns < 1:
        raise ValueError("a step is taken at least once")

    def solve(
        denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
    ) -> Tensor:
        path = denoise.path

        def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
            for turn in range(turns):
                estimate = denoise(x, now)
                made = renewed(path, estimate, now, then, 1.0, drawn(draws, x))
                reached = torch.where(known.mask, path.mix(known.data.to(x), drawn(draws, x), then), made)
                if turn + 1 < turns:
                    faded = path.alpha(now) / path.alpha(then)
                    louder = torch.sqrt(path.sigma(now) ** 2 - (faded * path.sigma(then)) ** 2)
                    x = faded * reached + louder * drawn(draws, x)
            return reached, estimate

        return known.over(walk(step, x, times, watch))

    return solve


def dps(heard: Heard, step_size: float = 1.0) -> Solver:
    """After every step of DDPM, go downhill on how far the data would be from what was heard.

    Chung et al. 2023, "Diffusion posterior sampling" (arXiv 2209.14687), algorithm 1. Hearing may be of any kind that has
    a gradient, linear or not. It wants many steps, and its spread is whatever the step size makes of it.
    """

    def solve(
        denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
    ) -> Tensor:
        def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
            found = traced(denoise, x, now)
            further = found.uphill(lambda data: heard.missed(data).flatten(1).norm(dim=1))
            made = renewed(denoise.path, found.estimate, now, then, 1.0, drawn(draws, x))
            return made - 2 * step_size * further, found.estimate

        return walk(step, x, times, watch)

    return solve
