"""How many threads a model works with: as many as the machine has cores, whatever this process may use of them.

What a network sums up depends on their number in its last bits, and the same request must give the same bytes.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def of_the_machine() -> Iterator[None]:
    """As many threads as there are cores, for torch where it is loaded."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
