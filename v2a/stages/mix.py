"""Mix: regions and production sound to stems that sum to the mix, at a delivery's loudness.

Three passes of constant memory: how loud the dialogue and the takes are, how loud and high their sum is, and the
writing. Stems are rounded to 24 bits before they are summed, so the mix is their sum to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from v2a.dsp.ducking import Timing, automation
from v2a.dsp.meter import Meter
from v2a.dsp.rooms import ringing
from v2a.dsp.specs import SPECS, Spec, spec
from v2a.interfaces import Bench, option
from v2a.interfaces.planner import Original
from v2a.media.production import production
from v2a.model import STEMS, Loudness, Mixdown, Observations, Region, Span, Stem, Video, to_seconds
from v2a.stages.mixing.balance import Levels, dialogue, gains
from v2a.stages.mixing.filling import NOTHING, Filling, Recording, fill, needed
from v2a.stages.mixing.sounds import Heard, sounds_of
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.target import BLOCK, Limits, Peaks, Summed, decide, headroom, shortfall
from v2a.stages.mixing.tracks import Ducking, Piece, Production, Regions, Track, total
from v2a.stages.mixing.writing import Writing, write

RATE = 48_000
AUTO, _FILM, _TO_BE_MIXED = "auto", "youtube", "none"
# Outside these (LUFS) it is not a voice that was taken for speech, and nothing is set against it.
_QUIET, _LOUD = -42.0, -8.0


@dataclass(frozen=True)
class MixOptions:
    """How the mix is balanced and where its loudness lies."""

    spec: str = option(
        AUTO,
        "Loudness of the delivery; auto is youtube for a film, none where a part of it or stems are asked for.",
        choices=(AUTO, *(s.name for s in SPECS)),
        flag="spec",
    )
    anchor: float = option(-27.0, "Loudness to set levels against where nobody speaks.", unit="LUFS")
    bg_level: float = option(-20.0, "Backgrounds against the dialogue.", unit="LU", low=-60, high=20)
    mx_level: float = option(
        -6.0, "Music against the dialogue where nobody speaks.", unit="LU", low=-60, high=20
    )
    mx_speech_level: float = option(
        -16.0, "Music against the dialogue under speech.", unit="LU", low=-60, high=20
    )
    fo_level: float = option(-6.0, "The loudest foley against the dialogue.", unit="LU", low=-60, high=20)
    fx_level: float = option(3.0, "The loudest effect against the dialogue.", unit="LU", low=-60, high=20)
    vo_level: float = option(0.0, "Narration against the dialogue.", unit="LU", low=-60, high=20)
    bg_duck: float = option(4.0, "How far backgrounds step back for speech.", unit="dB", low=0, high=12)
    fx_duck: float = option(0.0, "How far effects and foley step back for speech.", unit="dB", low=0, high=12)
    band_duck: float = option(2.0, "How much more between 1 and 4 kHz.", unit="dB", low=0, high=12)
    lookahead: float = option(0.2, "Down so long before speech.", unit="s", low=0, high=5)
    hold: float = option(0.7, "Held so long after it.", unit="s", low=0, high=10)
    release: float = option(1.0, "Back up in so long.", unit="s", low=0, high=10)
    bridge: float = option(1.5, "Pauses shorter than this are no pauses.", unit="s", low=0, high=30)
    limit_sustained: float = option(
        3.0, "Limiting held over three seconds at most.", unit="dB", low=0, high=12
    )
    limit_momentary: float = option(6.0, "Limiting of a single peak at most.", unit="dB", low=0, high=24)
    me: bool = option(False, "Write music and effects, undipped, beside the mix.")
    undipped: bool = option(False, "Write stems before they step back for speech.", flag="undipped")
    fill: bool = option(
        False, "Fill gaps in the production sound with room tone grown from its own pauses.", flag="fill"
    )

    @property
    def limits(self) -> Limits:
        """How far the limiter may go."""
        return Limits(self.limit_sustained, self.limit_momentary)

    @property
    def levels(self) -> Levels:
        """The levels of takes against the dialogue."""
        room = headroom(spec(self.spec), self.limits)
        return Levels(self.bg_level, self.mx_level, self.fo_level, self.fx_level, self.vo_level, room)

    @property
    def timing(self) -> Timing:
        """When sounds step back and come again."""
        times = (self.lookahead, self.hold, self.release, self.bridge)
        return Timing(*(to_seconds(t) for t in times))

    def duck(self, stem: Stem) -> float:
        """How far a stem steps back for speech, in dB and at most 12."""
        if stem == "mx":
            return min(12.0, max(0.0, self.mx_level - self.mx_speech_level))
        return {"bg": self.bg_duck, "fx": self.fx_duck, "fo": self.fx_duck}.get(stem, 0.0)


@dataclass(frozen=True)
class MixInputs:
    """What is mixed, and the folder that the stems are written to; `span` mixes a part of the film only, `handed_over`
    says that the stems go on to somebody who mixes.
    """

    video: Video
    regions: tuple[Region, ...]
    observations: Observations
    folder: Path
    original: Original = "keep"
    span: Span | None = None
    seed: int = 0
    handed_over: bool = False

    @property
    def part(self) -> Span:
        """The stretch of film that is mixed."""
        return self.span or self.video.span


@dataclass(frozen=True)
class _Session:
    """What all passes share."""

    inputs: MixInputs
    options: MixOptions
    bench: Bench
    spools: ExitStack

    @property
    def origin(self) -> int:
        return self.inputs.part.samples(RATE).start

    @property
    def length(self) -> int:
        return self.inputs.part.samples(RATE).length

    def spool(self, name: str) -> Spool:
        return self.spools.enter_context(Spool(self.inputs.folder / f".{name}.part.f32"))


def run(inputs: MixInputs, options: MixOptions, bench: Bench) -> Mixdown:
    """Mix a film, or a part of it."""
    inputs.folder.mkdir(parents=True, exist_ok=True)
    options = _settled(inputs, options)
    wanted = spec(options.spec)
    with ExitStack() as spools:
        session = _Session(inputs, options, bench, spools)
        original, filling = _production(session)
        speech = _speech(session, original)
        spoken = dialogue(original, speech, RATE, session.origin) if original is not None else None
        tracks = _tracks(session, original, spoken, speech)
        summed, spool = _sum(session, tracks, wanted)
        anchored = spoken if _share(speech, inputs.part) >= Fraction(15, 100) else None
        setting = decide(summed, spool, wanted, options.limits, anchored, bench)
        mixdown = write(
            Writing(inputs.folder, RATE, session.length, wanted, options.me, options.undipped),
            tracks,
            setting,
            spool,
            bench,
        )
    said = shortfall(wanted, options.limits, setting, mixdown.loudness)
    return replace(mixdown, notes=(*mixdown.notes, *filling.notes, *said), filled=filling.filled)


def _settled(inputs: MixInputs, options: MixOptions) -> MixOptions:
    """The options with a spec of their own, and M&E among stems that are handed over."""
    finished = inputs.span is None and not inputs.handed_over
    named = options.spec if options.spec != AUTO else _FILM if finished else _TO_BE_MIXED
    return replace(options, spec=named, me=options.me or inputs.handed_over)


def _production(session: _Session) -> tuple[Spool | None, Filling]:
    """The production sound, where it is to be heard and there is some, with its gaps filled where that is wanted."""
    inputs, filling = session.inputs, session.options.fill
    if inputs.original != "keep" or not inputs.video.sound:
        return None, NOTHING if filling else Filling()
    if not filling:
        return _read(session, "dx", inputs.part), Filling()
    around = needed(inputs.part, inputs.video.span)
    whole = _read(session, "dx" if around == inputs.part else "around", around)
    recording = Recording(whole, RATE, around.start, inputs.part)
    done = fill(recording, inputs.observations, inputs.seed, session.bench)
    if around == inputs.part:
        return whole, done
    return _cut(session, whole, session.origin - around.samples(RATE).start), done


def _read(session: _Session, name: str, span: Span) -> Spool:
    spool = session.spool(name)
    with production(session.inputs.video, RATE, block=BLOCK, span=span) as blocks:
        for block in blocks:
            session.bench.progress(spool.length / 3, span.samples(RATE).length, "production sound")
            spool.add(block)
    return spool


def _cut(session: _Session, whole: Spool, first: int) -> Spool:
    """The part that is mixed out of what was heard around it."""
    spool = session.spool("dx")
    for start in range(0, session.length, BLOCK):
        spool.add(whole.read(first + start, first + min(start + BLOCK, session.length)))
    return spool


def _speech(session: _Session, original: Spool | None) -> tuple[Span, ...]:
    """Where the mix has speech: in production sound that is kept."""
    if original is None:
        return ()
    parts = (s.span.intersection(session.inputs.part) for s in session.inputs.observations.speech)
    return tuple(p for p in parts if p is not None)


def _share(speech: tuple[Span, ...], part: Span) -> Fraction:
    return sum((s.duration for s in speech), Fraction(0)) / (part.duration or Fraction(1))


def _tracks(
    session: _Session, original: Spool | None, spoken: float | None, speech: tuple[Span, ...]
) -> Mapping[Stem, Track]:
    """The stems that have any sound, in their order."""
    inputs, options = session.inputs, session.options
    regions = [r for r in inputs.regions if ringing(r.span, r.room).overlaps(inputs.part)]
    sounds = sounds_of(regions, inputs.folder, RATE, session.spools, session.bench)
    anchor = options.anchor if spoken is None else min(_LOUD, max(_QUIET, spoken))
    levels = gains(regions, sounds, options.levels, anchor, session.bench)
    narration = [r.span for r in regions if r.stem == "vo"]
    curve = automation([s.shifted(-inputs.part.start) for s in (*speech, *narration)], RATE, options.timing)
    tracks: dict[Stem, Track] = {}
    for stem in STEMS:
        depth = options.duck(stem)
        ducking = Ducking(curve, depth, min(12.0, depth + options.band_duck)) if depth > 0.0 else None
        pieces = [
            Piece.of(r, sounds[Heard.by(r)], levels.get(r.take.id, 0.0), session.origin)
            for r in regions
            if r.stem == stem
        ]
        if stem == "dx" and original is not None:
            tracks[stem] = Production(original)
        elif pieces:
            tracks[stem] = Regions(pieces, RATE, ducking)
    return tracks


def _sum(session: _Session, tracks: Mapping[Stem, Track], wanted: Spec) -> tuple[Summed, Spool]:
    """The sum of all stems, kept for the limiter, and what is known of it: its loudness only where it matters."""
    spool, peaks = session.spool("sum"), Peaks()
    meter = Meter(RATE) if wanted.loudness is not None else None
    for start in range(0, session.length, BLOCK):
        session.bench.progress((session.length + start) / 3, session.length, "measuring")
        stop = min(start + BLOCK, session.length)
        block = total([track.render(start, stop) for track in tracks.values()], stop - start)
        spool.add(block)
        peaks.add(block)
        if meter is not None:
            meter.add(block)
    loudness = meter.loudness() if meter is not None else Loudness(None, None, None, None, None)
    return Summed(loudness, peaks.all(), RATE), spool
