"""What stands between v2a and torch: whether it is there, its names for a bench, and a mend for torchvision."""

from __future__ import annotations

import importlib.util
from typing import Any

import v2a
from v2a.errors import ProgramMissing

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
    if importlib.util.find_spec("torch") is None:
        raise ProgramMissing("torch is not installed", remedy="pip install 'v2a[neural]'")
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
    return getattr(plain_torch(), bench.dtype)
