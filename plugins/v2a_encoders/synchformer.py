"""Synchformer's picture tower: movement in stretches of 16 frames, as eight rows each.

V. Iashin, W. Xie, E. Rahtu, A. Zisserman, "Synchformer: Efficient Synchronization from Sparse Cues" (2024,
arXiv:2401.16423); its tower is the MotionFormer of M. Patrick et al., "Keeping Your Eye on the Ball: Trajectory Attention
in Video Transformers" (2021, arXiv:2106.05392), with the divided attention of G. Bertasius, H. Wang, L. Torresani, "Is
Space-Time Attention All You Need for Video Understanding?" (2021, arXiv:2102.05095). Parameters have their published names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from v2a.media import weights

STRETCH, STEP = 16, 8
_PREFIX = "vfeat_extractor."
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Config:
    """The sizes of the tower, named as in published configurations; they start out as those of the published model."""

    embed_dim: int = 768
    depth: int = 12
    num_heads: int = 12
    crop: int = 224
    patch: int = 16
    patch_time: int = 2
    frames: int = STRETCH
    mlp_ratio: int = 4

    @property
    def places(self) -> int:
        """Patches in a frame."""
        return (self.crop // self.patch) ** 2

    @property
    def rows(self) -> int:
        """Rows of a stretch: one for every `patch_time` frames."""
        return self.frames // self.patch_time

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Config:
        """What a published configuration says of these sizes."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if name in known})


def network(config: Config | None = None) -> Synchformer:
    """The tower with weights yet to be loaded, on torch's device of the moment."""
    return Synchformer(config or Config())


def load(path: Path, config: Config | None = None) -> Synchformer:
    """The tower with the weights of a file or folder, which may hold Synchformer's other towers besides."""
    tensors = weights.read(path)
    with torch.device("meta"):
        model = network(config)
    weights.fit(model, {name: t for name, t in tensors.items() if name.startswith(_PREFIX)}, path)
    model.eval().requires_grad_(False)
    return model


def stretches(pixels: Tensor) -> Tensor:
    """Frames (frames × height × width × 3, uint8) as stretches × 16 × 3 × height × width.

    A stretch begins every 8 frames; what is left at the end is in none, and fewer than 16 frames are filled up with the
    last one.
    """
    missing = STRETCH - len(pixels)
    if missing > 0:
        pixels = torch.cat([pixels, pixels[-1:].expand(missing, -1, -1, -1)])
    return pixels.unfold(0, STRETCH, STEP).permute(0, 4, 3, 1, 2)


def normalised(pixels: Tensor) -> Tensor:
    """Pixels from 0 to 255 as numbers from -1 to 1, in float32."""
    return pixels.float() / 127.5 - 1


class Synchformer(nn.Module):  # type: ignore[misc]
    """Stretches of normalised frames (… × 16 × 3 × 224 × 224) to rows (… × 8 × 768)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.vfeat_extractor = _Tower(config)

    def forward(self, pixels: Tensor) -> Tensor:
        """Eight rows a stretch, each from two frames and from what the whole stretch says of them."""
        rows: Tensor = self.vfeat_extractor(pixels.flatten(0, -5).transpose(1, 2))
        return rows.view(*pixels.shape[:-4], *rows.shape[1:])


class _Tower(nn.Module):  # type: ignore[misc]
    """Divided space-time attention over patches, then one row of each moment's patches."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, patch = config.embed_dim, config.patch
        self._places, self._rows = config.places, config.rows
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + config.places, width))
        self.temp_embed = nn.Parameter(torch.zeros(1, config.rows, width))
        # Of the image network that the tower was first made of: published with it, and not used.
        self.patch_embed = _Patches(nn.Conv2d(3, width, patch, patch))
        size = (config.patch_time, patch, patch)
        self.patch_embed_3d = _Patches(nn.Conv3d(3, width, size, size))
        self.blocks = nn.ModuleList(_Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.spatial_attn_agg = _Pool(config)

    def forward(self, pixels: Tensor) -> Tensor:
        """Stretches (n × 3 × frames × height × width) to rows (n × rows × width)."""
        x = self.patch_embed_3d(pixels)
        where = self.pos_embed[:, 1:].repeat(1, self._rows, 1)
        when = self.temp_embed.repeat_interleave(self._places, 1)
        first = (self.cls_token + self.pos_embed[:, :1]).expand(len(x), -1, -1)
        x = torch.cat([first, x + where + when], 1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x[:, 1:]).unflatten(1, (self._rows, self._places))
        rows: Tensor = self.spatial_attn_agg(x.flatten(0, 1))
        return rows.view(len(pixels), self._rows, -1)


class _Patches(nn.Module):  # type: ignore[misc]
    """Patches as tokens, moment after moment, row after row."""

    def __init__(self, proj: nn.Module) -> None:
        super().__init__()
        self.proj = proj

    def forward(self, pixels: Tensor) -> Tensor:
        patches: Tensor = self.proj(pixels)
        return patches.flatten(2).transpose(1, 2)


class _Block(nn.Module):  # type: ignore[misc]
    """Attention over time, then over space, then a feed-forward network, each added to what came in."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width = config.embed_dim
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width, eps=_EPSILON) for _ in range(3))
        self.attn = _Attention(config, over_time=False)
        self.timeattn = _Attention(config, over_time=True)
        self.mlp = _FeedForward(width, width * config.mlp_ratio)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.timeattn(self.norm3(x))
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class _FeedForward(nn.Module):  # type: ignore[misc]
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(functional.gelu(self.fc1(x)))


class _Attention(nn.Module):  # type: ignore[misc]
    """Attention of each patch to the same place at other times, or to other places at the same time.

    The first token, which stands for all, attends to all patches, and all patches attend to it.
    """

    def __init__(self, config: Config, over_time: bool) -> None:
        super().__init__()
        self._heads, self._rows, self._over_time = config.num_heads, config.rows, over_time
        self.qkv = nn.Linear(config.embed_dim, 3 * config.embed_dim)
        self.proj = nn.Linear(config.embed_dim, config.embed_dim)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (part.unflatten(-1, (self._heads, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1))
        first = functional.scaled_dot_product_attention(q[:, :, :1], k, v)
        queries, keys, values = (self._divided(part[:, :, 1:]) for part in (q, k, v))
        keys, values = (_with_first(some, part) for some, part in ((keys, k), (values, v)))
        rest = functional.scaled_dot_product_attention(queries, keys, values)
        rest = (rest.transpose(2, 3) if self._over_time else rest).flatten(2, 3)
        return self.proj(torch.cat([first, rest], 2).transpose(1, 2).flatten(2))

    def _divided(self, tokens: Tensor) -> Tensor:
        """n × heads × tokens × width as n × heads × what attends apart × what attends to each other × width."""
        apart = tokens.unflatten(2, (self._rows, -1))
        return apart.transpose(2, 3) if self._over_time else apart


def _with_first(divided: Tensor, whole: Tensor) -> Tensor:
    first = whole[:, :, None, :1].expand(-1, -1, divided.shape[2], -1, -1)
    return torch.cat([first, divided], 3)


class _Pool(nn.Module):  # type: ignore[misc]
    """A transformer layer over the patches of a moment, of which only the first token's row is kept and worked out."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, hidden = config.embed_dim, config.embed_dim * config.mlp_ratio
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.self_attn = nn.MultiheadAttention(width, config.num_heads, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=_EPSILON) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        first = self.cls_token.expand(len(x), -1, -1)
        seen = self.norm1(torch.cat([first, x], 1))
        first = first + self.self_attn(seen[:, :1], seen, seen, need_weights=False)[0]
        made: Tensor = first + self.linear2(functional.gelu(self.linear1(self.norm2(first))))
        return made[:, 0]
