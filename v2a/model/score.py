"""Music as notes: what a player is handed, and what opens in a sequencer."""

from __future__ import annotations

from dataclasses import dataclass, field

from v2a.model.tempo import TempoMap


@dataclass(frozen=True, slots=True)
class Eased:
    """How a note goes on that is struck and then softer, as fortepiano is: from how many seconds behind its start, and as
    softly as a note of which velocity (1 to 127)."""

    after: float
    velocity: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note: when it sounds and for how long in seconds of the cue, its MIDI pitch, and how hard it is played (1 to 127);
    `eased` where it is softer soon."""

    time: float
    length: float
    pitch: int
    velocity: int
    eased: Eased | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Voice:
    """One player's notes in order of time: the name on the track, the section it sits in, the General MIDI program.

    Of `drums` a pitch is an instrument of the General MIDI drum map.
    """

    name: str
    section: str
    program: int
    notes: tuple[Note, ...]
    drums: bool = False


@dataclass(frozen=True, slots=True)
class ScoreMark:
    """A name at a time of the cue: a section of the form, a hit."""

    time: float
    name: str


@dataclass(frozen=True, slots=True)
class Score:
    """A composed cue: its tempo map, its voices, and what is marked in it."""

    tempo: TempoMap
    voices: tuple[Voice, ...]
    marks: tuple[ScoreMark, ...] = ()
