"""Noise drawn for each item by a generator of its own, so that an item's sound does not depend on its company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor


class Draws:
    """Where noise comes from: one generator an item, on the CPU, never a global state."""

    def __init__(self, generators: Sequence[torch.Generator]) -> None:
        self.generators = tuple(generators)

    @classmethod
    def seeded(cls, seeds: Iterable[int]) -> Draws:
        """One generator for each seed."""
        return cls([torch.Generator().manual_seed(seed) for seed in seeds])

    def normal(self, item: Sequence[int]) -> Tensor:
        """Standard noise in float32 on the CPU: an item of this shape from each generator."""
        return torch.stack([torch.randn(tuple(item), generator=one) for one in self.generators])

    def like(self, x: Tensor) -> Tensor:
        """Standard noise for each item of a batch, where and as the batch is."""
        if len(x) != len(self.generators):
            raise ValueError(f"{len(x)} items want {len(x)} generators, not {len(self.generators)}")
        return self.normal(x.shape[1:]).to(x)
