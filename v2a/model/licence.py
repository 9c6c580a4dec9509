"""On what terms a sound may be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Commercial = Literal["yes", "no", "unknown"]


_STRICTEST: tuple[Commercial, ...] = ("no", "unknown", "yes")


def strictest(terms: Iterable[Commercial]) -> Commercial:
    """Whether what is made of several things may be sold: as their strictest says."""
    return min(terms, key=_STRICTEST.index, default="yes")


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of a generator's code, that of its weights, and whether its sound may be sold."""

    code: str
    weights: str = "none"
    commercial: Commercial = "unknown"
    read: str = ""

    def __post_init__(self) -> None:
        if not self.code:
            raise ValueError("a licence names the code's licence; write 'unknown' where it is not known")
