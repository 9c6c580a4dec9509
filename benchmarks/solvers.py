"""What the diffusion toolkit's solvers err by, on data whose answers are known, over calls of the network.

    python benchmarks/solvers.py [--path straight] [--schedule uniform] [--calls 12 24 48 96]

First the solvers of the ODE: the mean distance from where the exact flow of a mixture of two normal distributions
leads, at as many calls of the network for each; and the order of convergence, measured inside the path, from 64 to 128
steps that are even in log-SNR. Then the same under classifier-free guidance of scale 5, towards a narrower mixture, beside
1000 steps of RK4. Then those that add noise: how far what they make is from the mixture's distribution
(Kolmogorov-Smirnov, over what 20000 exact draws stay under 99 times in 100). Last, filling in half of eight correlated
normal numbers: how far the mean is off, in deviations, and the variance made over the true one.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import machine
import torch

from v2a_diffusion import paths, posterior, schedules, solvers, wrapping
from v2a_diffusion.draws import Draws
from v2a_diffusion.guidance import Guided
from v2a_diffusion.objectives import Denoiser
from v2a_diffusion.paths import Path
from v2a_diffusion.posterior import Heard, Known, Lean
from v2a_diffusion.solvers import Solver
from v2a_diffusion.toys import Gaussian, Mixture

PATHS = {
    "straight": paths.straight(),
    "cosine": paths.cosine(),
    "linear-beta": paths.linear_beta(),
    "sigmoid": paths.sigmoid(),
    "exploding": paths.exploding(),
}
Schedule = Callable[[Path, int], torch.Tensor]
SCHEDULES: dict[str, Schedule] = {
    "uniform": schedules.uniform,
    "cosine": schedules.cosine,
    "sigmoid": schedules.sigmoid,
    "karras": schedules.karras,
    "log-snr": schedules.log_snr,
    "shifted": schedules.shifted,
}
CALLS: dict[Solver, int] = {
    solvers.euler: 1,
    solvers.heun: 2,
    solvers.midpoint: 2,
    solvers.rk4: 4,
    solvers.ddim: 1,
    solvers.dpmpp_2m: 1,
    solvers.dpmpp_3m: 1,
    solvers.deis_1: 1,
    solvers.deis_2: 1,
    solvers.deis_3: 1,
} | ({wrapping.unipc: 1} if wrapping.available() else {})
NOISY: dict[Solver, int] = {
    solvers.ancestral: 1,
    solvers.euler_maruyama: 1,
    solvers.dpmpp_2m_sde: 1,
    solvers.dpmpp_3m_sde: 1,
    solvers.edm: 2,
} | ({wrapping.sa_solver: 1} if wrapping.available() else {})
MANY, SIZE = 20_000, 8
CHANCE = 1.63 / math.sqrt(MANY)


def mixture(path: Path) -> Mixture:
    return Mixture(path, means=(-1.5, 1.0), deviations=(0.3, 0.5), weights=(0.4, 0.6))


def error(solver: Solver, toy: Mixture, times: torch.Tensor) -> float:
    x = toy.path.sigma(times[0]) * torch.linspace(-2.5, 2.5, 201, dtype=torch.float64)[None]
    return float((solver(toy, x, times) - toy.moved(x, times[0], times[-1])).abs().mean())


def guided(path: Path) -> Guided:
    """Led from the mixture to five times as far as a narrower one, as PrismAudio is."""
    wanted = Mixture(path, means=(1.0, 1.8), deviations=(0.2, 0.1), weights=(0.5, 0.5))
    return Guided(path, lambda x, t: mixture(path)(x, t).towards(wanted(x, t), 5.0))


def led(path: Path, schedule: Schedule, calls: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """What each solver errs by under guidance."""
    x = path.start(torch.linspace(-2.5, 2.5, 201, dtype=torch.float64)[None])
    true = solvers.rk4(guided(path), x, schedule(path, 1000))
    for solver, each in CALLS.items():
        errors = (
            (solver(guided(path), x, schedule(path, many // each)) - true).abs().mean() for many in calls
        )
        yield (solver.__name__, *(f"{error:.1e}" for error in errors))


def order(solver: Solver, toy: Mixture) -> float:
    errors = []
    for steps in (64, 128):
        levels = torch.linspace(-math.log(20), -math.log(0.05), steps + 1, dtype=torch.float64)
        errors.append(error(solver, toy, toy.path.time_of(levels)))
    return math.log2(errors[0] / errors[1])


def distance(solver: Solver, toy: Mixture, times: torch.Tensor) -> float:
    draws = Draws.seeded([1])
    made = solver(toy, toy.path.start(draws.normal((MANY,)).double()), times, draws)
    rank = toy.rank(made, times[-1]).flatten().sort().values
    return float((rank - torch.linspace(0, 1, MANY, dtype=torch.float64)).abs().max()) / CHANCE


class Crowd(Draws):
    """One generator for many small items."""

    def like(self, x: torch.Tensor) -> torch.Tensor:
        return torch.randn(x.shape, generator=self.generators[0], dtype=x.dtype)


@dataclass(frozen=True)
class Way:
    """A way to fill in, and what a step of it costs in calls of the network, a gradient counting two."""

    cost: int
    solver: Callable[[Known], Solver]


def leaning(lean: Lean | None, solver: Solver = solvers.deis_3) -> Callable[[Known], Solver]:
    return lambda known: posterior.inpainting(known, solver, lean)


def downhill(known: Known) -> Solver:
    return posterior.inpainting(known, posterior.dps(known.heard(), 0.02), lambda denoise, heard: denoise)


def once_matched(denoise: Denoiser, heard: Heard) -> Denoiser:
    return posterior.moment_matching(denoise, heard, 1)


WAYS = {
    "replacement, DEIS": Way(1, leaning(None)),
    "DDNM, DEIS": Way(1, leaning(posterior.null_space)),
    "RePaint, 1 turn": Way(1, lambda known: posterior.repaint(known, 1)),
    "RePaint, 4 turns": Way(4, lambda known: posterior.repaint(known, 4)),
    "RePaint, 10 turns": Way(10, lambda known: posterior.repaint(known, 10)),
    "DPS, step .02": Way(3, downhill),
    "PiGDM, DEIS": Way(3, leaning(posterior.pseudo_inverse)),
    "PiGDM, ancestral": Way(3, leaning(posterior.pseudo_inverse, solvers.ancestral)),
    "moment matching, 1 iteration, DEIS": Way(5, leaning(once_matched)),
    "moment matching, 3 iterations, DEIS": Way(9, leaning(posterior.moment_matching)),
}


def filled(way: Way, path: Path, times: torch.Tensor, count: int = 6000) -> tuple[float, float]:
    """How far the mean is off, in deviations, and the variance over the true one."""
    places = torch.arange(SIZE, dtype=torch.float64)
    mean, mask = torch.linspace(-0.5, 0.5, SIZE, dtype=torch.float64), places < SIZE // 2
    toy = Gaussian(path, mean, 0.9 ** (places[:, None] - places).abs())
    values = torch.tensor([1.2, 0.4, -0.3, 0.8], dtype=torch.float64)
    known = Known(torch.cat([values, 0 * values]).expand(count, SIZE), mask.expand(count, SIZE))
    draws = Crowd([torch.Generator().manual_seed(1)])
    start = path.start(draws.like(known.data))
    made = way.solver(known)(toy, start, times, draws)[:, ~mask]
    true = toy.given(mask, values)
    off = (made.mean(0) - true.mean) / true.covariance.diagonal().sqrt()
    return float(off.square().mean().sqrt()), float(made.var(0).sum() / true.covariance.trace())


def bridged(path: Path, schedule: Schedule, fill: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """What each way of filling in errs by."""
    for name, way in WAYS.items():
        found = (filled(way, path, schedule(path, steps)) for steps in fill)
        yield (name, str(way.cost), *(cell for off, wide in found for cell in (f"{off:.3f}", f"{wide:.2f}")))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--path", choices=PATHS, default="straight")
    ask.add_argument("--schedule", choices=SCHEDULES, default="uniform")
    ask.add_argument("--calls", type=int, nargs="+", default=[12, 24, 48, 96])
    ask.add_argument(
        "--fill", type=int, nargs="+", default=[24, 100], metavar="STEPS", help="steps of filling in"
    )
    asked = ask.parse_args()
    path, schedule = PATHS[asked.path], SCHEDULES[asked.schedule]
    toy = mixture(path)
    print(f"The {asked.path} path, {asked.schedule} steps, float64, on {machine.name()}.\n")
    calls = [f"{calls} calls" for calls in asked.calls]
    machine.table(
        ("solver", *calls, "order"),
        (
            (
                solver.__name__,
                *(f"{error(solver, toy, schedule(path, calls // each)):.1e}" for calls in asked.calls),
                f"{order(solver, toy):.2f}",
            )
            for solver, each in CALLS.items()
        ),
    )
    print()
    machine.table(("solver, guided by 5", *calls), led(path, schedule, asked.calls))
    print()
    machine.table(
        ("solver with noise, distance over chance", *calls),
        (
            (
                solver.__name__,
                *(f"{distance(solver, toy, schedule(path, calls // each)):.1f}" for calls in asked.calls),
            )
            for solver, each in NOISY.items()
        ),
    )
    print()
    heads = (
        title for steps in asked.fill for title in (f"{steps} steps, mean off", "variance over the true")
    )
    machine.table(("filling in", "cost of a step", *heads), bridged(path, schedule, asked.fill))


if __name__ == "__main__":
    main()
