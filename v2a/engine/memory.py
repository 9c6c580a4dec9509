"""Memory that a stage no longer needs goes back to the system, where the C library would keep it."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Free what is freed: glibc keeps the heap of a long observation otherwise, and it grows with the film."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
