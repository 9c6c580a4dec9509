"""Whether torch and transformers are there."""

from __future__ import annotations

import importlib.util
from typing import Any

from v2a.errors import ProgramMissing
from v2a.media.neural import let_torchvision_import


def available() -> bool:
    """Whether torch and transformers are installed."""
    return all(importlib.util.find_spec(name) for name in ("torch", "transformers"))


def torch() -> Any:
    """The torch module, ready for transformers, which imports torchvision behind our back."""
    if not available():
        raise ProgramMissing(
            "torch and transformers are not installed",
            where="planner vlm",
            remedy="pip install 'v2a[neural]'.",
        )
    import torch as module

    let_torchvision_import(module)
    return module
