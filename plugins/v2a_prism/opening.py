"""A model's weights opened for a bench: found by name, with an adapter merged in, on the device and in its precision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

import v2a
from v2a.errors import WeightsMissing
from v2a_diffusion.lora import added
from v2a_prism import checkpoint
from v2a_prism.generator import MODEL
from v2a_prism.model import PrismAudio


@dataclass(frozen=True, eq=False)
class Opened:
    """A model, and the name and adapter that it was opened by."""

    name: str
    adapter: str
    model: PrismAudio


def opened(bench: v2a.Bench, name: str, adapter: str) -> Opened:
    """The model of a name in the bench's weights folder."""
    folder = bench.weights / name
    if Path(name).name != name or not folder.is_dir():
        raise WeightsMissing(
            f"there are no weights called {name!r}",
            where=str(bench.weights),
            remedy=f"Fetch them (v2a models pull {MODEL}), or put your own into that folder.",
        )
    model = checkpoint.load(folder, bench.device, getattr(torch, bench.dtype))
    if adapter:
        model.load_state_dict(added(model.state_dict(), Path(adapter)), assign=True)
    return Opened(name, adapter, model)
