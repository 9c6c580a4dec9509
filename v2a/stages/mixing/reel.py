"""One film on the desk: its production sound, where someone speaks, the sounds of its regions, its programme."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from v2a.dsp.dialogue import Stretches, joined
from v2a.dsp.rooms import ringing
from v2a.interfaces import Bench, Effect
from v2a.interfaces.planner import Original
from v2a.model import Observations, ProgrammeLevel, Region, SampleSpan, Span, Video
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.filling import NOTHING, Filling, Recording, fill, needed
from v2a.stages.mixing.options import MixOptions
from v2a.stages.mixing.recorded import record
from v2a.stages.mixing.sounds import sounds_of
from v2a.stages.mixing.spool import Spool
from v2a.stages.programme import without_leader

RATE = 48_000


@dataclass(frozen=True)
class MixInputs:
    """What is mixed, and the folder that the stems are written to; `span` mixes a part of the film only, `handed_over`
    says that the stems go on to somebody who mixes; `effects` are those that options may name; `level` is what was set
    for it and the other reels of its programme, where it was one and is mixed again alone.
    """

    video: Video
    regions: tuple[Region, ...]
    observations: Observations
    folder: Path
    original: Original = "keep"
    span: Span | None = None
    seed: int = 0
    handed_over: bool = False
    effects: Mapping[str, Effect] = field(default_factory=dict)
    level: ProgrammeLevel | None = None

    @property
    def part(self) -> Span:
        """The stretch of film that is mixed."""
        return self.span or self.video.span


class Reel:
    """A film whose production sound is read and whose sounds are opened; they are let go when `spools` closes."""

    def __init__(self, inputs: MixInputs, options: MixOptions, bench: Bench, spools: ExitStack) -> None:
        self.inputs = inputs
        self._bench, self._spools = bench, spools
        inputs.folder.mkdir(parents=True, exist_ok=True)
        self.part = inputs.part
        samples = self.part.samples(RATE)
        self.origin, self.length = samples.start, samples.length
        self.action = inputs.observations.programme.intersection(self.part) or self.part
        inside = self.action.samples(RATE)
        self.programme = SampleSpan(inside.start - self.origin, inside.stop - self.origin)
        self.notes: tuple[str, ...] = ()
        self.original, self.filling = self._production(options.fill)
        self.speech = self._speech()
        self.regions = tuple(r for r in inputs.regions if ringing(r.span, r.room).overlaps(self.part))
        self.sounds = sounds_of(self.regions, inputs.folder, RATE, spools, bench, options.stretcher)

    def spool(self, name: str) -> Spool:
        """A new spool of that name."""
        return self._spools.enter_context(Spool(self.inputs.folder / f".{name}.part.f32"))

    def _production(self, filling: bool) -> tuple[Spool | None, Filling]:
        """The production sound, where it is to be heard and there is some, with its gaps filled where that is wanted."""
        inputs = self.inputs
        if inputs.original != "keep" or not inputs.video.sound:
            return None, NOTHING if filling else Filling()
        if not filling:
            return self._read("dx", self.part), Filling()
        around = needed(self.action, inputs.observations.programme)
        whole = self._read("dx" if around == self.part else "around", around)
        recording = Recording(whole, RATE, around.start, self.action)
        done = fill(recording, without_leader(inputs.observations), inputs.seed, self._bench)
        if around == self.part:
            return whole, done
        dialogue = self.spool("dx") if self.action == self.part else self._read("dx", self.part)
        self._lay(whole, self.origin - around.samples(RATE).start, dialogue)
        return dialogue, done

    def _read(self, name: str, span: Span) -> Spool:
        found = record(self.inputs.video, span, self.spool, name, RATE, self._bench)
        self.notes += found.notes
        return found.spool

    def _lay(self, filled: Spool, first: int, over: Spool) -> None:
        """Put the programme, as it was filled with what lies around it in hearing, over itself; leader stays as it is."""
        for start in range(self.programme.start, self.programme.stop, BLOCK):
            stop = min(start + BLOCK, self.programme.stop)
            block = filled.read(first + start, first + stop)
            if over.length <= start:
                over.add(block)
            else:
                over.replace(start, block)

    @property
    def spoken(self) -> Stretches:
        """Where the programme is spoken, narration included, on a clock that begins with it."""
        narration = (r.span.intersection(self.action) for r in self.regions if r.stem == "vo")
        spans = (*self.speech, *filter(None, narration))
        return joined(span.shifted(-self.action.start) for span in spans)

    def _speech(self) -> tuple[Span, ...]:
        """Where the mix has speech: in production sound that is kept."""
        if self.original is None:
            return ()
        parts = (s.span.intersection(self.action) for s in self.inputs.observations.speech)
        return tuple(p for p in parts if p is not None)
