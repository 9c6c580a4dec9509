"""The verb of an executor: run a plugin's makers and readers somewhere, and bring back files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from v2a.interfaces.bench import Bench
from v2a.interfaces.encoder import EncodeRequest
from v2a.model.licence import Commercial
from v2a.model.sound import SoundFile
from v2a.model.takes import Credit, Failure, Part, Request


@dataclass(frozen=True, slots=True)
class Address:
    """Where a plugin's object is found: its module, the hook that lists it, and its name."""

    module: str
    hook: str
    name: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a maker made, written to files in the scratch folder: everything in it crosses a border as JSON.

    `score` is the file with the notes, where there are any.
    """

    sound: SoundFile
    sync: Fraction | None = None
    parts: tuple[Part, ...] = ()
    credits: tuple[Credit, ...] = ()
    notes: tuple[str, ...] = ()
    commercial: Commercial | None = None
    score: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a reader made: a `.npy` file in the scratch folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the request at this position."""

    index: int
    result: Bounce | Encoded | Failure


@dataclass(frozen=True)
class ExecutorCard:
    """What an executor is; `isolated` where a plugin that dies takes nothing with it."""

    name: str
    version: str
    isolated: bool
    about: str = ""


class Runner(ABC):
    """An opened executor; it keeps plugins open between calls and frees them when closed."""

    @abstractmethod
    def run(self, address: Address, requests: Sequence[Request | EncodeRequest]) -> Iterator[Answer]:
        """Yield an answer for each request, in any order; a plugin that dies answers with failures."""

    @abstractmethod
    def call(self, address: Address, verb: str, *values: object) -> object:
        """The answer of an object that is no generator or encoder to one verb, or a Failure; None where it says nothing.

        The verbs are the methods of its kind, or the name of a hook that is told. What it opens is kept until its
        release.
        """

    @abstractmethod
    def release(self, address: Address) -> None:
        """Free what one plugin held."""

    @abstractmethod
    def close(self) -> None:
        """Free everything."""


class Executor(ABC):
    """Something that runs plugins."""

    card: ClassVar[ExecutorCard]

    @abstractmethod
    def open(self, bench: Bench, stall: float = 600.0) -> Runner:
        """A runner; a plugin that shows no sign of life for `stall` seconds is given up."""
