"""What goes to a model and what comes back, whichever way it is reached."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from v2a.errors import V2aError


@dataclass(frozen=True, slots=True)
class Sight:
    """A frame that is shown to a model: its time in the film, what is said of it, and the picture as JPEG."""

    time: Fraction
    about: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says: words, frames with a line before each, and words behind them."""

    role: Literal["system", "user", "assistant"]
    text: str
    sights: tuple[Sight, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, what it cost in tokens (0 where nobody says), and whether it came to its end."""

    text: str
    tokens: int = 0
    whole: bool = True


class Trouble(Exception):
    """A scene that could not be asked about; where it is `lasting`, the next one would fare alike."""

    def __init__(self, error: V2aError, *, lasting: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.lasting = lasting


class Model(ABC):
    """A model that answers."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is called."""

    @abstractmethod
    def answer(self, turns: Sequence[Turn], seed: int) -> Reply:
        """Its next turn; raises Trouble where there is none."""
