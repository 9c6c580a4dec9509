"""Gradients through a denoiser, also where everything around is computed without any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.objectives import Denoiser, Estimate


@dataclass(frozen=True)
class Traced:
    """An estimate, and the way back from its data to x."""

    estimate: Estimate
    uphill: Callable[[Callable[[Tensor], Tensor]], Tensor]
    """The gradient, by x, of one number an item that is told of the data."""

    def pulled(self, v: Tensor) -> Tensor:
        """The transposed Jacobian of the data, times v."""
        return self.uphill(lambda data: (data * v.clone()).flatten(1).sum(1))


def traced(denoise: Denoiser, x: Tensor, t: Tensor) -> Traced:
    """Ask a denoiser so that gradients can be had, as often as wanted.

    Under `torch.inference_mode` the conditions must have been made outside of it; `torch.no_grad` has no such limit.
    """
    with torch.inference_mode(False), torch.enable_grad():
        shown = x.detach().clone().requires_grad_()
        estimate = denoise(shown, t.clone())

    def uphill(of: Callable[[Tensor], Tensor]) -> Tensor:
        with torch.inference_mode(False), torch.enable_grad():
            (found,) = torch.autograd.grad(of(estimate.data).sum(), shown, retain_graph=True)
        return found

    plain = Estimate(estimate.data.detach(), estimate.noise.detach(), estimate.flow.detach())
    return Traced(plain, uphill)


def gradient(of: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of one number an item."""
    with torch.inference_mode(False), torch.enable_grad():
        shown = x.detach().clone().requires_grad_()
        (found,) = torch.autograd.grad(of(shown).sum(), shown)
    return found
