"""What stands between v2a and torch: whether it is there, and its names for a bench."""

from __future__ import annotations

import importlib.util
from typing import Any

import v2a
from v2a.errors import ProgramMissing
from v2a.media.neural import let_torchvision_import


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

    let_torchvision_import(module)
    return module


def dtype(bench: v2a.Bench) -> Any:
    """The bench's precision as torch names it."""
    return getattr(plain_torch(), bench.dtype)
