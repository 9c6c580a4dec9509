"""Encoders that neural generators ask for: CLIP for picture and text, T5 for text. They want `v2a[neural]`."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_encoders.clip import ClipPicture, ClipText
from v2a_encoders.t5 import T5Text


@v2a.hookimpl
def v2a_encoders() -> Sequence[v2a.Encoder]:
    """CLIP and T5."""
    return (ClipPicture(), ClipText(), T5Text())
