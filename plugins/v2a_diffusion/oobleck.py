"""The Oobleck autoencoder of sound: snakes and weight-normed convolutions, down to a latent and up again.

Parameters are named as in the published checkpoints (Evans et al. 2024, arXiv:2404.10301, "Stable Audio").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DILATIONS = (1, 3, 9)
LEAST_SCALE = 1e-4
_LEAST_STRENGTH = 1e-9


@dataclass(frozen=True)
class OobleckShape:
    """The sizes of an autoencoder: `latent` channels come out of `channels` ones at the first level, which the levels
    multiply and whose strides divide the rate."""

    sound: int = 2
    latent: int = 64
    channels: int = 128
    multiples: tuple[int, ...] = (1, 2, 4, 8, 16)
    strides: tuple[int, ...] = (2, 4, 4, 8, 8)
    final_tanh: bool = False

    @property
    def hop(self) -> int:
        """Samples for each latent."""
        return math.prod(self.strides)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels before the first level, and after each."""
        return tuple(self.channels * m for m in (1, *self.multiples))


class Snake(nn.Module):  # type: ignore[misc]
    """A wave that rides on what comes in (Ziyin et al. 2020, arXiv:2006.08195), its rate and strength learnt apart, by
    their logarithms (Lee et al. 2022, arXiv:2206.04658)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """x + sin²(αx)/β for each channel (batch × channels × samples)."""
        rate = self.alpha.exp()[:, None]
        strength = 1 / (self.beta.exp()[:, None] + _LEAST_STRENGTH)
        wave = x * rate
        if torch.is_grad_enabled():
            return x + wave.sin() ** 2 * strength
        return torch.addcmul(x, wave.sin_().square_(), strength)


class _WeightNormed(nn.Module):  # type: ignore[misc]
    """A weight as its length and its direction (Salimans and Kingma 2016, arXiv:1602.07868), in published names."""

    def __init__(self, shape: tuple[int, int, int], bias: int) -> None:
        super().__init__()
        fan = shape[1] * shape[2]
        direction = torch.empty(shape).uniform_(-1, 1) / math.sqrt(fan)
        self.weight_g = nn.Parameter(direction.flatten(1).norm(dim=1)[:, None, None])
        self.weight_v = nn.Parameter(direction)
        self.register_parameter("bias", nn.Parameter(torch.zeros(bias)) if bias else None)

    @property
    def weight(self) -> Tensor:
        """The weight itself."""
        length = torch.linalg.vector_norm(self.weight_v, dim=(1, 2), keepdim=True)
        return self.weight_v * (self.weight_g / length)


class Convolution(_WeightNormed):
    """A weight-normed convolution that keeps the length of what comes in, or divides it by its stride."""

    def __init__(
        self, size: int, width: int, kernel: int, *, dilation: int = 1, stride: int = 1, bias: bool = True
    ) -> None:
        super().__init__((width, size, kernel), width if bias else 0)
        self.dilation, self.stride = dilation, stride
        self.padding = math.ceil(stride / 2) if stride > 1 else dilation * (kernel - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        """A sequence (batch × channels × samples)."""
        return F.conv1d(x, self.weight, self.bias, self.stride, self.padding, self.dilation)


class Transposed(_WeightNormed):
    """A weight-normed transposed convolution that multiplies the length by its stride."""

    def __init__(self, size: int, width: int, stride: int) -> None:
        super().__init__((size, width, 2 * stride), width)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """A sequence (batch × channels × samples)."""
        padding, more = math.ceil(self.stride / 2), self.stride % 2
        return F.conv_transpose1d(x, self.weight, self.bias, self.stride, padding, more)


class Residual(nn.Module):  # type: ignore[misc]
    """Two snakes and two convolutions, the first of them dilated, added to what came in."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Snake(width),
            Convolution(width, width, 7, dilation=dilation),
            Snake(width),
            Convolution(width, width, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """A sequence of the same size."""
        out: Tensor = self.layers(x) + x
        return out


class _Stack(nn.Module):  # type: ignore[misc]
    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


def _residuals(width: int) -> list[nn.Module]:
    return [Residual(width, dilation) for dilation in DILATIONS]


def _down(size: int, width: int, stride: int) -> nn.Module:
    return _Stack(*_residuals(size), Snake(size), Convolution(size, width, 2 * stride, stride=stride))


def _up(size: int, width: int, stride: int) -> nn.Module:
    return _Stack(Snake(size), Transposed(size, width, stride), *_residuals(width))


def encoder(shape: OobleckShape) -> nn.Module:
    """The way down: sound to the means and raw scales of its latents."""
    widths = shape.widths
    levels = [_down(*sizes) for sizes in zip(widths, widths[1:], shape.strides, strict=False)]
    first = Convolution(shape.sound, widths[0], 7)
    return _Stack(first, *levels, Snake(widths[-1]), Convolution(widths[-1], 2 * shape.latent, 3))


def decoder(shape: OobleckShape) -> nn.Module:
    """The way up: latents to sound."""
    widths = shape.widths[::-1]
    levels = [_up(*sizes) for sizes in zip(widths, widths[1:], shape.strides[::-1], strict=False)]
    last = Convolution(widths[-1], shape.sound, 7, bias=False)
    bound = [nn.Tanh()] if shape.final_tanh else []
    return _Stack(Convolution(shape.latent, widths[0], 7), *levels, Snake(widths[-1]), last, *bound)


class Oobleck(nn.Module):  # type: ignore[misc]
    """A variational autoencoder of sound (batch × channels × samples, a whole number of hops)."""

    def __init__(self, shape: OobleckShape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = encoder(shape)
        self.decoder = decoder(shape)

    def moments(self, sound: Tensor) -> Tensor:
        """The means and raw scales of a sound's latents, one behind the other (batch × 2 latent × positions)."""
        out: Tensor = self.encoder(sound)
        return out

    def encode(self, sound: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The latents of a sound: drawn with a generator, the means without one."""
        return drawn(self.moments(sound), generator)

    def decode(self, latents: Tensor) -> Tensor:
        """The sound of latents (batch × latent × positions)."""
        out: Tensor = self.decoder(latents)
        return out


def drawn(moments: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Latents of their means and raw scales: the means themselves without a generator."""
    mean, raw = moments.chunk(2, dim=1)
    if generator is None:
        return mean
    noise = torch.randn(mean.shape, generator=generator, device=generator.device).to(mean)
    return mean + (F.softplus(raw) + LEAST_SCALE) * noise
