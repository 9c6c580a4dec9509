"""The bench that a session's stages work at."""

from __future__ import annotations

from collections.abc import Callable

from v2a.engine import devices
from v2a.engine.store import FolderStore
from v2a.interfaces import StageBench
from v2a.media.weights import weights_folder
from v2a.model import Notice

_SHARE = 0.9


def unheard(notice: Notice) -> None:
    """Nobody listens."""


def never() -> bool:
    """Nobody stops the work."""
    return False


def stage_bench(
    store: FolderStore,
    device: str = devices.AUTO,
    *,
    tell: Callable[[Notice], None] = unheard,
    cancelled: Callable[[], bool] = never,
) -> StageBench:
    """A bench over a store; a plugin may use nine tenths of the memory there is."""
    chosen = devices.choose(device)
    whole = devices.memory()
    return StageBench(
        device=chosen.name,
        dtype=chosen.dtype,
        memory_limit=int(whole * _SHARE) if whole else None,
        weights=weights_folder(),
        scratch=store.scratch_folder,
        tell=tell,
        cancelled=cancelled,
        store=store,
    )
