"""Transformers for diffusion: blocks that can take every way of conditioning, and a whole network for sound.

Parameters of the blocks are named as in the stable-audio-tools family of models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.attention import CrossAttention, Memory, Product, Rotary, SelfAttention, Turn
from v2a_diffusion.conditioning import (
    AdaptiveNorm,
    FourierFeatures,
    GatedAddition,
    concatenated,
    perceptron,
    prepended,
    without,
)

_LEAST_TURNED = 32
_TIME_FEATURES = 256


@dataclass(frozen=True)
class TransformerShape:
    """The sizes of a transformer, and which ways of conditioning its blocks have."""

    channels: int
    width: int
    depth: int
    heads: int
    context: int | None = None
    """Width of the tokens that are attended across to; None: blocks have no cross-attention."""
    vector: int | None = None
    """Width of the vector that adapts the norms; None: they are not adapted."""
    qk_norm: bool = False
    expansion: int = 4
    channels_out: int | None = None
    """As many as go in, where none are named."""

    @property
    def turned(self) -> int:
        """How many dimensions of each head carry positions: half of them, and 32 where there are that many."""
        head = self.width // self.heads
        return min(head, max(head // 2, _LEAST_TURNED))


class LayerNorm(nn.Module):  # type: ignore[misc]
    """A layer norm without a learnt shift, whose shift of zeros is kept with the weights nevertheless."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.register_buffer("beta", torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """A sequence, each position normed."""
        return F.layer_norm(x.to(self.gamma.dtype), self.gamma.shape, self.gamma, self.beta)


class GatedLinear(nn.Module):  # type: ignore[misc]
    """A linear layer of which one half gates the other (SwiGLU; Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.proj = Product(size, 2 * width)

    def forward(self, x: Tensor) -> Tensor:
        """A sequence at the new width."""
        heard, gate = self.proj(x).chunk(2, dim=-1)
        return heard * F.silu(gate)


class FeedForward(nn.Module):  # type: ignore[misc]
    """What a block does with each position by itself."""

    def __init__(self, width: int, expansion: int) -> None:
        super().__init__()
        inner = width * expansion
        self.ff = nn.Sequential(GatedLinear(width, inner), nn.Identity(), Product(inner, width))

    def forward(self, x: Tensor) -> Tensor:
        """A sequence of the same width."""
        out: Tensor = self.ff(x)
        return out


class Block(nn.Module):  # type: ignore[misc]
    """Self-attention, cross-attention where there is a context, and a feed-forward, each added to what came in."""

    def __init__(self, shape: TransformerShape) -> None:
        super().__init__()
        width = shape.width
        self.pre_norm = LayerNorm(width)
        self.self_attn = SelfAttention(width, shape.heads, shape.qk_norm)
        if shape.context is not None:
            self.cross_attend_norm = LayerNorm(width)
            self.cross_attn = CrossAttention(width, shape.context, shape.heads, shape.qk_norm)
        self.ff_norm = LayerNorm(width)
        self.ff = FeedForward(width, shape.expansion)
        self.adaptive = None if shape.vector is None else AdaptiveNorm(shape.vector, width, 2)

    def forward(self, x: Tensor, turn: Turn, memory: Memory | None, vector: Tensor | None) -> Tensor:
        """The hidden sequence after this block; a memory of fewer rows than the batch is for its first ones."""
        if self.adaptive is None:
            x = x + self.self_attn(self.pre_norm(x), turn)
            x = x if memory is None else self._listened(x, memory)
            return x + self.ff(self.ff_norm(x))
        if vector is None:
            raise ValueError("this network wants a vector to adapt its norms")
        hearing, thinking = self.adaptive(vector)
        x = x + hearing.out(self.self_attn(hearing.into(self.pre_norm(x)), turn))
        x = x if memory is None else self._listened(x, memory)
        return x + thinking.out(self.ff(thinking.into(self.ff_norm(x))))

    def _listened(self, x: Tensor, memory: Memory) -> Tensor:
        """A context of zeros has values of zeros, so the rows without a memory would hear nothing: they are spared."""
        rows = memory.rows
        listening = x[:rows]
        heard = listening + self.cross_attn(self.cross_attend_norm(listening), memory)
        return heard if rows == len(x) else torch.cat([heard, x[rows:]])


class Transformer(nn.Module):  # type: ignore[misc]
    """Blocks between a way in and a way out."""

    def __init__(self, shape: TransformerShape) -> None:
        super().__init__()
        self.shape = shape
        self.project_in = nn.Linear(shape.channels, shape.width, bias=False)
        self.rotary_pos_emb = Rotary(shape.turned)
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape.depth))
        self.project_out = nn.Linear(shape.width, shape.channels_out or shape.channels, bias=False)
        self.lend: Callable[[Iterable[Block]], Iterable[Block]] = iter
        """Hands out the blocks one after another; who keeps them elsewhere puts a way of fetching them here."""

    def remember(self, context: Tensor, counts: Tensor | None = None) -> tuple[Memory, ...]:
        """What each block keeps of a context (batch × tokens × width): worked out once for all steps."""
        return tuple(layer.cross_attn.remember(context, counts) for layer in self.lend(self.layers))

    def run(
        self,
        x: Tensor,
        turn: Turn,
        memories: Sequence[Memory | None] | None = None,
        vector: Tensor | None = None,
    ) -> Tensor:
        """A hidden sequence (batch × positions × width) through all blocks."""
        known = memories or [None] * len(self.layers)
        for layer, memory in zip(self.lend(self.layers), known, strict=True):
            x = layer(x, turn, memory, vector)
        return x


@dataclass(frozen=True, eq=False)
class Conditions:
    """What a `DiffusionTransformer` is told, each where its shape has the way in; all by batch first."""

    context: Tensor | None = None
    """Tokens to attend across to (batch × tokens × context)."""
    counts: Tensor | None = None
    """Which of them count (batch × tokens); all, where None."""
    vector: Tensor | None = None
    """A vector for the adaptive norms (batch × size), beside the time."""
    tokens: Tensor | None = None
    """Tokens to run in front (batch × tokens × width)."""
    beside: Tensor | None = None
    """Channels to lie beside the sound's (batch × tokens × beside)."""
    added: Tensor | None = None
    """A sequence to add by a gate (batch × tokens × added)."""


class DiffusionTransformer(nn.Module):  # type: ignore[misc]
    """A network for sound (batch × channels × positions) at a time: the time is a token in front (stable-audio-tools'
    way), and adapts the norms too where the shape asks for that (Peebles and Xie 2022, arXiv:2212.09748)."""

    def __init__(self, shape: TransformerShape, beside: int = 0, added: int = 0) -> None:
        super().__init__()
        inner = replace(
            shape, channels=shape.channels + beside, channels_out=shape.channels_out or shape.channels
        )
        self.timestep_features = FourierFeatures(_TIME_FEATURES)
        self.to_timestep_embed = perceptron(_TIME_FEATURES, shape.width)
        self.to_vector = None if shape.vector is None else nn.Linear(shape.width, shape.vector, bias=False)
        self.addition = GatedAddition(added, shape.width) if added else None
        self.transformer = Transformer(inner)

    def forward(self, x: Tensor, time: Tensor, told: Conditions | None = None) -> Tensor:
        """What the network predicts of a sound (batch × channels × positions) at times (batch)."""
        told = told or Conditions()
        net = self.transformer
        hidden = x.transpose(1, 2)
        hidden = net.project_in(hidden if told.beside is None else concatenated(hidden, told.beside))
        if told.added is not None and self.addition is not None:
            hidden = self.addition(hidden, told.added)
        token = self.to_timestep_embed(self.timestep_features(time).to(hidden.dtype))
        front = token[:, None] if told.tokens is None else prepended(told.tokens, token[:, None])
        hidden = prepended(hidden, front)
        memories = None if told.context is None else net.remember(told.context, told.counts)
        hidden = net.run(hidden, net.rotary_pos_emb(hidden.shape[1]), memories, self._vector(token, told))
        out: Tensor = net.project_out(without(hidden, front.shape[1])).transpose(1, 2)
        return out

    def _vector(self, token: Tensor, told: Conditions) -> Tensor | None:
        if self.to_vector is None:
            return None
        vector: Tensor = self.to_vector(token)
        return vector if told.vector is None else vector + told.vector
