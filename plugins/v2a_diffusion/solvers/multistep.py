"""DPM-Solver++: the data are followed as a polynomial in half the log-SNR; one call of the network a step."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.objectives import Denoiser, Estimate
from v2a_diffusion.solvers.stepping import FirstStep, Watch, drawn, walk

# A polynomial is not followed further than this many times the last step: before the data, where log-SNR leaps, it
# would lead far away.
_REACH = 2.0


def ddim(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """Keep data and noise as they are believed and mix them anew: order 1.

    Song, Meng and Ermon 2021 (arXiv 2010.02502); the first order of both DPM-Solver++ and DEIS.
    """

    def step(x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        estimate = denoise(x, now)
        return denoise.path.mix(estimate.data, estimate.noise, then), estimate

    return walk(step, x, times, watch)


def dpmpp_2m(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """DPM-Solver++(2M): order 2. Lu et al. 2022 (arXiv 2211.01095), algorithm 2."""
    return walk(Multistep(denoise, order=2), x, times, watch)


def dpmpp_3m(
    denoise: Denoiser, x: Tensor, times: Tensor, draws: Draws | None = None, watch: Watch | None = None
) -> Tensor:
    """DPM-Solver++(3M): order 3. Lu et al. 2022 (arXiv 2211.01095), section 4.

    Its first step is looked at again, without a further call, or the whole would be of order 2 (see `FirstStep`).
    """
    return walk(Multistep(denoise, order=3, first=FirstStep(denoise.path)), x, times, watch)


def dpmpp_2m_sde(
    denoise: Denoiser,
    x: Tensor,
    times: Tensor,
    draws: Draws | None = None,
    watch: Watch | None = None,
    eta: float = 1.0,
) -> Tensor:
    """SDE-DPM-Solver++(2M): noise is renewed at every step, wholly at eta 1. Lu et al. 2022, section 5."""
    return walk(Multistep(denoise, order=2, eta=eta, draws=draws), x, times, watch)


def dpmpp_3m_sde(
    denoise: Denoiser,
    x: Tensor,
    times: Tensor,
    draws: Draws | None = None,
    watch: Watch | None = None,
    eta: float = 1.0,
) -> Tensor:
    """The same with the polynomial of 3M, with which Stable Audio samples. Crowson 2023, k-diffusion."""
    return walk(Multistep(denoise, order=3, eta=eta, draws=draws), x, times, watch)


@dataclass
class Multistep:
    """One step that remembers: x' = sigma'/sigma x + sigma' times the integral of e^l·data(l) dl over half log-SNR l."""

    denoise: Denoiser
    order: int
    eta: float = 0.0
    draws: Draws | None = None
    first: FirstStep | None = None
    past: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def __call__(self, x: Tensor, now: Tensor, then: Tensor) -> tuple[Tensor, Estimate]:
        """Where the polynomial through the latest data leads."""
        path = self.denoise.path
        estimate = self.denoise(x, now)
        if self.first:
            x = self.first.again(x, now, estimate)
        level = path.half_log_snr(now)
        h = path.half_log_snr(then) - level
        self.past = [*self.past, (level, estimate.data)][-self.order :]
        data = self._drift(float(h))
        kept = torch.exp(-self.eta * h) if self.eta else 1.0
        x = path.sigma(then) / path.sigma(now) * kept * x + path.alpha(then) * data
        if self.eta and path.sigma(then) > 0:
            x = x + path.sigma(then) * torch.sqrt(-torch.expm1(-2 * self.eta * h)) * drawn(self.draws, x)
        return x, estimate

    def _drift(self, h: float) -> Tensor:
        """The integral of (1+eta)·e^((1+eta)(s-h))·data(s) over 0 < s < h; what was told without signal is left out."""
        levels = [level for level, _ in self.past]
        now, data = self.past[-1]
        rate = 1 + self.eta
        whole = -math.expm1(-rate * h)
        if len(levels) < 2 or h > _REACH * (back := float(now - levels[-2])) or math.isinf(back):
            return whole * data
        slope = (data - self.past[-2][1]) / back
        if self.order == 2:
            return whole * (data + h / 2 * slope)
        first = h - whole / rate
        if len(levels) < 3 or torch.isinf(levels[-3]):
            return whole * data + first * slope
        further = float(levels[-2] - levels[-3])
        bend = (slope - (self.past[-2][1] - self.past[-3][1]) / further) / (back + further)
        second = h**2 - 2 / rate * first
        return whole * data + first * slope + (second + back * first) * bend
