"""What every solver takes and tells: its signature, its steps, and which items are no numbers any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.paths import Path


@dataclass(frozen=True)
class Step:
    """One step of a solver: its number from 0, of how many, what was reached, and what was believed on the way."""

    index: int
    steps: int
    x: Tensor
    estimate: Estimate


Watch = Callable[[Step], None]


class Solver(Protocol):
    """The call that all solvers share."""

    def __call__(
        self,
        denoise: Denoiser,
        x: Tensor,
        times: Tensor,
        draws: Draws | None = None,
        watch: Watch | None = None,
    ) -> Tensor:
        """Go from x at the first time to the last."""


class Stepper(Protocol):
    """One step: from x at a time to another, and what was believed at the first."""

    def __call__(self, x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        """What x becomes, and the estimate."""


def walk(step: Stepper, x: Tensor, times: Tensor, watch: Watch | None) -> Tensor:
    """Take a step between all neighbouring times, and tell of each."""
    steps = len(times) - 1
    for index, (now, then) in enumerate(spans(times)):
        x, estimate = step(x, now, then)
        if watch:
            watch(Step(index, steps, x, estimate))
    return x


def spans(times: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Neighbouring times, as numbers of float64 on the CPU, which no device has to wait for."""
    return pairwise(times.to("cpu", torch.float64).unbind())


class FirstStep:
    """The first step of a method that needs a past, taken again with what is believed at its end.

    A first step of order 1 makes the whole one of order 2; corrected by the trapezoidal rule, it allows for order 3.
    No call is added: the estimate at the end is the next step's. Zhao et al. 2023, "UniPC" (arXiv 2302.04867).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun: tuple[Tensor, Tensor, Estimate] | None = None
        self._done = False

    def again(self, x: Tensor, now: Tensor, estimate: Estimate) -> Tensor:
        """What x should be, told at every step; only the second one changes it."""
        if self._done:
            return x
        if self._begun is None:
            self._begun = x, now, estimate
            return x
        self._done = True
        path, (start, then, believed) = self._path, self._begun
        gained = 1 / path.noise_to_signal(now) - 1 / path.noise_to_signal(then)
        return path.sigma(now) * (start / path.sigma(then) + gained * (believed.data + estimate.data) / 2)


def broken(x: Tensor) -> tuple[int, ...]:
    """Which items of a batch hold a NaN or an infinity; asked once, at the end, since neither ever goes away again."""
    good = torch.isfinite(x).flatten(1).all(dim=1)
    return tuple(int(index) for index in (~good).nonzero().flatten().tolist())


def drawn(draws: Draws | None, x: Tensor) -> Tensor:
    """Noise for a solver that cannot do without."""
    if draws is None:
        raise ValueError("this solver adds noise: hand it draws")
    return draws.like(x)
