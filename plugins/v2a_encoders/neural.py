"""What stands between v2a and torch: whether it is there, its names for a bench, and a mend for torchvision."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import v2a
from v2a.errors import FileMissing, ProgramMissing

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def available() -> bool:
    """Whether torch, open_clip and transformers are installed."""
    return all(importlib.util.find_spec(name) for name in ("torch", "open_clip", "transformers"))


def torch() -> Any:
    """The torch module, ready for what imports torchvision behind our back."""
    if not available():
        raise ProgramMissing(
            "torch, open_clip and transformers are not installed", remedy="pip install 'v2a[neural]'"
        )
    return plain_torch()


def plain_torch() -> Any:
    """The torch module, for what needs neither open_clip nor transformers."""
    import torch as module

    _declare_missing(module)
    return module


def _declare_missing(module: Any) -> None:
    """Let a torchvision that was built for CUDA import beside a torch that was not: declare the two ops it registers."""
    if module.version.cuda is not None or hasattr(module.ops.torchvision, "nms"):
        return
    library = module.library.Library("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        library.define(schema)
    module.ops._v2a_torchvision_schemas = library


def dtype(bench: v2a.Bench) -> Any:
    """The bench's precision as torch names it."""
    return getattr(torch(), bench.dtype)


def weights(bench: v2a.Bench, name: str, file: str) -> Path:
    """The folder of an encoder's weights; it must hold `file`."""
    folder = bench.weights / name
    if not (folder / file).is_file():
        raise FileMissing(
            f"the weights of {name} are not there",
            where=str(folder / file),
            remedy=f"Put a checkpoint in its published layout into {folder}, or set V2A_WEIGHTS.",
        )
    return folder
