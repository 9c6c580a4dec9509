"""What a training begins from: weights by name or by folder, or random ones of a configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from v2a.errors import MemoryShort, WeightsMissing
from v2a.media import weights
from v2a_diffusion import lora
from v2a_diffusion.lora import Terms
from v2a_diffusion.training import draws_of
from v2a_prism import checkpoint
from v2a_prism import config as configuration
from v2a_prism.generator import MODEL
from v2a_prism.memory import room, told
from v2a_prism.model import PrismAudio
from v2a_prism.training.settings import Settings

_ADAPTED = "model.model.transformer.layers."


@dataclass(frozen=True, eq=False)
class Begun:
    """A model on the CPU, the file of its configuration, and what its weights are known by, where they were read."""

    model: PrismAudio
    config: Path
    base: str = ""


def begun(settings: Settings) -> Begun:
    """The model that a training begins from."""
    if settings.scratch:
        path = Path(settings.scratch).expanduser()
        config = configuration.read(path)
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(settings.seed)
            return Begun(PrismAudio(config), path)
    source = _place(settings.model or MODEL)
    base = checkpoint.found(source)
    known = weights.digest(weights.files_in(base) if base.is_dir() else [base])
    return Begun(checkpoint.load(source), configuration.beside(source), known)


def opened(begun: Begun, settings: Settings) -> Terms | None:
    """Let of a model be trained what is to be trained; the terms of the adapter, where it is that.

    The autoencoder is left as it is.
    """
    model = begun.model.requires_grad_(True)
    model.autoencoder.requires_grad_(False)
    if not settings.rank:
        return None
    terms = Terms(settings.rank, 1.0, begun.base)
    lora.inject(model, terms, draws_of(settings.seed), lambda name: name.startswith(_ADAPTED))
    return terms


def needed(model: PrismAudio) -> int:
    """How many bytes training takes at least: all weights, and for those that learn gradients, AdamW's two means and ours."""
    weights_of_all = sum(p.nbytes for p in model.parameters())
    return int(weights_of_all + sum(4 * p.nbytes for p in model.parameters() if p.requires_grad))


def check_room(model: PrismAudio, device: torch.device) -> None:
    """Raise MemoryShort where a device has less than training takes at least."""
    wanted, there = needed(model), room(device)
    if wanted > there:
        raise MemoryShort(
            f"this training takes {told(wanted)} and more for the windows learnt at once; there are {told(there)}",
            where=str(device),
            remedy="Train an adapter (--lora 16) instead of all weights, or on another --device.",
        )


def _place(model: str) -> Path:
    """The folder or file of a model, which may be a name in the weights folder."""
    path = Path(model).expanduser()
    if os.sep not in model and not path.exists():
        path = weights.weights_folder() / model
    if not path.exists():
        raise WeightsMissing(
            "there are no weights to begin from",
            where=str(path),
            remedy=f"Fetch PrismAudio (v2a models pull {MODEL}), or name yours with --model, or begin with --scratch.",
        )
    return path
