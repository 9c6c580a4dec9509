"""Times at which to sample: steps + 1 of them, from noise to data, in float64 on the CPU.

times = uniform(path, 24)    # linspace(1, 0, 25) on the straight path, as PrismAudio samples
"""

from __future__ import annotations

import torch
from torch import Tensor

from v2a_diffusion.paths import Path


def uniform(path: Path, steps: int) -> Tensor:
    """Even steps in time."""
    return path.time(torch.linspace(1, 0, steps + 1, dtype=torch.float64))
