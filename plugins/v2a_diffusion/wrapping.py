"""diffusers' solvers, behind the call that ours share; for those it has and we would only write again.

    x = unipc(denoise, path.start(noise), times)
    x = sa_solver(denoise, path.start(noise), times, draws)
    solve = scheduled("DPMSolverMultistepScheduler", solver_order=3)    # any that knows flow sigmas

diffusers knows straight paths and two others, and no schedule but its own: here a path of any kind is scaled onto the
straight one, where alpha + sigma is 1, and its scheduler is told of our times. It is imported when a solver is called.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from v2a.media.neural import let_torchvision_import
from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.solvers.stepping import Solver, Watch, walk

_NOISIEST = 1 - 1e-6


def available() -> bool:
    """Whether diffusers is installed."""
    return find_spec("diffusers") is not None


def unipc(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """UniPC-3: a predictor and a corrector at one call a step. Zhao et al. 2023 (arXiv 2302.04867).

    Its order falls on the last steps only where they reach the data.
    """
    to_data = bool(denoise.path.sigma(times[-1]) == 0)
    solve = scheduled("UniPCMultistepScheduler", solver_order=3, solver_type="bh2", lower_order_final=to_data)
    return solve(denoise, x, times, draws, watch)


def sa_solver(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """SA-Solver: a stochastic predictor and corrector. Xue et al. 2023 (arXiv 2309.05019)."""
    return scheduled("SASolverScheduler", stochastic=True)(denoise, x, times, draws, watch)


def scheduled(name: str, stochastic: bool = False, **settings: Any) -> Solver:
    """A solver out of a scheduler of diffusers; a stochastic one is handed the items' generators."""

    def solve(
        denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
    ) -> Tensor:
        path = denoise.path
        alpha, sigma = (curve(times.to("cpu", torch.float64)) for curve in (path.alpha, path.sigma))
        scheduler = _scheduler(name, sigma / (alpha + sigma), settings)
        if stochastic and draws is None:
            raise ValueError("this solver adds noise: hand it draws")
        drawing = {"generator": list(draws.generators)} if stochastic and draws else {}
        told = iter(scheduler.timesteps)

        def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
            estimate = denoise(x, now)
            if path.sigma(then) == 0:
                return path.alpha(then) * estimate.data, estimate
            scaled = x / (path.alpha(now) + path.sigma(now))
            made = scheduler.step(estimate.data, next(told), scaled, return_dict=False, **drawing)[0]
            return made * (path.alpha(then) + path.sigma(then)), estimate

        return walk(step, x, times, watch)

    return solve


def _scheduler(name: str, sigmas: Tensor, settings: dict[str, Any]) -> Any:
    let_torchvision_import(torch)
    import diffusers

    scheduler = getattr(diffusers, name)(prediction_type="sample", use_flow_sigmas=True, **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of numpy, for what diffusers does to it
        scheduler.set_timesteps(len(sigmas) - 1)
    scheduler.sigmas = sigmas.clamp(max=_NOISIEST)
    scheduler.timesteps = sigmas[:-1] * scheduler.config.num_train_timesteps
    scheduler.set_begin_index(0)
    return scheduler
