"""Transformer layers as Flax stacks them: a parameter of all layers lies in one array, whose first axis is the layer.

Products are with the arrays themselves, so nothing is turned round or copied where weights are loaded.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_EPSILON = 1e-6
_MOST_LOGITS = 1 << 26


class Transformer(nn.Module):  # type: ignore[misc]
    """A stack of layers."""

    def __init__(self, depth: int, width: int, heads: int, hidden: int, cap: float) -> None:
        super().__init__()
        self._depth = depth
        self.transformers_stack = Named(x_layers=Layers(depth, width, heads, hidden, cap))

    def forward(self, x: Tensor) -> Tensor:
        """All layers in turn."""
        for layer in range(self._depth):
            x = self.transformers_stack.x_layers(x, layer)
        return x


class Layers(nn.Module):  # type: ignore[misc]
    """All layers of a stack, of which one is gone through at a time: attention, then a feed-forward network."""

    def __init__(self, depth: int, width: int, heads: int, hidden: int, cap: float) -> None:
        super().__init__()
        self._cap = cap
        self.layer_norm = Norm((depth,), width)
        self.self_attention = Attention((depth,), width, heads, width // heads)
        self.ff_layer = FeedForward((depth,), width, hidden)

    def forward(self, x: Tensor, layer: int) -> Tensor:
        """One layer: what comes in, and what is added to it."""
        seen = self.layer_norm(x, layer)
        attention = self.self_attention
        q, k, v = (part(seen, layer) for part in (attention.query, attention.key, attention.value))
        x = x + attention.post(capped(q * q.shape[-1] ** -0.5, k, v, self._cap), layer)
        return x + self.ff_layer(x, layer)


def capped(q: Tensor, k: Tensor, v: Tensor, cap: float) -> Tensor:
    """Attention whose logits are held below a cap by tanh; a part of the queries at a time, so that it takes little memory.

    Queries, keys and values are n × heads × tokens × width, and so is what comes out.
    """
    keys = k.transpose(-1, -2)
    step = max(1, _MOST_LOGITS // (q.shape[0] * q.shape[1] * k.shape[2]))
    made = []
    for some in q.split(step, 2):
        logits = (some @ keys).float().div_(cap).tanh_().mul_(cap)
        made.append(torch.softmax(logits, -1).to(v.dtype) @ v)
    return torch.cat(made, 2)


class FeedForward(nn.Module):  # type: ignore[misc]
    """Two products with a GELU between, after a norm."""

    def __init__(self, stack: tuple[int, ...], width: int, hidden: int) -> None:
        super().__init__()
        self.layer_norm = Norm(stack, width)
        self.ffn_layer1 = Linear(stack, width, hidden)
        self.ffn_layer2 = Linear(stack, hidden, width)

    def forward(self, x: Tensor, layer: int) -> Tensor:
        """What one layer adds."""
        hidden = functional.gelu(self.ffn_layer1(self.layer_norm(x, layer), layer))
        return self.ffn_layer2(hidden, layer)


class Attention(nn.Module):  # type: ignore[misc]
    """The projections of an attention."""

    def __init__(self, stack: tuple[int, ...], width: int, heads: int, size: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (Heads(stack, width, heads, size) for _ in range(3))
        self.post = Gathered(stack, width, heads, size)


class Heads(nn.Module):  # type: ignore[misc]
    """Tokens to heads: n × tokens × width to n × heads × tokens × size."""

    def __init__(self, stack: tuple[int, ...], width: int, heads: int, size: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(*stack, width, heads, size))
        self.b = nn.Parameter(torch.zeros(*stack, heads, size))

    def forward(self, x: Tensor, layer: int | None = None) -> Tensor:
        """The heads of tokens."""
        w, b = _of(self.w, layer), _of(self.b, layer)
        return functional.linear(x, w.flatten(1).t(), b.flatten()).unflatten(-1, b.shape).transpose(1, 2)


class Gathered(nn.Module):  # type: ignore[misc]
    """Heads to tokens: n × heads × tokens × size to n × tokens × width."""

    def __init__(self, stack: tuple[int, ...], width: int, heads: int, size: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(*stack, width, heads, size))
        self.b = nn.Parameter(torch.zeros(*stack, width))

    def forward(self, x: Tensor, layer: int | None = None) -> Tensor:
        """The tokens that heads make."""
        w, b = _of(self.w, layer), _of(self.b, layer)
        return functional.linear(x.transpose(1, 2).flatten(2), w.flatten(1), b)


class Linear(nn.Module):  # type: ignore[misc]
    """A product and a bias."""

    def __init__(self, stack: tuple[int, ...], width: int, made: int) -> None:
        super().__init__()
        kernel, bias = torch.zeros(*stack, width, made), torch.zeros(*stack, made)
        self.linear = Named(kernel=nn.Parameter(kernel), bias=nn.Parameter(bias))

    def forward(self, x: Tensor, layer: int | None = None) -> Tensor:
        """The product, in a layer or alone."""
        kernel, bias = _of(self.linear.kernel, layer), _of(self.linear.bias, layer)
        return functional.linear(x, kernel.t(), bias)


class Norm(nn.Module):  # type: ignore[misc]
    """Layer normalisation whose scale is held as what it is more than 1."""

    def __init__(self, stack: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(*stack, width))
        self.bias = nn.Parameter(torch.zeros(*stack, width))

    def forward(self, x: Tensor, layer: int | None = None) -> Tensor:
        """Tokens brought to mean 0 and variance 1, then scaled and moved."""
        scale, bias = _of(self.scale, layer), _of(self.bias, layer)
        return functional.layer_norm(x, x.shape[-1:], 1 + scale, bias, _EPSILON)


class Named(nn.Module):  # type: ignore[misc]
    """Something under a name of its own."""

    def __init__(self, **held: nn.Module | nn.Parameter) -> None:
        super().__init__()
        for name, thing in held.items():
            setattr(self, name, thing)


def _of(stacked: Tensor, layer: int | None) -> Tensor:
    """What belongs to a layer of a stack, or to something that stands alone."""
    return stacked if layer is None else stacked[layer]
