"""What a tempo may be, how far it may change, and when a beat counts as landing on a hit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from v2a.model.tempo import Hit, HitKind, Meter, TempoMap

_SLOWEST, _FASTEST = 10.0, 480.0
# What landing on the first beat of a bar adds to landing on any, and what a plain cut is worth at each place.
_DOWNBEAT: dict[HitKind, float] = {"mark": 1.0, "scene": 0.4, "moment": 0.25, "cut": 0.04}
_GRACED: tuple[HitKind, ...] = ("cut", "scene")
_LOOSELY = 0.85


@dataclass(frozen=True, slots=True)
class Zone:
    """Beats from so many seconds after a hit (before it where negative) to so many are worth this share of its weight."""

    early: Fraction
    late: Fraction
    value: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Tempi from `low` to `high` beats a minute, in a meter, and how they may change.

    A map's tempo stays within `drift` of its base, and neighbouring bars within `step` of each other, both as shares.
    A beat lands on a hit from `early` to `late` frames after it. One that is up to `grace` frames early or late is
    still worth something to a cut, though not called a hit; up to `near` frames off is a near miss.

    Where the music may breathe the tempo may go as far as `rubato` from its base, which is a share too and none unless
    asked for, and a beat may be held for `fermata` more beats.
    """

    low: float = 60.0
    high: float = 140.0
    meter: Meter = field(default_factory=Meter)
    drift: float = 0.03
    step: float = 0.015
    frame: Fraction = Fraction(1, 24)
    early: Fraction = Fraction(0)
    late: Fraction = Fraction(2)
    grace: Fraction = Fraction(1)
    near: Fraction = Fraction(4)
    rubato: float = 0.0
    fermata: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not _SLOWEST <= self.low <= self.high <= _FASTEST:
            raise ValueError(
                f"tempi go from {_SLOWEST:g} up to {_FASTEST:g} beats a minute, the slower one first"
            )
        if not all(0 <= share <= 0.5 for share in (self.drift, self.step, self.rubato)):
            raise ValueError("a tempo changes by half at most")
        if self.frame <= 0 or self.late < self.early or min(self.grace, self.fermata) < 0:
            raise ValueError("a frame lasts some time, and a beat that lands is late before it is too late")

    def allows(self, tempo: TempoMap) -> bool:
        """Whether a map could have been found within these limits, by its meter and its usual tempo."""
        usual = median(mark.bpm for mark in tempo.marks)
        slowest, fastest = self.low * (1 - self.drift), self.high * (1 + self.drift)
        return tempo.meter == self.meter and slowest <= usual <= fastest

    @property
    def breathes(self) -> bool:
        """Whether anything is asked for where the music may breathe."""
        return self.rubato > self.drift or self.fermata > 0

    @property
    def middle(self) -> float:
        """The tempo that is taken where nothing asks for another: a whole number where there is one."""
        mean = (self.low + self.high) / 2
        return (
            float(min(max(round(mean), math.ceil(self.low)), math.floor(self.high))) if self._whole else mean
        )

    @property
    def _whole(self) -> bool:
        return math.ceil(self.low) <= math.floor(self.high)

    def zones(self, kind: HitKind) -> tuple[Zone, ...]:
        """What a beat is worth to hits of a kind by how late it is; zones that overlap add up to 1 at most.

        For what the eye only glides over, a beat within one frame is nearly as good as one just behind: so more cuts
        meet a beat. What is marked, and what is heard by itself, is never heard early.
        """
        early, late = self.early * self.frame, self.late * self.frame
        if kind not in _GRACED:
            return (Zone(early, late, 1.0),)
        grace = self.grace * self.frame
        around = Zone(min(early, -grace), min(late, grace), _LOOSELY)
        return (around, Zone(early, around.late, 1.0 - _LOOSELY))

    def bonus(self, hit: Hit) -> float:
        """What the first beat of a bar adds for this hit, as a share of its weight."""
        return _DOWNBEAT[hit.kind]

    def worth(self, hit: Hit, error: Fraction, downbeat: bool) -> float:
        """What a beat is worth that is so late for a hit."""
        share = sum(z.value for z in self.zones(hit.kind) if z.early <= error <= z.late)
        return hit.weight * share * (1 + (self.bonus(hit) if downbeat else 0.0))
