"""PrismAudio spelt out: each step works everything out anew, over a state dict in its published names, nothing shared.

This is what `benchmarks/prism.py` holds v2a's own against; it shares no code with it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LATENTS, SYNCS, TOKENS, TURNED = 194, 216, 8, 32


@dataclass(frozen=True, eq=False)
class Told:
    """What conditioners make of features: batch × tokens × width each."""

    video: Tensor
    text: Tensor
    sync: Tensor


@dataclass(frozen=True, eq=False)
class Plain:
    """A PrismAudio of weights by name, its layers and heads counted, and its strides on the way up."""

    weights: Mapping[str, Tensor]
    depth: int
    heads: int
    strides: tuple[int, ...]

    def conditioned(self, video: Tensor, text: Tensor, sync: Tensor) -> Told:
        """Features (batch × tokens × size) as conditions."""
        w, at = self.weights, "conditioner.conditioners."
        places = w[f"{at}sync_features.sync_pos_emb"]
        grouped = sync.unflatten(1, (-1, TOKENS)) + places
        moved = self._two(f"{at}sync_features.embedder", grouped.flatten(1, 2))
        length = LATENTS * sync.shape[1] // SYNCS
        return Told(
            self._two(f"{at}video_features.embedder", video),
            self._two(f"{at}text_features.embedder", text),
            F.interpolate(moved.transpose(1, 2), length, mode="linear").transpose(1, 2),
        )

    def sampled(self, noise: Tensor, told: Told, steps: int, scale: float) -> Tensor:
        """Latents by Euler's method from noise, guided."""
        zeros = Told(*(torch.cat([t, torch.zeros_like(t)]) for t in (told.video, told.text, told.sync)))
        x, times = noise, torch.linspace(1, 0, steps + 1, device=noise.device)
        for now, then in itertools.pairwise(times):
            both = torch.cat([x, x]).to(told.video.dtype)
            wanted, without = self.velocity(both, now.expand(len(both)), zeros).to(x.dtype).chunk(2)
            x = x + (then - now) * (without + (wanted - without) * scale)
        return x

    def velocity(self, x: Tensor, t: Tensor, told: Told) -> Tensor:
        """The velocity of latents (batch × channels × length)."""
        w, at = self.weights, "model.model."
        angles = 2 * math.pi * t[:, None] @ w[f"{at}timestep_features.weight"].T
        time = torch.cat([angles.cos(), angles.sin()], -1).to(x.dtype)
        time = F.linear(time, w[f"{at}to_timestep_embed.0.weight"], w[f"{at}to_timestep_embed.0.bias"])
        time = F.linear(
            F.silu(time), w[f"{at}to_timestep_embed.2.weight"], w[f"{at}to_timestep_embed.2.bias"]
        )
        context = self._two(f"{at}to_cond_embed", torch.cat([told.video, told.text], 1))
        picture = self._two(f"{at}to_add_embed", told.video).transpose(1, 2)
        picture = F.interpolate(picture, x.shape[-1], mode="linear").transpose(1, 2)
        sync = F.interpolate(told.sync.transpose(1, 2), x.shape[-1], mode="linear").transpose(1, 2)
        hidden = (F.conv1d(x, w[f"{at}preprocess_conv.weight"]) + x).transpose(1, 2)
        hidden = F.linear(hidden, w[f"{at}transformer.project_in.weight"])
        hidden = hidden + torch.sigmoid(w[f"{at}transformer.gate"]) * picture
        gate = torch.sigmoid(w[f"{at}transformer.sync_gate"])
        hidden = hidden + gate * self._two(f"{at}to_sync_embed", sync)
        hidden = torch.cat([time[:, None], hidden], 1)
        for layer in range(self.depth):
            hidden = self._block(f"{at}transformer.layers.{layer}.", hidden, context)
        out = F.linear(hidden[:, 1:], w[f"{at}transformer.project_out.weight"]).transpose(1, 2)
        return F.conv1d(out, w[f"{at}postprocess_conv.weight"]) + out

    def decoded(self, latents: Tensor) -> Tensor:
        """The sound of latents."""
        at = "pretransform.model.decoder.layers."
        x = self._conv(f"{at}0", latents, padding=3)
        for level, stride in enumerate(self.strides, 1):
            inside = f"{at}{level}.layers."
            x = self._snake(f"{inside}0", x)
            weight, bias = self._normed(f"{inside}1")
            x = F.conv_transpose1d(x, weight, bias, stride, math.ceil(stride / 2))
            for place, dilation in ((2, 1), (3, 3), (4, 9)):
                unit = f"{inside}{place}.layers."
                y = self._conv(f"{unit}1", self._snake(f"{unit}0", x), 3 * dilation, dilation)
                x = x + self._conv(f"{unit}3", self._snake(f"{unit}2", y))
        last = len(self.strides) + 1
        return self._conv(f"{at}{last + 1}", self._snake(f"{at}{last}", x), padding=3)

    def _block(self, at: str, x: Tensor, context: Tensor) -> Tensor:
        w = self.weights
        q, k, v = F.linear(self._norm(f"{at}pre_norm", x), w[f"{at}self_attn.to_qkv.weight"]).chunk(3, -1)
        x = x + self._attended(f"{at}self_attn", q, k, v, turned=True)
        q = F.linear(self._norm(f"{at}cross_attend_norm", x), w[f"{at}cross_attn.to_q.weight"])
        k, v = F.linear(context, w[f"{at}cross_attn.to_kv.weight"]).chunk(2, -1)
        x = x + self._attended(f"{at}cross_attn", q, k, v, turned=False)
        y = F.linear(
            self._norm(f"{at}ff_norm", x), w[f"{at}ff.ff.0.proj.weight"], w[f"{at}ff.ff.0.proj.bias"]
        )
        heard, gate = y.chunk(2, -1)
        return x + F.linear(heard * F.silu(gate), w[f"{at}ff.ff.2.weight"], w[f"{at}ff.ff.2.bias"])

    def _attended(self, at: str, q: Tensor, k: Tensor, v: Tensor, turned: bool) -> Tensor:
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in (q, k, v))
        size = q.shape[-1:]
        q = F.rms_norm(q, size, self.weights[f"{at}.q_norm.weight"])
        k = F.rms_norm(k, size, self.weights[f"{at}.k_norm.weight"])
        if turned:
            q, k = self._turned(q), self._turned(k)
        made = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return F.linear(made, self.weights[f"{at}.to_out.weight"])

    def _turned(self, x: Tensor) -> Tensor:
        rates = self.weights["model.model.transformer.rotary_pos_emb.inv_freq"]
        angles = torch.outer(torch.arange(x.shape[-2], device=x.device).float(), rates)
        angles = torch.cat([angles, angles], -1)
        part = x[..., :TURNED].float()
        a, b = part.chunk(2, -1)
        part = part * angles.cos() + torch.cat([-b, a], -1) * angles.sin()
        return torch.cat([part.to(x.dtype), x[..., TURNED:]], -1)

    def _norm(self, at: str, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{at}.gamma"], self.weights[f"{at}.beta"])

    def _two(self, at: str, x: Tensor) -> Tensor:
        hidden = F.silu(F.linear(x, self.weights[f"{at}.0.weight"]))
        return F.linear(hidden, self.weights[f"{at}.2.weight"])

    def _snake(self, at: str, x: Tensor) -> Tensor:
        alpha, beta = (self.weights[f"{at}.{name}"].exp()[:, None] for name in ("alpha", "beta"))
        return x + torch.sin(x * alpha) ** 2 / (beta + 1e-9)

    def _normed(self, at: str) -> tuple[Tensor, Tensor | None]:
        direction = self.weights[f"{at}.weight_v"]
        length = direction.flatten(1).norm(dim=1)[:, None, None]
        return self.weights[f"{at}.weight_g"] * direction / length, self.weights.get(f"{at}.bias")

    def _conv(self, at: str, x: Tensor, padding: int = 0, dilation: int = 1) -> Tensor:
        weight, bias = self._normed(at)
        return F.conv1d(x, weight, bias, padding=padding, dilation=dilation)
