"""VideoPrism's picture tower with its video-text head: one row a frame, from pictures 288 pixels square.

L. Zhao et al., "VideoPrism: A Foundational Visual Encoder for Video Understanding" (2024, arXiv:2402.13217). Parameters
have the names and shapes of the published Flax arrays, `/` read as `.`.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from v2a.errors import WeightsDamaged, WeightsMissing
from v2a.media import weights
from v2a_encoders.stacked import Attention, Linear, Named, Norm, Transformer

ARRAYS = ".npz"
_TEXT = "params.text_encoder."


@dataclass(frozen=True, slots=True)
class Config:
    """The sizes of the model, named as in published configurations; they start out as those of the large LvT model."""

    patch_size: int = 18
    pos_emb_shape: tuple[int, int, int] = (8, 16, 16)
    num_spatial_layers: int = 24
    num_temporal_layers: int = 4
    num_auxiliary_layers: int = 2
    mlp_dim: int = 4096
    model_dim: int = 1024
    num_heads: int = 16
    atten_logit_cap: float = 50.0

    def transformer(self, depth: int) -> Transformer:
        """A stack of so many layers."""
        return Transformer(depth, self.model_dim, self.num_heads, self.mlp_dim, self.atten_logit_cap)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Config:
        """What a published configuration says of these sizes."""
        known = {field.name for field in fields(cls)}
        told = {name: value for name, value in given.items() if name in known}
        return cls(**told | {"pos_emb_shape": tuple(told.get("pos_emb_shape", cls().pos_emb_shape))})


class Embeddings(NamedTuple):
    """Vectors of length 1: a row of each frame, and one of the whole video."""

    frames: Tensor
    video: Tensor


def network(config: Config | None = None) -> VideoPrism:
    """The model with weights yet to be loaded, on torch's device of the moment."""
    return VideoPrism(config or Config())


def load(path: Path, config: Config | None = None) -> VideoPrism:
    """The model with the weights of a file or folder: published arrays (.npz) or the same as safetensors.

    The text tower's are left out.
    """
    file = weights_file(path) if path.is_dir() else path
    tensors = _arrays(file) if file.suffix == ARRAYS else weights.read(file)
    tensors = {name.replace("/", "."): tensor for name, tensor in tensors.items()}
    with torch.device("meta"):
        model = network(config)
    weights.fit(model, {name: t for name, t in tensors.items() if not name.startswith(_TEXT)}, file)
    model.eval().requires_grad_(False)
    return model


def weights_file(folder: Path) -> Path:
    """What of a folder is read: all of it where it holds safetensors, else the first file of arrays."""
    if any(file.suffix == weights.SAFE for file in weights.files_in(folder)):
        return folder
    return next(iter(sorted(folder.glob(f"*{ARRAYS}"))), folder)


def _arrays(path: Path) -> dict[str, Tensor]:
    """The arrays of a file by name, but those of the text tower, which are not even read."""
    if not path.is_file():
        raise WeightsMissing("there are no weights", where=str(path), remedy="See `v2a models list`.")
    try:
        with zipfile.ZipFile(path):
            pass
        with np.load(path, allow_pickle=False) as held:
            names = [name for name in held.files if not name.replace("/", ".").startswith(_TEXT)]
            return {name: torch.from_numpy(held[name]) for name in names}
    except (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise WeightsDamaged(
            "this file of weights is cut short or damaged", where=str(path), remedy="Fetch it again."
        ) from error


class VideoPrism(nn.Module):  # type: ignore[misc]
    """Frames (videos × frames × 288 × 288 × 3, from 0 to 1) to embeddings."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.params = _Parts(config)

    def forward(self, pixels: Tensor) -> Embeddings:
        """The embeddings of frames and videos; what a frame's row says depends on all frames of its video."""
        tokens = self.params.vision_encoder(pixels)
        tokens = self.params.auxiliary_encoder(tokens.flatten(1, 2)).view_as(tokens)
        pool = self.params.contrastive_vision_pooler
        frames = pool(tokens.flatten(0, 1)).view(*tokens.shape[:2], -1)
        return Embeddings(frames, pool(tokens.flatten(1, 2)))


class _Parts(nn.Module):  # type: ignore[misc]
    """The parts by their published names."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.vision_encoder = _Vision(config)
        self.auxiliary_encoder = config.transformer(config.num_auxiliary_layers)
        self.contrastive_vision_pooler = _Pooler(config)


class _Vision(nn.Module):  # type: ignore[misc]
    """Each frame over its patches, then each patch over the frames (A. Arnab et al., "ViViT", 2021, arXiv:2103.15691)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, (moments, rows, columns) = config.model_dim, config.pos_emb_shape
        self._patch, self._grid = config.patch_size, (rows, columns)
        self.patch_projection = Linear((), config.patch_size**2 * 3, width)
        self.spatial_pos_emb = _Rows(rows * columns, width)
        self.spatial_encoder = config.transformer(config.num_spatial_layers)
        self.spatial_ln = Norm((), width)
        self.temporal_pos_emb = _Rows(moments, width)
        self.temporal_encoder = config.transformer(config.num_temporal_layers)
        self.temporal_ln = Norm((), width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Tokens: videos × frames × patches × width."""
        videos, count = pixels.shape[:2]
        x = self.patch_projection(self._patches(pixels.flatten(0, 1)))
        x = self.spatial_ln(self.spatial_encoder(x + self.spatial_pos_emb.emb_var))
        x = x.unflatten(0, (videos, count)).transpose(1, 2)
        x = x + resampled(self.temporal_pos_emb.emb_var, count)
        x = self.temporal_ln(self.temporal_encoder(x.flatten(0, 1)))
        return x.unflatten(0, (videos, -1)).transpose(1, 2)

    def _patches(self, pixels: Tensor) -> Tensor:
        """Frames × patches × the numbers of a patch: row after row, pixel after pixel, red, green and blue together."""
        rows, columns = self._grid
        if pixels.shape[1:] != (rows * self._patch, columns * self._patch, 3):
            raise ValueError(f"these frames are no {columns} × {rows} patches of {self._patch} pixels")
        parted = pixels.unflatten(1, (rows, self._patch)).unflatten(3, (columns, self._patch))
        return parted.transpose(2, 3).reshape(len(pixels), rows * columns, -1)


def resampled(rows: Tensor, count: int) -> Tensor:
    """Rows stretched or shrunk to another count by straight lines between their middles; shrunk ones are averaged."""
    if count == len(rows):
        return rows
    wide = len(rows) / count
    at = (torch.arange(count, dtype=torch.float32) + 0.5) * wide - 0.5
    far = (at[:, None] - torch.arange(len(rows))).abs() / max(wide, 1.0)
    share = (1 - far).clamp(min=0)
    return (share / share.sum(1, keepdim=True)).to(rows) @ rows


class _Pooler(nn.Module):  # type: ignore[misc]
    """What a learned query gathers from tokens (n × tokens × width), as vectors of length 1 (n × width)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, heads = config.model_dim, config.num_heads
        size = 4 * width // heads
        self.pooling_attention_query = nn.Parameter(torch.zeros(1, width))
        self.pooling_attention = Attention((), width, heads, size)
        self.pooling_attention.per_dim_scale = Named(per_dim_scale=nn.Parameter(torch.zeros(size)))
        self.pooling_attention_layer_norm = Norm((), width)

    def forward(self, tokens: Tensor) -> Tensor:
        attention = self.pooling_attention
        scale = functional.softplus(attention.per_dim_scale.per_dim_scale.float())
        scale = (scale / functional.softplus(torch.zeros(())).item()).to(tokens.dtype)
        query = (attention.query(self.pooling_attention_query[None]) * scale).expand(len(tokens), -1, -1, -1)
        keys, values = attention.key(tokens), attention.value(tokens)
        gathered = functional.scaled_dot_product_attention(query, keys, values)
        pooled = self.pooling_attention_layer_norm(attention.post(gathered))[:, 0]
        return functional.normalize(pooled.float(), dim=-1).to(tokens.dtype)


class _Rows(nn.Module):  # type: ignore[misc]
    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.emb_var = nn.Parameter(torch.zeros(count, width))
