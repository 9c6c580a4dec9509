"""The verb of a planner: observations and a brief in, cues with their reasoning out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from v2a.interfaces.bench import Bench
from v2a.interfaces.generator import GeneratorCard, NoParams
from v2a.model.licence import Licence
from v2a.model.observations import Observations
from v2a.model.spotting import KINDS, Cue, Kind, Reasoning, Unplaced
from v2a.model.tempo import Hit
from v2a.model.time import Span

Original = Literal["keep", "guide", "drop"]


@dataclass(frozen=True)
class PlannerCard:
    """What a planner is."""

    name: str
    version: str
    licence: Licence
    about: str = ""
    rank: int = 0
    params: type = NoParams
    weights: str = ""


@dataclass(frozen=True)
class PlanRequest:
    """What a planner is given: what was observed, what is wanted, and which generators there are.

    `original`: the production sound is kept, is only a guide, or is dropped; `sweeten` asks for sound on top of
    production sound that already has it; `span` limits the work to a part of the film; `params` are an instance of
    the card's params.
    """

    observations: Observations
    brief: str = ""
    kinds: tuple[Kind, ...] = KINDS
    original: Original = "keep"
    sweeten: bool = False
    span: Span | None = None
    seed: int = 0
    confidence: float = 0.5
    generators: tuple[GeneratorCard, ...] = ()
    params: object = None


@dataclass(frozen=True)
class Plan:
    """What a planner wants: cues without ids, reasoning, and what it could not place.

    `hits` are the points in the picture that the brief wants music to land on: they become hit points of the spotting
    list, beside the user's own. `failures` are the parts of the film that could not be planned, a line each: such a plan is used and not kept, so the
    planner is asked again the next time.
    """

    cues: tuple[Cue, ...] = ()
    reasoning: tuple[Reasoning, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()


class Planner(ABC):
    """Something that spots a film."""

    card: ClassVar[PlannerCard]

    @abstractmethod
    def plan(self, bench: Bench, request: PlanRequest) -> Plan:
        """Decide what sounds where; cues have the empty id and get theirs from the spotting list."""
