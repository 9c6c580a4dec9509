"""What stands between v2a and torch's neighbours: a mend for a torchvision that does not suit its torch, and silence."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def let_torchvision_import(torch: Any) -> None:
    """Let a torchvision that was built for CUDA import beside a torch that was not, by declaring the two ops it registers.

    transformers and open_clip import it behind our back, and fail with it; call this before either is imported.
    """
    if torch.version.cuda is not None or hasattr(torch.ops.torchvision, "nms"):
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        library.define(schema)
    torch.ops._v2a_torchvision_schemas = library


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
