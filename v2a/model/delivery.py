"""What is handed back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from v2a.model.sound import Loudness
from v2a.model.spotting import SpottingList, Stem, Unplaced
from v2a.model.takes import Region
from v2a.model.time import Span
from v2a.model.video import Video


@dataclass(frozen=True, slots=True)
class StemFile:
    """One stem as it was mixed: all stems have one length, one rate, and sum to the mix."""

    stem: Stem
    path: str
    rate: int
    channels: int
    length: int
    loudness: Loudness


@dataclass(frozen=True, slots=True)
class Filled:
    """A gap in the production sound that room tone was grown over, and out of how many seconds of pauses."""

    span: Span
    pauses: float


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A corner of a ride: a time on the film's clock, the gain then in dB, and the gain between 1 and 4 kHz."""

    time: Fraction
    gain: float
    band: float


@dataclass(frozen=True, slots=True)
class Ride:
    """How a stem steps back for speech, as a mixer writes automation: straight lines between corners."""

    stem: Stem
    points: tuple[Breakpoint, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeLevel:
    """What was measured and set for all reels of a programme at once.

    `reels` are the names of their files; `loudness` is that of all of them, one after another, `dialogue` that where they
    are spoken, for a spec that is anchored to it; `anchor` is the loudness in LUFS that sounds were set against, `gain`
    the one gain in dB on everything, for the spec of that name.
    """

    reels: tuple[str, ...]
    loudness: Loudness
    dialogue: float | None
    anchor: float
    gain: float
    spec: str


@dataclass(frozen=True, slots=True)
class Mixdown:
    """The mix and the stems that sum to it, with the one gain (dB) that was set on all of them.

    `me` is music and effects (fo, fx, bg, mx) before they step back for speech, where it was asked for; `filled` are
    the gaps in the production sound that were closed with its own room tone; `rides` are what was left off stems that
    were written before they step back for speech. `loudness` is that of the programme in this film, its leader apart,
    `dialogue` that of the mix where it is spoken, for a spec that is anchored to it; `programme` says how all reels were
    measured and set, where this film is one of several.
    """

    stems: tuple[StemFile, ...]
    mix: str
    rate: int
    channels: int
    length: int
    loudness: Loudness
    gain: float
    reduction: float
    spec: str
    notes: tuple[str, ...] = ()
    me: str | None = None
    filled: tuple[Filled, ...] = ()
    rides: tuple[Ride, ...] = ()
    dialogue: float | None = None
    programme: ProgrammeLevel | None = None


@dataclass(frozen=True, slots=True)
class CueFailure:
    """A cue that a generator failed at, what happened instead, and the exit code that tells.

    `generator` is empty where none failed: where nobody makes such a sound, or where the cue's reference could not be
    had and `instead` made it without.
    """

    cue: str
    generator: str
    what: str
    remedy: str
    exit_code: int
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where everything is, and what was and was not done."""

    video: Video
    output: str
    stems: tuple[str, ...]
    report: str
    project: str
    spotting: SpottingList
    regions: tuple[Region, ...]
    mixdown: Mixdown
    unplaced: tuple[Unplaced, ...] = ()
    failures: tuple[CueFailure, ...] = ()
    notes: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
