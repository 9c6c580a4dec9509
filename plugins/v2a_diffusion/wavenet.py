"""A WaveNet for diffusion: gated convolutions whose reach doubles from layer to layer, all at the full rate.

Kong et al. 2021, "DiffWave" (arXiv:2009.09761), after van den Oord et al. 2016 (arXiv:1609.03499).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.conditioning import FourierFeatures, concatenated, perceptron, resampled
from v2a_diffusion.transformer import Conditions

_TIME_FEATURES = 128


@dataclass(frozen=True)
class WaveNetShape:
    """The sizes of a WaveNet, and which ways of conditioning its layers have."""

    channels: int
    width: int = 64
    layers: int = 30
    cycle: int = 10
    """After so many layers, each of twice the dilation of the one before, it begins again at 1."""
    vector: int = 512
    """Width of the vector, of the time at least, that is added in every layer."""
    beside: int = 0
    added: int = 0
    """Channels of a sequence that every layer hears, such as a spectrogram."""
    channels_out: int | None = None

    @property
    def reach(self) -> int:
        """How many positions of the input bear on one of the output."""
        return 1 + 2 * sum(1 << layer % self.cycle for layer in range(self.layers))


class WaveNet(nn.Module):  # type: ignore[misc]
    """A network for sound (batch × channels × positions) at a time."""

    def __init__(self, shape: WaveNetShape) -> None:
        super().__init__()
        self.timestep_features = FourierFeatures(_TIME_FEATURES)
        self.to_timestep_embed = perceptron(_TIME_FEATURES, shape.vector)
        self.project_in = nn.Conv1d(shape.channels + shape.beside, shape.width, 1)
        self.layers = nn.ModuleList(_Layer(shape, 2 ** (n % shape.cycle)) for n in range(shape.layers))
        self.project_skips = nn.Conv1d(shape.width, shape.width, 1)
        self.project_out = nn.Conv1d(shape.width, shape.channels_out or shape.channels, 1)
        nn.init.zeros_(self.project_out.weight)

    def forward(self, x: Tensor, time: Tensor, told: Conditions | None = None) -> Tensor:
        """What the network predicts of a sound at times (batch); it has no way in for tokens."""
        told = told or Conditions()
        if told.context is not None or told.tokens is not None:
            raise ValueError("a WaveNet has no attention that could hear tokens")
        vector = self.to_timestep_embed(self.timestep_features(time).to(x.dtype))
        vector = vector if told.vector is None else vector + told.vector
        if told.beside is not None:
            x = concatenated(x.transpose(1, 2), told.beside).transpose(1, 2)
        local = None if told.added is None else resampled(told.added, x.shape[-1]).transpose(1, 2)
        hidden, skips = F.silu(self.project_in(x)), torch.zeros((), device=x.device)
        for layer in self.layers:
            hidden, skip = layer(hidden, vector, local)
            skips = skips + skip
        out: Tensor = self.project_out(F.silu(self.project_skips(skips / math.sqrt(len(self.layers)))))
        return out


class _Layer(nn.Module):  # type: ignore[misc]
    def __init__(self, shape: WaveNetShape, dilation: int) -> None:
        super().__init__()
        width = shape.width
        self.told = nn.Linear(shape.vector, width)
        self.heard = nn.Conv1d(width, 2 * width, 3, padding=dilation, dilation=dilation)
        self.local = nn.Conv1d(shape.added, 2 * width, 1, bias=False) if shape.added else None
        self.parted = nn.Conv1d(width, 2 * width, 1)

    def forward(self, x: Tensor, vector: Tensor, local: Tensor | None) -> tuple[Tensor, Tensor]:
        """What goes on to the next layer, and what goes to the output."""
        heard = self.heard(x + self.told(vector)[:, :, None])
        if local is not None and self.local is not None:
            heard = heard + self.local(local)
        gate, value = heard.chunk(2, dim=1)
        on, skip = self.parted(torch.sigmoid(gate) * torch.tanh(value)).chunk(2, dim=1)
        return (x + on) / math.sqrt(2), skip
