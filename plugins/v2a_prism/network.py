"""PrismAudio's network: a transformer that is told the time by a token in front, the picture and the text across, and
the picture and its sync again by gated additions.

What does not change between the steps of a sample (`Prepared`) is worked out once. Rows that are told nothing, for
guidance, have zeros for conditions; as no way in has a bias, they hear nothing and are spared the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.attention import Memory, Turn
from v2a_diffusion.conditioning import FourierFeatures, gated, perceptron, prepended, resampled, without
from v2a_diffusion.transformer import Transformer, TransformerShape
from v2a_prism.conditioner import Told
from v2a_prism.config import Config

_TIME_FEATURES = 256


@dataclass(frozen=True, eq=False)
class Prepared:
    """What all steps of a sample share: what is added to the hidden sequence (batch × length × width), what each block
    remembers of picture and text, and the turns of positions."""

    addition: Tensor
    memories: tuple[Memory, ...]
    turn: Turn

    def of(self, rows: int) -> Prepared:
        """The same for the first rows of a batch."""
        if all(memory.rows <= rows for memory in self.memories):
            return self
        return Prepared(self.addition[:rows], tuple(memory.of(rows) for memory in self.memories), self.turn)


class PrismTransformer(Transformer):
    """The transformer with the gates of what is added."""

    def __init__(self, shape: TransformerShape) -> None:
        super().__init__(shape)
        self.gate = nn.Parameter(torch.ones(1, 1, shape.width))
        self.sync_gate = nn.Parameter(torch.zeros(1, 1, shape.width))

    def addition(self, picture: Tensor, sync: Tensor) -> Tensor:
        """What picture and sync add to the hidden sequence (batch × length × width each)."""
        return gated(self.gate, picture) + gated(self.sync_gate, sync)


class Network(nn.Module):  # type: ignore[misc]
    """The velocity of noisy latents (batch × channels × length) at a time: 1 is noise, 0 is sound."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width = config.width
        self.empty_clip_feat = nn.Parameter(torch.zeros(1, width))
        self.empty_sync_feat = nn.Parameter(torch.zeros(1, width))
        self.timestep_features = FourierFeatures(_TIME_FEATURES)
        self.to_timestep_embed = perceptron(_TIME_FEATURES, width)
        self.to_cond_embed = perceptron(width, width, bias=False)
        self.to_add_embed = perceptron(width, width, bias=False)
        self.to_sync_embed = perceptron(width, width, bias=False)
        self.transformer = PrismTransformer(
            TransformerShape(config.latent, width, config.depth, config.heads, context=width, qk_norm=True)
        )
        self.preprocess_conv = _Mixing(config.latent)
        self.postprocess_conv = _Mixing(config.latent)

    def prepare(self, told: Told, length: int) -> Prepared:
        """What all steps of a sample of `length` latents share; the sync stream comes to that length here."""
        net = self.transformer
        picture = resampled(self.to_add_embed(told.video), length)
        sync = self.to_sync_embed(resampled(told.sync, length))
        memories = net.remember(self.to_cond_embed(told.context), told.counts)
        return Prepared(net.addition(picture, sync), memories, net.rotary_pos_emb(length + 1))

    def tokens(self, times: Tensor) -> Tensor:
        """The tokens of times (any number × width)."""
        like = self.to_timestep_embed[0].weight
        out: Tensor = self.to_timestep_embed(self.timestep_features(times.to(like.device)).to(like.dtype))
        return out

    def velocity(self, x: Tensor, tokens: Tensor, prepared: Prepared) -> Tensor:
        """The velocities of latents at the times of their tokens (batch × width), or all at one time (1 × width).

        Rows of `x` beyond those that were prepared are told nothing.
        """
        front = tokens[:, None].expand(len(x), -1, -1)
        hidden = prepended(self.entered(x, prepared), front)
        hidden = self.transformer.run(hidden, prepared.turn, prepared.memories)
        return self.left(hidden)

    def entered(self, x: Tensor, prepared: Prepared) -> Tensor:
        """Latents as the hidden sequence that the blocks get, but for the time."""
        hidden = self.transformer.project_in(self.preprocess_conv(x).transpose(1, 2))
        silent = len(x) - len(prepared.addition)
        return hidden + F.pad(prepared.addition, (0, 0, 0, 0, 0, silent))

    def left(self, hidden: Tensor) -> Tensor:
        """The velocities that a hidden sequence stands for."""
        out: Tensor = self.postprocess_conv(self.transformer.project_out(without(hidden, 1)).transpose(1, 2))
        return out

    def forward(self, x: Tensor, times: Tensor, told: Told) -> Tensor:
        """The velocities of latents at times (batch), in one go: what training calls."""
        return self.velocity(x, self.tokens(times), self.prepare(told, x.shape[-1]))


class _Mixing(nn.Conv1d):  # type: ignore[misc]
    """Channels mixed into themselves, not at all at first."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, channels, 1, bias=False)
        nn.init.zeros_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Latents of the same size."""
        out: Tensor = super().forward(x) + x
        return out
