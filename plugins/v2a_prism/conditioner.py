"""What PrismAudio makes of features before its network is told them: one part for each condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.conditioning import perceptron, resampled
from v2a_prism.config import Config, Ends

VIDEO, TEXT, SYNC = "video_features", "text_features", "sync_features"
TOKENS = 8
"""Sync tokens for each group of sixteen frames."""
_LATENTS, _SYNCS = 194, 216


@dataclass(frozen=True, eq=False)
class Features:
    """What the encoders saw and read for one cue (tokens × width each), or for a batch of them (batch first)."""

    video: Tensor
    text: Tensor
    sync: Tensor


@dataclass(frozen=True, eq=False)
class Told:
    """What the network is told: picture and sync, to be added, and the context, to attend across to (batch × tokens ×
    width each). `counts` (batch × tokens) leaves out what only fills the context up.

    A context of more rows than the picture is for rows that hear nothing else: what guidance leads away from.
    """

    video: Tensor
    sync: Tensor
    context: Tensor
    counts: Tensor | None = None

    @property
    def rows(self) -> int:
        """How many cues there are."""
        return int(self.video.shape[0])


class Condition(nn.Module):  # type: ignore[misc]
    """Two layers over each token. `proj_out` is published where the widths differ, and used by nobody."""

    def __init__(self, ends: Ends) -> None:
        super().__init__()
        self.embedder = perceptron(ends.size, ends.width, bias=False)
        self.proj_out = nn.Linear(ends.size, ends.width) if ends.size != ends.width else nn.Identity()

    def forward(self, features: Tensor) -> Tensor:
        """Tokens (batch × tokens × size) at the network's width."""
        out: Tensor = self.embedder(features)
        return out


class SyncCondition(Condition):
    """The same for sync tokens, each of a group with its place in it, at about the rate of latents."""

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self.sync_pos_emb = nn.Parameter(torch.zeros(1, 1, TOKENS, ends.size))

    def forward(self, features: Tensor) -> Tensor:
        """Tokens at the length that was published, which is the latents' own for some lengths only."""
        tokens = features.shape[1]
        places = self.sync_pos_emb[0, 0].repeat(-(-tokens // TOKENS), 1)[:tokens]
        return resampled(self.embedder(features + places), max(1, _LATENTS * tokens // _SYNCS))


def conditioners(config: Config) -> nn.ModuleDict:
    """The parts for all three conditions, under their published names."""
    return nn.ModuleDict(
        {VIDEO: Condition(config.video), TEXT: Condition(config.text), SYNC: SyncCondition(config.sync)}
    )


def told(parts: nn.ModuleDict, features: Features) -> Told:
    """What the network is told of a cue, or of a batch of cues whose texts have one length.

    Features that are zero all through say nothing: those of sync would tell of the places of their tokens else.
    """
    video, text, sync = (parts[name](_batch(x, parts)) for name, x in _named(features))
    sync = sync * _batch(features.sync, parts).flatten(1).any(dim=1)[:, None, None]
    return Told(video, sync, torch.cat([video, text], dim=1))


def unwanted(parts: nn.ModuleDict, text: Tensor) -> Tensor:
    """The context of a text (tokens × width) that says what is not wanted."""
    context: Tensor = parts[TEXT](_batch(text, parts))
    return context


def _named(features: Features) -> tuple[tuple[str, Tensor], ...]:
    return (VIDEO, features.video), (TEXT, features.text), (SYNC, features.sync)


def _batch(x: Tensor, parts: nn.ModuleDict) -> Tensor:
    x = x.to(parts[TEXT].embedder[0].weight)
    return x if x.ndim > 2 else x[None]


def together(cues: Sequence[Told]) -> Told:
    """Cues of one length as a batch; texts of different lengths are filled up, and what fills does not count."""
    context, counts = filled([cue.context for cue in cues], [cue.counts for cue in cues])
    return Told(
        torch.cat([cue.video for cue in cues]), torch.cat([cue.sync for cue in cues]), context, counts
    )


def opposed(cues: Told, contexts: Sequence[Tensor]) -> Told:
    """The same, with a context for each cue of which guidance leads away."""
    context, counts = filled([cues.context, *contexts], [cues.counts, *[None] * len(contexts)])
    return replace(cues, context=context, counts=counts)


def filled(contexts: Sequence[Tensor], counts: Sequence[Tensor | None]) -> tuple[Tensor, Tensor | None]:
    """Contexts (batch × tokens × width each) as one of the longest's length, and which of its tokens count."""
    longest = max(context.shape[1] for context in contexts)
    together = torch.cat([F.pad(c, (0, 0, 0, longest - c.shape[1])) for c in contexts])
    if all(c.shape[1] == longest for c in contexts) and all(c is None for c in counts):
        return together, None
    known = [c.new_ones(c.shape[:2], dtype=torch.bool) if k is None else k for c, k in zip(contexts, counts)]
    return together, torch.cat([F.pad(k, (0, longest - k.shape[1])) for k in known])


def silenced(cues: Told, silent: Tensor) -> Told:
    """The same with nothing told in some rows (a boolean for each): what training does to learn to be guided."""
    kept = (~silent)[:, None, None]
    return replace(cues, video=cues.video * kept, sync=cues.sync * kept, context=cues.context * kept)
