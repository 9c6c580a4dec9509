"""What is handed back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

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
class Applied:
    """An effect on a stem, with every parameter as it was set."""

    effect: str
    version: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A stem's chain of effects: the gain in dB that brought the stem to the level they work at, and the gain behind
    them that made it as loud as it was before.
    """

    stem: Stem
    effects: tuple[Applied, ...]
    before: float
    behind: float


@dataclass(frozen=True, slots=True)
class StepBack:
    """How far a stem steps back for speech, and how far between 1 and 4 kHz, in dB."""

    stem: Stem
    depth: float
    band: float


@dataclass(frozen=True, slots=True)
class Balance:
    """What the stems were set against, and how.

    `anchor` is a loudness in LUFS: that of the `dialogue` (as it was `spoken`, within bounds), the `setting` where nobody
    speaks, or what was found for the whole `programme`. Stems step back `lookahead` seconds before speech, stay down
    `hold` seconds after it and are up again `release` seconds later; pauses shorter than `bridge` are none.
    """

    anchor: float
    anchored_by: Literal["dialogue", "setting", "programme"]
    spoken: float | None
    steps: tuple[StepBack, ...]
    lookahead: float
    hold: float
    release: float
    bridge: float
    treatments: tuple[Treatment, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeLevel:
    """What was measured and set for all reels of a programme at once.

    `reels` are the names of their files; `loudness` is that of all of them, one after another, `dialogue` that where they
    are spoken, for a spec that is anchored to it; `anchor` is the loudness in LUFS that sounds were set against, `gain`
    the one gain in dB on everything, for the spec of that name; `treatments` are the levels at which effects worked.
    """

    reels: tuple[str, ...]
    loudness: Loudness
    dialogue: float | None
    anchor: float
    gain: float
    spec: str
    treatments: tuple[Treatment, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixdown:
    """The mix and the stems that sum to it, with the one gain (dB) that was set on all of them.

    `me` is music and effects (fo, fx, bg, mx) before they step back for speech, where it was asked for; `filled` are
    the gaps in the production sound that were closed with its own room tone; `rides` are what was left off stems that
    were written before they step back for speech. `loudness` is that of the programme in this film, its leader apart,
    `dialogue` that of the mix where it is spoken, for a spec that is anchored to it; `programme` says how all reels were
    measured and set, where this film is one of several, `action` what of it is programme, where it has leader;
    `balance` is what the stems were set against, `me_loudness` that of `me`.
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
    action: Span | None = None
    balance: Balance | None = None
    me_loudness: Loudness | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """How loud the mix is in a film that was coded with losses, as it decodes: the codec, LUFS and dBTP."""

    codec: str
    integrated: float | None
    true_peak: float | None


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
    """Where everything is, and what was and was not done; `coded` is what a listener of the film gets, where its mix was
    coded with losses, `preset` the style that it was made in."""

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
    coded: Coded | None = None
    preset: str = ""
