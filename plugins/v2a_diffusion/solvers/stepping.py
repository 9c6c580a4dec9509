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


def broken(x: Tensor) -> tuple[int, ...]:
    """Which items of a batch hold a NaN or an infinity; asked once, at the end, since neither ever goes away again."""
    good = torch.isfinite(x).flatten(1).all(dim=1)
    return tuple(int(index) for index in (~good).nonzero().flatten().tolist())


def drawn(draws: Draws | None, x: Tensor) -> Tensor:
    """Noise for a solver that cannot do without."""
    if draws is None:
        raise ValueError("this solver adds noise: hand it draws")
    return draws.like(x)
