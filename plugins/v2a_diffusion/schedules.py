"""Times at which to sample: steps + 1 of them, from noise to data, in float64 on the CPU.

    times = uniform(path, 24)            # linspace(1, 0, 25) on the straight path, as PrismAudio samples
    times = karras(exploding(), 40)      # EDM
    times = shifted(path, 24, shift_for(length, trained))

Each takes the path and the number of steps first; `uniform`, `cosine`, `sway` and `sigmoid` space times, the others
noise levels, and all begin and end where the path does.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from v2a_diffusion.paths import Path

_LOWEST, _HIGHEST = 0.002, 80.0


def uniform(path: Path, steps: int) -> Tensor:
    """Even steps in time."""
    return path.time(torch.linspace(1, 0, steps + 1, dtype=torch.float64))


def cosine(path: Path, steps: int) -> Tensor:
    """Small steps in the noise, growing like a cosine. Du et al. 2024, "CosyVoice" (arXiv 2407.05407)."""
    return sway(path, steps)


def sway(path: Path, steps: int, lean: float = -1.0) -> Tensor:
    """Steps that lean to the noise (below 0) or to the data (above). Chen et al. 2024, "F5-TTS" (arXiv 2410.06885)."""
    done = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    return _whole(path, path.time(1 - done - lean * (torch.cos(math.pi / 2 * done) - 1 + done)))


def sigmoid(path: Path, steps: int, reach: float = 3.0) -> Tensor:
    """Small steps at both ends, along a sigmoid from -reach to reach. Jabri et al. 2022 (arXiv 2212.11972)."""
    climbed = torch.sigmoid(torch.linspace(reach, -reach, steps + 1, dtype=torch.float64))
    return path.time((climbed - climbed[-1]) / (climbed[0] - climbed[-1]))


def karras(path: Path, steps: int, low: float = _LOWEST, high: float = _HIGHEST, rho: float = 7.0) -> Tensor:
    """Noise levels (sigma / alpha) even in their root, from high to low, then data.

    Karras et al. 2022 (arXiv 2206.00364), equation 5.
    """
    low, high, count = _within(path, steps, low, high)
    done = torch.linspace(0, 1, count, dtype=torch.float64)
    levels = (high ** (1 / rho) + done * (low ** (1 / rho) - high ** (1 / rho))) ** rho
    return _down(path, steps, -torch.log(levels))


def log_snr(path: Path, steps: int, low: float = _LOWEST, high: float = _HIGHEST) -> Tensor:
    """Noise levels even in their logarithm, from high to low, then data. Lu et al. 2022 (arXiv 2206.00927)."""
    low, high, count = _within(path, steps, low, high)
    return _down(path, steps, torch.linspace(-math.log(high), -math.log(low), count, dtype=torch.float64))


def shifted(path: Path, steps: int, shift: float = 3.0) -> Tensor:
    """Even steps, moved so that on the straight path all noise is `shift` times as loud: more steps in the noise.

    Esser et al. 2024, "Scaling rectified flow transformers" (arXiv 2403.03206), section 5.3.2.
    """
    share = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    return _whole(path, path.time(shift * share / (1 + (shift - 1) * share)))


def shift_for(length: int, trained: int) -> float:
    """The shift by which a longer sound is as uncertain as one of the trained length. Esser et al. 2024, equation 23."""
    return math.sqrt(length / trained)


def _within(path: Path, steps: int, low: float, high: float) -> tuple[float, float, int]:
    """The levels that a path has, and how many to space: one more where it ends in noise, and not in data."""
    lowest, highest = (
        float(path.noise_to_signal(torch.tensor(t, dtype=torch.float64)))
        for t in (path.data_at, path.noise_at)
    )
    return (lowest, min(high, highest), steps + 1) if lowest > 0 else (low, min(high, highest), steps)


def _down(path: Path, steps: int, half_log_snr: Tensor) -> Tensor:
    times = torch.full((steps + 1,), path.data_at, dtype=torch.float64)
    times[: len(half_log_snr)] = path.time_of(half_log_snr)
    return _whole(path, times)


def _whole(path: Path, times: Tensor) -> Tensor:
    times = times.clone()
    times[0], times[-1] = path.noise_at, path.data_at
    return times
