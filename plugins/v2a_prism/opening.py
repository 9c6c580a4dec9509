"""A model's weights opened for a bench: found by name, with an adapter merged in, and kept within the memory there is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch

import v2a
from v2a.errors import MemoryShort, WeightsMissing
from v2a_diffusion.lora import added
from v2a_prism import checkpoint, config
from v2a_prism.generator import BATCH, MODEL, WINDOW, PrismParams
from v2a_prism.memory import Keeping, Load, planned, room, told
from v2a_prism.residence import Residence


@dataclass(frozen=True)
class Weights:
    """Which weights are wanted: a name in the weights folder, an adapter's file, and the GiB that may be used (0: any)."""

    model: str
    adapter: str
    memory: float

    @classmethod
    def of(cls, params: PrismParams) -> Weights:
        """Those that a request's parameters name."""
        return cls(params.model, params.adapter, params.memory)


def opened(bench: v2a.Bench, wanted: Weights) -> Residence:
    """The model in the bench's weights folder; what it will take is told before anything is loaded."""
    folder = bench.weights / wanted.model
    if Path(wanted.model).name != wanted.model or not folder.is_dir():
        raise WeightsMissing(
            f"there are no weights called {wanted.model!r}",
            where=str(bench.weights),
            remedy=f"Fetch them (v2a models pull {MODEL}), or put your own into that folder.",
        )
    dtype = getattr(torch, bench.dtype)
    sizes = config.read(config.beside(folder))
    asked = Load(1 if bench.device == "cpu" else BATCH, math.ceil(WINDOW * sizes.rate / sizes.hop))
    limit = int(wanted.memory * 2**30) or None
    try:
        plan = planned(sizes, dtype, asked, room(bench.device, limit))
    except MemoryShort as error:
        if limit is None:
            raise
        raise MemoryShort(
            error.what, remedy=f"Raise memory, {wanted.memory:g} GiB here, or leave it out."
        ) from error
    bench.progress(0, 1, f"loads {wanted.model}: {told(plan.needed)} on {bench.device}")
    if plan.keeping is not Keeping.RESIDENT:
        bench.warn(f"{wanted.model} takes {told(plan.needed)}, its weights {plan.keeping.value}: slower.")
    model = checkpoint.load(folder, dtype=dtype)
    if wanted.adapter:
        model.load_state_dict(added(model.state_dict(), Path(wanted.adapter)), assign=True)
    return Residence(model, bench.device, plan)
