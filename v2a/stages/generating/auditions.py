"""A sound that is wanted without a film, as a spotting list of one cue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from v2a.interfaces import GeneratorCard
from v2a.model import Cue, Identity, Kind, Span, SpottingList
from v2a.stages.generating import choose


class Audition(Protocol):
    """A sound wanted without a film; kind, generator and executor are found where they are not given."""

    @property
    def prompt(self) -> str:
        """What it should sound like."""

    @property
    def duration(self) -> Fraction:
        """Its length in seconds."""

    @property
    def kind(self) -> Kind | None:
        """What kind of sound it is."""

    @property
    def generator(self) -> str | None:
        """Who makes it; nobody else is asked then."""

    @property
    def params(self) -> Mapping[str, Any]:
        """The generator's parameters that differ."""

    @property
    def seed(self) -> int:
        """What its noise is drawn from."""

    @property
    def executor(self) -> str | None:
        """Where it is made."""

    @property
    def reference(self) -> str:
        """A sound that it is to come near: a file, or words for the libraries; none where it is empty."""

    @property
    def strength(self) -> float:
        """How much of the reference is heard, 0 to 1."""


def spotted(wanted: Audition, cards: Sequence[GeneratorCard]) -> SpottingList:
    """The spotting list of the one cue; its kind is that of the generators that know the words."""
    cue = Cue(
        id="audition",
        kind=wanted.kind or choose.kind_of(wanted.prompt, cards),
        span=Span(Fraction(0), wanted.duration),
        prompt=wanted.prompt,
        generator=wanted.generator,
        params=wanted.params,
        reference=wanted.reference,
        strength=wanted.strength,
        seed=wanted.seed,
    )
    return SpottingList(Identity(0, ""), wanted.seed, cues=(cue,))
