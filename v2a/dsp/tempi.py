"""Tempi as they are written: one number of beats a minute, or two with a colon between."""

from __future__ import annotations

import re
from dataclasses import dataclass

SLOWEST, FASTEST = 20.0, 400.0
_WRITTEN = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(?:\s*:\s*(\d{1,4}(?:\.\d{1,6})?))?")
_TIGHT = 1.1


@dataclass(frozen=True, slots=True)
class Tempi:
    """The tempi that are wanted, in beats a minute, from `low` to `high`; one tempo where both are the same."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self} runs backwards: write {self.high:g}:{self.low:g}")
        if not SLOWEST <= self.low <= self.high <= FASTEST:
            raise ValueError(f"{self} is no tempo: music goes at {SLOWEST:g} to {FASTEST:g} beats a minute")

    @classmethod
    def parse(cls, text: str) -> Tempi:
        """Tempi out of `96` or `80:110`; raises ValueError that says what to write."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no tempo: write beats a minute, such as 96 or 80:110")
        low = float(match[1])
        return cls(low, float(match[2] or low))

    @property
    def single(self) -> bool:
        """Whether they are one tempo."""
        return self.low == self.high

    def __str__(self) -> str:
        return f"{self.low:g}" if self.single else f"{self.low:g}:{self.high:g}"

    def within(self, other: Tempi) -> Tempi:
        """What both allow, or these where that leaves hardly a choice."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        whole = (low, high) in ((self.low, self.high), (other.low, other.high))
        return Tempi(low, high) if whole or high >= low * _TIGHT else self
