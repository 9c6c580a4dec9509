"""The verbs of importers, exporters, libraries, metrics and commands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from v2a.interfaces.bench import Bench
from v2a.model.delivery import Delivery
from v2a.model.licence import Licence
from v2a.model.observations import Observations
from v2a.model.sound import Audio
from v2a.model.spotting import Cue, Kind
from v2a.model.takes import Credit, Take
from v2a.model.video import Video


@dataclass(frozen=True)
class ExchangeCard:
    """What an importer or exporter is, and the file suffixes it reads or writes."""

    name: str
    version: str
    suffixes: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True)
class Imported:
    """What an importer read: cues on the video's clock, and what it could not carry over."""

    cues: tuple[Cue, ...]
    notes: tuple[str, ...] = ()


class Importer(ABC):
    """Something that reads cues from another program's file."""

    card: ClassVar[ExchangeCard]

    @abstractmethod
    def read(self, path: Path, video: Video) -> Imported:
        """Read a file that belongs to a film."""


class Exporter(ABC):
    """Something that writes a delivery for another program."""

    card: ClassVar[ExchangeCard]

    @abstractmethod
    def write(self, delivery: Delivery, path: Path) -> tuple[str, ...]:
        """Write the file (v2a puts it in place whole) and return notes on what the format could not carry."""


@dataclass(frozen=True)
class LibraryCard:
    """What a library of recordings is."""

    name: str
    version: str
    about: str = ""


@dataclass(frozen=True)
class Found:
    """One recording that a library offers: its file, how well it fits (0 to 1), its licence and credit."""

    path: str
    title: str
    fit: float
    licence: Licence
    credit: Credit | None = None
    duration: float = 0.0


class Library(ABC):
    """Recordings that can be searched."""

    card: ClassVar[LibraryCard]

    @abstractmethod
    def search(self, prompt: str, kind: Kind | None = None, limit: int = 20) -> list[Found]:
        """The recordings that fit best, best first."""

    def known(self, path: str) -> Found | None:
        """The recording that lies at a path, so that its terms and credit are not forgotten; nothing where none does."""
        return None


@dataclass(frozen=True)
class MetricCard:
    """What a metric is, its unit, and whether more is better."""

    name: str
    version: str
    unit: str = ""
    better: bool = True
    about: str = ""


class Metric(ABC):
    """A number that says how good a take is."""

    card: ClassVar[MetricCard]

    @abstractmethod
    def measure(self, bench: Bench, sound: Audio, take: Take, observations: Observations) -> float | None:
        """The number, or nothing where it has no meaning for this take."""


@dataclass(frozen=True)
class Command:
    """A subcommand that a plugin adds: `target` is `module:function`, imported when it is called with the arguments."""

    name: str
    target: str
    about: str = ""
