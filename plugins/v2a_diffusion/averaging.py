"""Running means of weights over training, which sample better than the last weights do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Decay = Callable[[int], float]
_Numbers = NDArray[np.float64]


def warmed(decay: float = 0.999) -> Decay:
    """An exponential mean that remembers little at first: the decay of step n is at most (1 + n) / (10 + n).

    Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", 1992, with a warm-up.
    """
    return lambda step: min(decay, (1 + step) / (10 + step))


def power(width: float = 0.1) -> Decay:
    """A mean whose memory grows with the training; `width` is how long it is beside all steps so far.

    Karras et al., "Analyzing and Improving the Training Dynamics of Diffusion Models", 2024, arXiv 2312.02696.
    """
    gamma = exponent(width)
    return lambda step: (1 - 1 / max(1, step)) ** (gamma + 1)


def exponent(width: float) -> float:
    """The exponent of the power function whose standard deviation is `width` of its length (2312.02696, section C)."""
    if not 0 < width < 12**-0.5:
        raise ValueError("the width of a power function lies between 0 and 0.288")
    return float(np.roots([1, 7, 16 - width**-2, 12 - width**-2]).real.max())


class Average:
    """The mean of a network's weights; `update` after each step, `applied` to sample with it."""

    def __init__(self, weights: Mapping[str, Tensor], decay: Decay) -> None:
        """Begin at these weights, which are watched as they change in their places."""
        self._weights = dict(weights)
        self._decay = decay
        self.mean = {name: weight.detach().clone() for name, weight in weights.items()}

    def update(self, step: int) -> None:
        """Take in the weights as they are after a step; the first step is 1."""
        share = 1 - self._decay(step)
        with torch.no_grad():
            for name, weight in self._weights.items():
                if weight.is_floating_point():
                    self.mean[name].lerp_(weight.to(self.mean[name].dtype), share)
                else:
                    self.mean[name].copy_(weight)

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Let the network have the mean as its weights inside the block, and its own again after it."""
        kept = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._put(self.mean)
        try:
            yield
        finally:
            self._put(kept)

    def _put(self, values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(values[name])


def trained(network: nn.Module) -> dict[str, Tensor]:
    """What training may change in a network, by name: weights that take a gradient, and buffers that are saved."""
    weights = {name: weight for name, weight in network.named_parameters() if weight.requires_grad}
    saved = network.state_dict(keep_vars=True)
    return weights | {name: buffer for name, buffer in network.named_buffers() if name in saved}


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A power-function mean as it was after a step, and the width of its function."""

    step: int
    width: float
    mean: Mapping[str, Tensor]


def rebuilt(snapshots: Sequence[Snapshot], step: int, width: float) -> dict[str, Tensor]:
    """The mean of any width at any step, as the nearest that can be mixed of snapshots kept in training.

    Karras et al. 2024, arXiv 2312.02696, section 3.1: the weights of least squares between power functions.
    """
    at = np.array([snapshot.step for snapshot in snapshots], float)
    bend = np.array([exponent(snapshot.width) for snapshot in snapshots])
    own = _overlap(at[:, None], bend[:, None], at[None, :], bend[None, :])
    wanted = _overlap(at, bend, np.array(float(step)), np.array(exponent(width)))
    shares = np.linalg.lstsq(own, wanted, rcond=None)[0]
    mixed: dict[str, Tensor] = {}
    for name, first in snapshots[0].mean.items():
        parts = [
            float(s) * snapshot.mean[name].double() for s, snapshot in zip(shares, snapshots, strict=True)
        ]
        mixed[name] = torch.stack(parts).sum(0).to(first.dtype)
    return mixed


def _overlap(t: _Numbers, g: _Numbers, u: _Numbers, h: _Numbers) -> _Numbers:
    """The inner product of the power functions (g + 1) τ^g / t^(g + 1) up to t, and the same of h up to u, times t."""
    low, high = np.minimum(t, u), np.maximum(t, u)
    bend = np.where(t < u, h, g)
    return (g + 1) * (h + 1) / (g + h + 1) / high * (low / high) ** bend
