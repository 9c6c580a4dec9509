"""What is asked of a generator, what it makes, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from v2a.model.edits import MusicEdit
from v2a.model.licence import Commercial, Licence
from v2a.model.observations import FeatureTrack, Moment, Scene, Shot, Speech
from v2a.model.score import Score
from v2a.model.sound import Audio, SoundFile
from v2a.model.spotting import Kind, Reasoning, RoomName
from v2a.model.tempo import Timing
from v2a.model.time import Anchor, Span, nearest


def said_of(prompt: str, reasoning: Reasoning | None) -> str:
    """A prompt as a sentence, and behind it what the reasoning says."""
    sentence = prompt.strip()
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    sentence = sentence[:1].upper() + sentence[1:]
    return " ".join(filter(None, (sentence, "" if reasoning is None else reasoning.text)))


@dataclass(frozen=True, slots=True)
class Request:
    """All that a generator may know of the sound it is to make; every time in it is cue-local, in seconds.

    `window` is the part of the cue that is wanted now, `start` and `length` the same in samples at `rate`, and
    `whole` the cue's whole length. `sync` is where the sound's sync point should fall, if that is anywhere.
    `reference` is a sound to come near, at `rate` and in `channels`, of any length, and `strength` how much of it is to
    be heard: 0 leaves it out, 1 comes as near as the generator can. A diffusion model starts from it with 1 - strength
    of its noise. `features` are those of the window, in the window's own time; what an encoder made of `avoid` is there
    under its name with ":avoid" behind it. `reasoning` holds what is said of this sound and of no other, and is there for
    generators that accept it. `timing` is what music is fitted to: it is there for cues of music whose generator accepts
    `tempo`.
    """

    cue: str
    kind: Kind
    prompt: str
    window: Span
    whole: Fraction
    seed: int
    rate: int
    channels: int
    avoid: str = ""
    sync: Fraction | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    reasoning: Reasoning | None = None
    moments: tuple[Moment, ...] = ()
    shots: tuple[Shot, ...] = ()
    scene: Scene | None = None
    speech: tuple[Speech, ...] = ()
    timing: Timing | None = None
    features: Mapping[str, FeatureTrack] = field(default_factory=dict)
    reference: SoundFile | None = None
    strength: float = 0.5
    tail: SoundFile | None = None
    melody: SoundFile | None = None
    lyrics: str = ""

    @property
    def said(self) -> str:
        """All that is said of the sound: the prompt as a sentence, then the reasoning; what a text encoder is given."""
        return said_of(self.prompt, self.reasoning)

    @property
    def start(self) -> int:
        """The first wanted sample, counted from the cue's start."""
        return self.window.samples(self.rate).start

    @property
    def length(self) -> int:
        """How many samples are wanted."""
        return self.window.samples(self.rate).length

    @property
    def whole_length(self) -> int:
        """How many samples the whole cue has."""
        return nearest(self.whole * self.rate)


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit that is owed when the sound is published: whose work, under which licence, where to read it."""

    title: str
    author: str
    licence: str
    read: str = ""


@dataclass(frozen=True, eq=False)
class Made:
    """What a generator made: the sound, its sync point in seconds from its start, named parts, and credits owed.

    `commercial` says whether this sound may be sold, where that follows from what it was made of and not from the card.
    Music that was written in notes comes with its `score`, that of the whole cue, in the first of its windows.
    """

    sound: Audio
    sync: Fraction | None = None
    parts: Mapping[str, Audio] = field(default_factory=dict)
    credits: tuple[Credit, ...] = ()
    notes: tuple[str, ...] = ()
    commercial: Commercial | None = None
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that a generator could not serve, why, and what the user can do.

    `passed` is set where nothing went wrong and the generator has nothing for this cue: the next one is asked, and
    nobody is told unless all of them fail.
    """

    what: str
    remedy: str = ""
    exit_code: int = 43
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a take, for those who mix by hand."""

    name: str
    sound: SoundFile


@dataclass(frozen=True, slots=True)
class Mark:
    """What one criterion says of a take: 1 is faultless and 0 fails it wholly; a metric's may be in its own unit."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Synced:
    """How a take made from the picture was put in sync with it: what was taken out, in seconds, positive where late.

    `drift` is by which part of its length it ran slow, `strokes` are how late single strokes were that were moved by
    themselves. `abstained` says that nothing was moved since nothing was sure or better, and `why` says why.
    """

    lag: float
    drift: float
    confidence: float
    strokes: tuple[float, ...] = ()
    abstained: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """One attempt at a cue: where its sound is and where it came from.

    `id` is short and follows from the content key, so the same attempt has the same id. `sync` is in seconds
    from the take's start. `lead` says how much of the take lies before the cue's in. `score` is what it is ranked by, from
    0 to 1, and `marks` are what that was made of. `synced` is there where it was held against the picture. `sheet` is the
    file with the notes that it was played from, where it was.
    """

    id: str
    cue: str
    sound: SoundFile
    generator: str
    version: str
    seed: int
    candidate: int
    prompt: str
    licence: Licence
    weights: str = ""
    sync: Fraction | None = None
    lead: Fraction = Fraction(0)
    credits: tuple[Credit, ...] = ()
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    score: float | None = None
    marks: tuple[Mark, ...] = ()
    synced: Synced | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A take set on the timeline: `span` on the video's clock, `offset` into the take, gain in dB, pan, fades.

    `room` is the space around it, which rings on behind the span; `distance` is the microphone's in metres. `anchors` say
    how the take is stretched, none of them not at all: time runs evenly from its start to the first and from each to the
    next, and the last is its end. A background that is shorter than its cue is `extended` to so many seconds by grains of
    itself; 0 leaves it as long as it is. Music that is cut to its cue has an `edit` instead. `offset` counts in what is
    heard then.
    """

    cue: str
    stem: Kind
    take: Take
    span: Span
    offset: Fraction = Fraction(0)
    gain: float = 0.0
    pan: float = 0.0
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    anchors: tuple[Anchor, ...] = ()
    extended: Fraction = Fraction(0)
    moved: Fraction = Fraction(0)
    room: RoomName = ""
    distance: float = 1.0
    edit: MusicEdit | None = None

    @property
    def length(self) -> Fraction:
        """How long the whole take is as it is heard, in seconds."""
        if self.edit is not None:
            return self.edit.span.end
        played = self.anchors[-1].target if self.anchors else self.take.sound.duration
        return max(played, self.extended)

    @property
    def stretch(self) -> float:
        """How much longer than the take its stretched sound is, as a factor."""
        return float(self.anchors[-1].target / self.take.sound.duration) if self.anchors else 1.0
