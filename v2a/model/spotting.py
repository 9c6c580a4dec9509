"""Where sound goes, and why: cues, the reasoning behind them, and the spotting list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from v2a.model.tempo import Hit
from v2a.model.time import Span
from v2a.model.video import Identity

Kind = Literal["fo", "fx", "bg", "mx", "vo"]
Stem = Literal["dx", "vo", "fo", "fx", "bg", "mx"]
RoomName = Literal["", "cabin", "small", "room", "bare", "hall", "church", "street", "forest"]
ROOM_NAMES: tuple[RoomName, ...] = (
    "",
    "cabin",
    "small",
    "room",
    "bare",
    "hall",
    "church",
    "street",
    "forest",
)
DISTANCES, GAINS = (0.1, 100.0), (-144.0, 48.0)
KINDS: tuple[Kind, ...] = ("fo", "fx", "bg", "mx", "vo")
STEMS: tuple[Stem, ...] = ("dx", "vo", "fo", "fx", "bg", "mx")


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The chain of thought of one scene: what sounds there are, when, how they should feel, where they are."""

    scene: int
    span: Span
    sounds: str = ""
    timing: str = ""
    character: str = ""
    space: str = ""

    @property
    def text(self) -> str:
        """All four parts as one text: what a model is given."""
        return " ".join(part for part in (self.sounds, self.timing, self.character, self.space) if part)


@dataclass(frozen=True, slots=True)
class Cue:
    """One wanted sound with its place.

    `sync` is the time on the video's clock where the sound's sync point lands; without it the sound starts with
    the cue. `take` is the chosen take, `seed` overrides the seed that follows from the film's seed and the id.
    `room` is the space that is heard around the sound, none where it is empty, and `distance` the microphone's in
    metres: how much of the room there is. `reference` is a sound that it is to come near, a file or words for the
    libraries, and `strength` how much of it is heard: 0 leaves it out, 1 comes as near as the generator can. `tempo`
    is how fast music goes, a number of beats a minute or two with a colon between, and `meter` its meter; both are
    found where they are empty. `pinned` names the fields that the user edited: spotting again leaves them alone.
    """

    id: str
    kind: Kind
    span: Span
    prompt: str
    sync: Fraction | None = None
    avoid: str = ""
    generator: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    strength: float = 0.5
    tempo: str = ""
    meter: str = ""
    gain: float = 0.0
    pan: float = 0.0
    room: RoomName = ""
    distance: float = 1.0
    nudge: int = 0
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    seed: int | None = None
    locked: bool = False
    muted: bool = False
    solo: bool = False
    take: str | None = None
    suggested: bool = False
    confidence: float = 1.0
    why: str = ""
    pinned: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not a kind of sound: use one of {', '.join(KINDS)}")
        if not -1.0 <= self.pan <= 1.0:
            raise ValueError(f"pan runs from -1 (left) to 1 (right), not {self.pan}")
        if self.room not in ROOM_NAMES:
            raise ValueError(f"{self.room!r} is not a room: use one of {', '.join(filter(None, ROOM_NAMES))}")
        if not DISTANCES[0] <= self.distance <= DISTANCES[1]:
            raise ValueError(f"a distance is a number of metres from 0.1 to 100, not {self.distance}")
        if not GAINS[0] <= self.gain <= GAINS[1]:
            raise ValueError(f"a gain is a number of dB from -144 to 48, not {self.gain}")
        if not 0.0 <= self.strength <= 1.0:
            raise ValueError(f"strength runs from 0 (no reference) to 1 (all of it), not {self.strength}")
        if self.span.duration == 0:
            raise ValueError("a cue has a length: its out is later than its in")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something that was asked for and not placed, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class SpottingList:
    """All cues of a film, in order of time, with the brief and the reasoning they came from, and the user's own hit points."""

    film: Identity
    seed: int
    brief: str = ""
    cues: tuple[Cue, ...] = ()
    reasoning: tuple[Reasoning, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    hits: tuple[Hit, ...] = ()

    def cue(self, cue_id: str) -> Cue | None:
        """The cue of that id."""
        return next((c for c in self.cues if c.id == cue_id), None)

    def with_cue(self, cue: Cue) -> SpottingList:
        """The list with one cue in place of the one of the same id, or added."""
        kept = tuple(c for c in self.cues if c.id != cue.id)
        return replace(self, cues=in_order((*kept, cue)))

    def seed_of(self, cue: Cue, candidate: int = 0) -> int:
        """The seed of one attempt at a cue: from the film's seed and the cue's id, never from its position."""
        if cue.seed is not None:
            return cue.seed + candidate
        return derived_seed(self.seed, cue.id, candidate)

    @property
    def sounding(self) -> tuple[Cue, ...]:
        """The cues that are heard: not suggestions, not muted, and only the solo ones where there are any."""
        heard = [c for c in self.cues if not c.muted and not c.suggested]
        solo = [c for c in heard if c.solo]
        return tuple(solo or heard)


def in_order(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """Cues by time, then kind, then id."""
    return tuple(sorted(cues, key=lambda c: (c.span.start, KINDS.index(c.kind), c.id)))


def derived_seed(seed: int, *parts: object) -> int:
    """A 63-bit seed out of another one and some names; the same on every machine."""
    text = "\x1f".join([str(seed), *map(str, parts)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
