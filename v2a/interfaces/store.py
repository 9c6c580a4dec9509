"""What stages see of the engine's store, and the bench they work at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from v2a.interfaces.bench import Bench
from v2a.interfaces.executor import Runner


class Store(Protocol):
    """A content-addressed store: files and JSON values under keys, whole or not at all, never changed."""

    def key(self, *parts: object) -> str:
        """The key of canonical parts."""

    def path(self, key: str, suffix: str) -> Path | None:
        """The stored file, or nothing."""

    def keep(self, key: str, source: Path) -> Path:
        """Move a finished file into the store; its suffix stays. A file that is there already wins."""

    def value(self, key: str) -> Any | None:
        """The stored JSON value, or nothing; one that cannot be read is as good as not there."""

    def keep_value(self, key: str, value: object) -> None:
        """Store a value as JSON."""

    def scratch(self, suffix: str = "") -> Path:
        """A new path on the store's file system for work in progress; cleared when the store is opened next."""


@dataclass(frozen=True)
class StageBench(Bench):
    """The bench of a stage: with the store, and the runner of the chosen executor."""

    store: Store = None  # type: ignore[assignment]
    runner: Runner = None  # type: ignore[assignment]
