"""Times at which to train: places drawn evenly in [0, 1), turned into times that favour what is hard to learn.

    places = stratified(len(batch), generator)          # or independent(...)
    t = truncated_logit_normal(path, places)            # one time an item, in float32

Each takes a path and places and is told in shares of the way from data (0) to noise (1), whichever way time runs.
"""

from __future__ import annotations

import torch
from torch import Tensor

from v2a_diffusion.paths import Path

_EDGE = 1e-9


def independent(count: int, generator: torch.Generator) -> Tensor:
    """Places drawn independently of one another."""
    return torch.rand(count, generator=generator, dtype=torch.float64)


def stratified(count: int, generator: torch.Generator) -> Tensor:
    """Places that cover the whole in equal parts, one in each, in any order.

    Kingma et al. 2021, "Variational diffusion models" (arXiv 2107.00630), appendix I.1.
    """
    order = torch.randperm(count, generator=generator)
    return (order + torch.rand(1, generator=generator, dtype=torch.float64)) / count


def uniform(path: Path, places: Tensor) -> Tensor:
    """All times alike."""
    return path.time(places).float()


def logit_normal(path: Path, places: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """Mostly the middle: the logit of the share is normal. Esser et al. 2024 (arXiv 2403.03206), equation 19."""
    return path.time(torch.sigmoid(mean + std * _normal(places))).float()


def truncated_logit_normal(path: Path, places: Tensor, cut: float = 0.075) -> Tensor:
    """The same, cut off in the last part of the way to noise and stretched over the whole again.

    stable-audio-tools' `trunc_logit_normal`, with which Stable Audio and PrismAudio train. More noise than middle.
    """
    least = torch.special.ndtr(torch.logit(torch.tensor(cut, dtype=torch.float64)))
    kept = torch.sigmoid(_normal(least + (1 - least) * places))
    return path.time(1 - (kept - cut) / (1 - cut)).float()


def log_normal(path: Path, places: Tensor, mean: float = -1.2, std: float = 1.2) -> Tensor:
    """The logarithm of the noise level sigma / alpha is normal. Karras et al. 2022 (arXiv 2206.00364), table 1."""
    return path.time_of(-(mean + std * _normal(places))).float()


def _normal(places: Tensor) -> Tensor:
    return torch.special.ndtri(places.clamp(_EDGE, 1 - _EDGE))
