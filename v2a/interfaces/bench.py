"""The bench: what a plugin or a stage is given to work with. It may gain fields, never lose them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from v2a.errors import Cancelled
from v2a.model.notices import Notice, Progress, Warned


def _unheard(notice: Notice) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Bench:
    """Device, precision, memory limit, folders, and the way to tell and to be stopped."""

    device: str = "cpu"
    dtype: str = "float32"
    memory_limit: int | None = None
    weights: Path = Path("weights")
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    stage: str = ""
    tell: Callable[[Notice], None] = _unheard
    cancelled: Callable[[], bool] = _never

    def progress(self, done: float, total: float = 0, what: str = "") -> None:
        """Say how far the work is; also a point where it can be stopped."""
        self.check_cancelled()
        self.tell(Progress(self.stage, done, total, what))

    def warn(self, text: str) -> None:
        """Say something that the user should know and that does not stop the work."""
        self.tell(Warned(text))

    def check_cancelled(self) -> None:
        """Raise Cancelled if the user stopped the work."""
        if self.cancelled():
            raise Cancelled("stopped", remedy="What was made is kept; run the same command to go on.")

    def at(self, stage: str) -> Bench:
        """The same bench for another stage."""
        return replace(self, stage=stage)
