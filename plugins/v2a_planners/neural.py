"""Whether torch and transformers are there, and how they are kept quiet while they work."""

from __future__ import annotations

import contextlib
import importlib.util
import warnings
from collections.abc import Iterator
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


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep bars and remarks of transformers off the terminal."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
