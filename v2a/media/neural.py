"""What stands between v2a and torch's neighbours: a mend for a torchvision that does not suit its torch."""

from __future__ import annotations

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
