"""The ways in which a network can be told what to make, as parts that any backbone may use.

- adaptive norm: a vector scales and shifts what was normed (`AdaptiveNorm`);
- cross-attention: tokens of another kind are listened to (`attention.CrossAttention`);
- prepended tokens: they run along in front of the sequence (`prepended`, `without`);
- channel concatenation: another sequence lies beside the sound's (`concatenated`);
- gated addition: it is added to the hidden sequence, by a gate for each channel (`GatedAddition`).

A condition that is all zeros says nothing where its way in has no bias: that is what guidance leaves out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FourierFeatures(nn.Module):  # type: ignore[misc]
    """A number as cosines and sines of random frequencies (Tancik et al. 2020, arXiv:2006.10739)."""

    def __init__(self, size: int, spread: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size // 2, 1) * spread)

    def forward(self, value: Tensor) -> Tensor:
        """Numbers (batch) as features (batch × size), in single precision whatever the model's."""
        angles = 2 * math.pi * value.float()[:, None] @ self.weight.float().T
        return torch.cat([angles.cos(), angles.sin()], dim=-1)


def perceptron(size: int, width: int, bias: bool = True) -> nn.Sequential:
    """Two linear layers with a SiLU between."""
    return nn.Sequential(nn.Linear(size, width, bias=bias), nn.SiLU(), nn.Linear(width, width, bias=bias))


@dataclass(frozen=True, eq=False)
class Modulation:
    """What a vector makes of one branch of a block: its input shifted and scaled, its output gated."""

    shift: Tensor
    scale: Tensor
    gate: Tensor

    def into(self, x: Tensor) -> Tensor:
        """The normed input of the branch (batch × positions × width)."""
        return x * (1 + self.scale) + self.shift

    def out(self, x: Tensor) -> Tensor:
        """The output of the branch."""
        return x * self.gate


class AdaptiveNorm(nn.Module):  # type: ignore[misc]
    """Modulations of `branches` branches from a vector; at first they silence them (adaLN-Zero; Peebles and Xie 2022,
    arXiv:2212.09748)."""

    def __init__(self, size: int, width: int, branches: int) -> None:
        super().__init__()
        self.branches = branches
        self.project = nn.Linear(size, 3 * branches * width)
        nn.init.zeros_(self.project.weight)
        nn.init.zeros_(self.project.bias)

    def forward(self, vector: Tensor) -> tuple[Modulation, ...]:
        """A vector (batch × size) as one modulation for each branch."""
        parts = self.project(F.silu(vector))[:, None].chunk(3 * self.branches, dim=-1)
        return tuple(Modulation(*parts[at : at + 3]) for at in range(0, len(parts), 3))


def gated(gate: Tensor, x: Tensor) -> Tensor:
    """An addition let through by its gate, which is one for each channel before the sigmoid."""
    return torch.sigmoid(gate) * x


class GatedAddition(nn.Module):  # type: ignore[misc]
    """A sequence of any rate, added to the hidden one by a learnt gate for each channel; closed to a half at first."""

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.embed = perceptron(size, width, bias=False)
        self.gate = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """The hidden sequence (batch × positions × width) with the condition (batch × tokens × size) in it."""
        return x + gated(self.gate, resampled(self.embed(condition), x.shape[1]))


def resampled(x: Tensor, length: int) -> Tensor:
    """A sequence (batch × tokens × width) at another rate: linear between the middles of tokens."""
    if x.shape[1] == length:
        return x
    return F.interpolate(x.transpose(1, 2), length, mode="linear", align_corners=False).transpose(1, 2)


def concatenated(x: Tensor, condition: Tensor) -> Tensor:
    """A sequence (batch × positions × channels) with another, at its rate, in channels behind its own."""
    return torch.cat([x, resampled(condition, x.shape[1])], dim=-1)


def prepended(x: Tensor, tokens: Tensor) -> Tensor:
    """A sequence behind tokens of its own width."""
    return torch.cat([tokens, x], dim=1)


def without(x: Tensor, tokens: int) -> Tensor:
    """A sequence without the tokens that were prepended."""
    return x[:, tokens:]
