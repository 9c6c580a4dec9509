"""Paths from data to noise: x(t) = alpha(t)·data + sigma(t)·noise, with time running either way.

    path = straight()            # rectified flow, t = 1 is noise (PrismAudio, ThinkSound)
    path = straight(noise_at=0)  # the same with t = 1 for data (MMAudio)
    path = cosine()              # and sigmoid(), linear_beta(): variance preserving
    path = exploding()           # EDM: alpha = 1, t is sigma itself
    path = turned(cosine())      # any of them, told with time running the other way

Every function of time takes a tensor of times, of no dimension or with one an item, and answers in its dtype. Noise
levels are told as half the logarithm of the signal-to-noise ratio, log(alpha / sigma), as DPM-Solver has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Curve = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Path:
    """How data becomes noise: the share of each at every time, and how fast it changes."""

    name: str
    alpha: Curve
    sigma: Curve
    alpha_slope: Curve
    sigma_slope: Curve
    time_of: Curve
    """The time at which half the log-SNR is this."""
    noise_at: float
    data_at: float

    def half_log_snr(self, t: Tensor) -> Tensor:
        """Half the logarithm of the signal-to-noise ratio; infinite where there is no noise or no signal."""
        return torch.log(self.alpha(t)) - torch.log(self.sigma(t))

    def noise_to_signal(self, t: Tensor) -> Tensor:
        """The noise over the signal, sigma / alpha, which EDM calls sigma; infinite where there is no signal."""
        return self.sigma(t) / self.alpha(t)

    def mix(self, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """What data and noise are together at a time."""
        return spread(self.alpha(t), data) * data + spread(self.sigma(t), data) * noise

    def flow(self, data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """How fast that changes with time, dx/dt."""
        return spread(self.alpha_slope(t), data) * data + spread(self.sigma_slope(t), data) * noise

    def start(self, noise: Tensor) -> Tensor:
        """What sampling starts from: standard noise, as loud as this path's."""
        return self.sigma(torch.tensor(self.noise_at, dtype=torch.float64)) * noise

    def with_signal(self, t: Tensor, loudest: float = 400.0) -> Tensor:
        """The time, or where noise is this many times as loud as the signal if it is louder still.

        For what would have to be divided by the signal.
        """
        latest = self.time_of(torch.full_like(t, -math.log(loudest)))
        return torch.where(self.alpha(t) * loudest < self.sigma(t), latest, t)

    def time(self, share: Tensor) -> Tensor:
        """The time that lies this share of the way from data (0) to noise (1)."""
        return self.data_at + share * (self.noise_at - self.data_at)


def spread(values: Tensor, over: Tensor) -> Tensor:
    """Values, one an item, shaped so that they multiply a batch, where and as it is; a single one goes with any."""
    return values.reshape(-1, *[1] * (over.ndim - 1)).to(over) if values.ndim else values


def straight(noise_at: float = 1.0) -> Path:
    """The straight line between data and noise, with noise at time 1 or 0.

    Liu, Gong and Liu 2022, "Flow straight and fast" (arXiv 2209.03003); Lipman et al. 2022 (arXiv 2210.02747).
    """
    path = Path(
        name="straight",
        alpha=lambda t: 1 - t,
        sigma=lambda t: 1 * t,
        alpha_slope=lambda t: -torch.ones_like(t),
        sigma_slope=torch.ones_like,
        time_of=lambda level: torch.sigmoid(-level),
        noise_at=1.0,
        data_at=0.0,
    )
    return path if noise_at == 1.0 else turned(path)


def cosine() -> Path:
    """A quarter turn from data to noise, at constant variance.

    Nichol and Dhariwal 2021 (arXiv 2102.09672), in the continuous form of Salimans and Ho 2022 (arXiv 2202.00512).
    """
    turn = math.pi / 2
    return Path(
        name="cosine",
        alpha=lambda t: torch.sin(turn * (1 - t)),
        sigma=lambda t: torch.sin(turn * t),
        alpha_slope=lambda t: -turn * torch.cos(turn * (1 - t)),
        sigma_slope=lambda t: turn * torch.cos(turn * t),
        time_of=lambda level: torch.atan(torch.exp(-level)) / turn,
        noise_at=1.0,
        data_at=0.0,
    )


def linear_beta(beta_min: float = 0.1, beta_max: float = 20.0, data_at: float = 1e-3) -> Path:
    """The variance-preserving SDE whose rate grows linearly; it ends just short of the data, where it has no slope.

    Song et al. 2021, "Score-based generative modeling through SDEs" (arXiv 2011.13456).
    """
    growth = beta_max - beta_min

    def faded(t: Tensor) -> Tensor:
        return -0.25 * growth * t**2 - 0.5 * beta_min * t

    def rate(t: Tensor) -> Tensor:
        return beta_min + growth * t

    def time_of(level: Tensor) -> Tensor:
        lost = torch.nn.functional.softplus(-2 * level)
        return (torch.sqrt(beta_min**2 + 2 * growth * lost) - beta_min) / growth

    return Path(
        name="linear beta",
        alpha=lambda t: torch.exp(faded(t)),
        sigma=lambda t: torch.sqrt(-torch.expm1(2 * faded(t))),
        alpha_slope=lambda t: -0.5 * rate(t) * torch.exp(faded(t)),
        sigma_slope=lambda t: (
            0.5 * rate(t) * torch.exp(2 * faded(t)) / torch.sqrt(-torch.expm1(2 * faded(t)))
        ),
        time_of=time_of,
        noise_at=1.0,
        data_at=data_at,
    )


def sigmoid(start: float = -3.0, end: float = 3.0, data_at: float = 1e-3, noise_at: float = 0.999) -> Path:
    """Constant variance, the signal's power falling like a sigmoid; it stops short of both ends, where it has no slope.

    Jabri, Fleet and Chen 2022 (arXiv 2212.11972).
    """
    high, low = 1 / (1 + math.exp(-end)), 1 / (1 + math.exp(-start))

    def climbed(t: Tensor) -> Tensor:
        return torch.sigmoid(start + t * (end - start))

    def power(t: Tensor) -> Tensor:
        return (high - climbed(t)) / (high - low)

    def lost(t: Tensor) -> Tensor:
        return (climbed(t) - low) / (high - low)

    def power_slope(t: Tensor) -> Tensor:
        return -climbed(t) * (1 - climbed(t)) * (end - start) / (high - low)

    return Path(
        name="sigmoid",
        alpha=lambda t: torch.sqrt(power(t)),
        sigma=lambda t: torch.sqrt(lost(t)),
        alpha_slope=lambda t: 0.5 * power_slope(t) / torch.sqrt(power(t)),
        sigma_slope=lambda t: -0.5 * power_slope(t) / torch.sqrt(lost(t)),
        time_of=lambda level: (
            (torch.logit(high - torch.sigmoid(2 * level) * (high - low)) - start) / (end - start)
        ),
        noise_at=noise_at,
        data_at=data_at,
    )


def exploding(sigma_max: float = 80.0) -> Path:
    """Data to which noise is added until it drowns; time is the noise's level itself.

    Karras et al. 2022, "Elucidating the design space" (arXiv 2206.00364).
    """
    return Path(
        name="exploding",
        alpha=torch.ones_like,
        sigma=lambda t: 1 * t,
        alpha_slope=torch.zeros_like,
        sigma_slope=torch.ones_like,
        time_of=lambda level: torch.exp(-level),
        noise_at=sigma_max,
        data_at=0.0,
    )


def turned(path: Path) -> Path:
    """The same path with time running the other way: what was at t is at 1 - t."""
    return Path(
        name=f"{path.name}, turned",
        alpha=lambda t: path.alpha(1 - t),
        sigma=lambda t: path.sigma(1 - t),
        alpha_slope=lambda t: -path.alpha_slope(1 - t),
        sigma_slope=lambda t: -path.sigma_slope(1 - t),
        time_of=lambda level: 1 - path.time_of(level),
        noise_at=1 - path.noise_at,
        data_at=1 - path.data_at,
    )
