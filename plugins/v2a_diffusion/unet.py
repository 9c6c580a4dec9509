"""A U-Net for sound: convolutions at ever lower rates, attention at the lowest, and skips across.

After Ronneberger et al. 2015 (arXiv:1505.04597), in one dimension as for Dance Diffusion and, with cross-attention, for
AudioLDM (Liu et al. 2023, arXiv:2301.12503).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.conditioning import (
    AdaptiveNorm,
    FourierFeatures,
    GatedAddition,
    concatenated,
    perceptron,
    prepended,
    resampled,
    without,
)
from v2a_diffusion.transformer import Conditions, Transformer, TransformerShape

_TIME_FEATURES = 256


@dataclass(frozen=True)
class UNetShape:
    """The sizes of a U-Net: the width of each level, each at half the rate of the one before, and what is at its bottom."""

    channels: int
    widths: tuple[int, ...] = (128, 256, 512)
    blocks: int = 2
    """Residual blocks of each level, on the way down and again on the way up."""
    depth: int = 1
    """Transformer blocks at the bottom."""
    heads: int = 8
    context: int | None = None
    """Width of the tokens that are attended across to at the bottom."""
    vector: int = 256
    """Width of the vector, of the time at least, that adapts all norms."""
    beside: int = 0
    added: int = 0
    channels_out: int | None = None


class UNet(nn.Module):  # type: ignore[misc]
    """A network for sound (batch × channels × positions, any number of them) at a time."""

    def __init__(self, shape: UNetShape) -> None:
        super().__init__()
        first, bottom = shape.widths[0], shape.widths[-1]
        self.timestep_features = FourierFeatures(_TIME_FEATURES)
        self.to_timestep_embed = perceptron(_TIME_FEATURES, shape.vector)
        self.project_in = nn.Linear(shape.channels + shape.beside, first)
        self.addition = GatedAddition(shape.added, first) if shape.added else None
        self.down = nn.ModuleList(_Down(*widths, shape) for widths in pairwise(shape.widths))
        inner = TransformerShape(bottom, bottom, shape.depth, shape.heads, shape.context, shape.vector)
        self.bottom = Transformer(inner)
        self.up = nn.ModuleList(_Up(*widths, shape) for widths in pairwise(shape.widths[::-1]))
        self.norm_out = nn.RMSNorm(first)
        self.project_out = nn.Linear(first, shape.channels_out or shape.channels)

    def forward(self, x: Tensor, time: Tensor, told: Conditions | None = None) -> Tensor:
        """What the network predicts of a sound at times (batch)."""
        told = told or Conditions()
        vector = self.to_timestep_embed(self.timestep_features(time).to(x.dtype))
        vector = vector if told.vector is None else vector + told.vector
        hidden = x.transpose(1, 2)
        hidden = self.project_in(hidden if told.beside is None else concatenated(hidden, told.beside))
        if told.added is not None and self.addition is not None:
            hidden = self.addition(hidden, told.added)
        skips = []
        for level in self.down:
            hidden, skip = level(hidden, vector)
            skips.append(skip)
        hidden = self._at_the_bottom(hidden, vector, told)
        for level in self.up:
            hidden = level(hidden, skips.pop(), vector)
        out: Tensor = self.project_out(self.norm_out(hidden)).transpose(1, 2)
        return out

    def _at_the_bottom(self, hidden: Tensor, vector: Tensor, told: Conditions) -> Tensor:
        net, front = self.bottom, 0
        hidden = net.project_in(hidden)
        if told.tokens is not None:
            front = told.tokens.shape[1]
            hidden = prepended(hidden, told.tokens)
        memories = None if told.context is None else net.remember(told.context, told.counts)
        hidden = net.run(hidden, net.rotary_pos_emb(hidden.shape[1]), memories, vector)
        out: Tensor = net.project_out(without(hidden, front))
        return out


class Convolution(nn.Conv1d):  # type: ignore[misc]
    """A convolution over a sequence (batch × positions × width) that keeps its length, or divides it by its stride."""

    def __init__(self, size: int, width: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(size, width, kernel, stride, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        """A sequence of the new width."""
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class Residual(nn.Module):  # type: ignore[misc]
    """Two convolutions over what was normed as a vector says, added to what came in; silent at first."""

    def __init__(self, width: int, vector: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width)
        self.adaptive = AdaptiveNorm(vector, width, 1)
        self.first = Convolution(width, width)
        self.second = Convolution(width, width)

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        """A sequence of the same size."""
        (modulation,) = self.adaptive(vector)
        heard = self.second(F.silu(self.first(F.silu(modulation.into(self.norm(x))))))
        return x + modulation.out(heard)


class _Down(nn.Module):  # type: ignore[misc]
    def __init__(self, width: int, below: int, shape: UNetShape) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Residual(width, shape.vector) for _ in range(shape.blocks))
        self.lower = Convolution(width, below, kernel=5, stride=2)

    def forward(self, x: Tensor, vector: Tensor) -> tuple[Tensor, Tensor]:
        for block in self.blocks:
            x = block(x, vector)
        return self.lower(x), x


class _Up(nn.Module):  # type: ignore[misc]
    def __init__(self, below: int, width: int, shape: UNetShape) -> None:
        super().__init__()
        self.higher = Convolution(below, width)
        self.joined = nn.Linear(2 * width, width)
        self.blocks = nn.ModuleList(Residual(width, shape.vector) for _ in range(shape.blocks))

    def forward(self, x: Tensor, skip: Tensor, vector: Tensor) -> Tensor:
        x = self.higher(resampled(x, skip.shape[1]))
        x = self.joined(torch.cat([x, skip], dim=-1))
        for block in self.blocks:
            x = block(x, vector)
        return x
