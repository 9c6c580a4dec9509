"""What a brief asks for, once it is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from v2a.builtin.planner.clock import When
from v2a.builtin.planner.paces import Pace
from v2a.builtin.planner.vocabulary import Mood, Sound
from v2a.model.spotting import Kind, RoomName, Unplaced
from v2a.model.tempo import Hit

MARK = 10.0
_MICROSECOND = 10**6


@dataclass(frozen=True)
class Wish:
    """One sound that is asked for: a kind, a prompt in the user's own words, a place in time, and how it is.

    `head` are those of the prompt's words that name the sound itself, rather than what it is on or in. A background
    `comes` and `goes` in so many seconds, around the ends of its span, music within them. `room` is where it is said to be heard, `tempo` is what is said
    of music in figures.
    """

    text: str
    kind: Kind
    prompt: str
    sound: Sound
    when: When = field(default_factory=When)
    gain: float = 0.0
    pan: float | None = None
    pace: float = 1.0
    count: int | None = None
    trend: str = ""
    mood: Mood | None = None
    head: str = ""
    avoid: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    implied: bool = False
    follows: bool = False
    comes: Fraction = Fraction(0)
    goes: Fraction = Fraction(0)
    room: RoomName = ""
    tempo: Pace = Pace()


@dataclass(frozen=True)
class Refusal:
    """Something that is not wanted: a whole kind of sound, or a sound in words; everywhere or at some time.

    A `detail` is not wanted in music.
    """

    text: str
    kind: Kind | None = None
    words: str = ""
    sound: Sound | None = None
    when: When = field(default_factory=When)
    detail: bool = False


@dataclass(frozen=True)
class Setting:
    """Something that holds for all sounds of a kind: a trim in dB, or a mood and the `words` for it."""

    text: str
    kind: Kind
    gain: float = 0.0
    mood: Mood | None = None
    words: str = ""


@dataclass(frozen=True)
class Landing:
    """Times at which music is to land, and what is there; `ending` where it ends there, with or without a
    time, `every` where all of a kind are meant, as far as there is music."""

    text: str
    times: tuple[Fraction, ...]
    weight: float = MARK
    name: str = ""
    ending: bool = False
    every: bool = False

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Its hit points."""
        return tuple(Hit(_written(time), self.weight, "mark", self.name) for time in self.times)


@dataclass(frozen=True)
class Understood:
    """All that a brief says: each clause of it is in one of these; `tempo` holds for music which no wish
    names, `landings` say where music lands."""

    wishes: tuple[Wish, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    settings: tuple[Setting, ...] = ()
    only: frozenset[Kind] | None = None
    unplaced: tuple[Unplaced, ...] = ()
    tempo: Pace = Pace()
    landings: tuple[Landing, ...] = ()

    def trim(self, kind: Kind) -> float:
        """The trim in dB that holds for a kind."""
        return sum(s.gain for s in self.settings if s.kind == kind)

    @property
    def mood(self) -> Mood | None:
        """The mood that is asked for as a whole."""
        return next((s.mood for s in self.settings if s.mood is not None), None)

    @property
    def feeling(self) -> str:
        """How music is to feel as a whole, in the brief's own words."""
        return ", ".join(s.words for s in self.settings if s.mood is not None and s.words)


def _written(time: Fraction) -> Fraction:
    """A time as it can be written in the spotting list, to the microsecond where it lies on no frame."""
    return time if time.denominator <= _MICROSECOND else Fraction(round(time * _MICROSECOND), _MICROSECOND)
