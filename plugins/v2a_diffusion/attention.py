"""Attention within a sequence and across to another, with rotary positions over a part of each head.

Parameters are named as in the stable-audio-tools family of models, so that their checkpoints load as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class Turn:
    """By what angles each position is turned: cosines and sines, positions × dimensions that are turned.

    The first half of them has its sines below zero, for it pairs with the second.
    """

    cos: Tensor
    sin: Tensor


@dataclass(frozen=True, eq=False)
class Memory:
    """Keys and values of a context (batch × heads × tokens × head), and which tokens count (batch × tokens)."""

    keys: Tensor
    values: Tensor
    counts: Tensor | None = None

    @property
    def rows(self) -> int:
        """How many items of a batch it is for."""
        return int(self.keys.shape[0])

    def of(self, rows: int) -> Memory:
        """The same for the first rows of a batch."""
        counts = None if self.counts is None else self.counts[:rows]
        return Memory(self.keys[:rows], self.values[:rows], counts)


class Rotary(nn.Module):  # type: ignore[misc]
    """Rotary positions over the first `size` dimensions of each head (Su et al. 2021, arXiv:2104.09864)."""

    def __init__(self, size: int, base: float = 10000.0) -> None:
        super().__init__()
        self.size, self.base = size, base
        self.register_buffer("inv_freq", self.frequencies())

    def frequencies(self) -> Tensor:
        """Radians for each position, by pair of dimensions."""
        return self.base ** -(torch.arange(0, self.size, 2, dtype=torch.float32) / self.size)

    def forward(self, length: int) -> Turn:
        """The turns of the positions from 0 up to `length`, in single precision whatever the model's."""
        positions = torch.arange(length, device=self.inv_freq.device, dtype=torch.float32)
        angles = positions[:, None] * self.inv_freq.float()
        cos, sin = angles.cos(), angles.sin()
        return Turn(torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1))


def turned(x: Tensor, turn: Turn) -> Tensor:
    """Queries or keys (… × positions × head) turned by their positions; dimensions behind the turned ones stay."""
    size = turn.cos.shape[-1]
    part = x[..., :size].float()
    swapped = torch.cat([part[..., size // 2 :], part[..., : size // 2]], dim=-1)
    part = torch.addcmul(part * turn.cos, swapped, turn.sin).to(x.dtype)
    return torch.cat([part, x[..., size:]], dim=-1)


class Product(nn.Linear):  # type: ignore[misc]
    """A linear layer that works in the precision of its weights, whatever that of what comes in."""

    def forward(self, x: Tensor) -> Tensor:
        """A sequence at the new width."""
        out: Tensor = super().forward(x.to(self.weight.dtype))
        return out


class _Heads(nn.Module):  # type: ignore[misc]
    """What both kinds of attention share: heads, norms of queries and keys, and the way out."""

    def __init__(self, width: int, heads: int, qk_norm: bool) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"{width} channels cannot be parted among {heads} heads")
        self.heads = heads
        self.q_norm = nn.RMSNorm(width // heads) if qk_norm else nn.Identity()
        self.k_norm = nn.RMSNorm(width // heads) if qk_norm else nn.Identity()
        self.to_out = Product(width, width, bias=False)

    def _parted(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """`parts` projections that lie side by side, each as batch × heads × tokens × head."""
        shaped = x.unflatten(-1, (parts, self.heads, -1)).transpose(1, 3)
        return tuple(shaped.unbind(2))

    def _out(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        heard = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        out: Tensor = self.to_out(heard.transpose(1, 2).flatten(2))
        return out


class SelfAttention(_Heads):
    """Attention among all positions of a sequence (Vaswani et al. 2017, arXiv:1706.03762), one product for queries,
    keys and values, which may be normed (Henry et al. 2020, arXiv:2010.04245)."""

    def __init__(self, width: int, heads: int, qk_norm: bool = False) -> None:
        super().__init__(width, heads, qk_norm)
        self.to_qkv = Product(width, 3 * width, bias=False)

    def forward(self, x: Tensor, turn: Turn | None = None) -> Tensor:
        """A sequence (batch × positions × width), each position with what it hears of the others."""
        q, k, v = self._parted(self.to_qkv(x), 3)
        q, k = self.q_norm(q), self.k_norm(k)
        if turn is not None:
            q, k = turned(q, turn), turned(k, turn)
        return self._out(q, k, v, None)


class CrossAttention(_Heads):
    """Attention from a sequence to a context of another kind, whose keys and values are worked out once."""

    def __init__(self, width: int, context: int, heads: int, qk_norm: bool = False) -> None:
        super().__init__(width, heads, qk_norm)
        self.to_q = Product(width, width, bias=False)
        self.to_kv = Product(context, 2 * width, bias=False)

    def remember(self, context: Tensor, counts: Tensor | None = None) -> Memory:
        """The keys and values of a context (batch × tokens × width); `counts` leaves out the tokens that only fill."""
        k, v = self._parted(self.to_kv(context), 2)
        return Memory(self.k_norm(k), v.contiguous(), counts)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """What each position of a sequence hears of the context."""
        (q,) = self._parted(self.to_q(x), 1)
        mask = None if memory.counts is None else memory.counts[:, None, None, :]
        return self._out(self.q_norm(q), memory.keys, memory.values, mask)
