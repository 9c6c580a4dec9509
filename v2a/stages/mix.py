"""Mix: regions and production sound to stems that sum to the mix, at a delivery's loudness.

Three passes of constant memory: how loud the dialogue and the takes are, how loud and high their sum is, and the
writing. Stems are rounded to 24 bits before they are summed, so the mix is their sum to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from v2a.dsp.dialogue import Stretches, joined, share
from v2a.dsp.ducking import automation
from v2a.dsp.meter import Meter
from v2a.dsp.rooms import ringing
from v2a.dsp.specs import Spec, spec
from v2a.dsp.verdict import anchored
from v2a.interfaces import Bench, Effect
from v2a.interfaces.planner import Original
from v2a.media.production import production
from v2a.model import STEMS, Loudness, Mixdown, Observations, Region, Ride, Span, Stem, Video
from v2a.stages.mixing.balance import dialogue, gains
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.filling import NOTHING, Filling, Recording, fill, needed
from v2a.stages.mixing.options import AUTO, MixOptions
from v2a.stages.mixing.sounds import Heard, sounds_of
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.target import Order, Peaks, Summed, decide, shortfall
from v2a.stages.mixing.tracks import Ducking, Piece, Production, Regions, Track, Treated, total
from v2a.stages.mixing.treating import chain, treat
from v2a.stages.mixing.writing import Writing, write

RATE = 48_000
_FILM, _TO_BE_MIXED = "youtube", "none"
# Outside these (LUFS) it is not a voice that was taken for speech, and nothing is set against it.
_QUIET, _LOUD = -42.0, -8.0


@dataclass(frozen=True)
class MixInputs:
    """What is mixed, and the folder that the stems are written to; `span` mixes a part of the film only, `handed_over`
    says that the stems go on to somebody who mixes; `effects` are those that options may name.
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
        voices = _voices(session, wanted, speech)
        setting = decide(summed, spool, Order(wanted, options.limits, voices), bench)
        mixdown = write(
            Writing(inputs.folder, RATE, session.length, wanted, options.me, options.undipped, voices),
            tracks,
            setting,
            spool,
            bench,
        )
        rides = _rides(tracks, inputs.part.start) if options.undipped else ()
    reached = mixdown.loudness.integrated if mixdown.dialogue is None else mixdown.dialogue
    said = shortfall(wanted, options.limits, setting, reached)
    notes = (*mixdown.notes, *filling.notes, *said)
    return replace(mixdown, notes=notes, filled=filling.filled, rides=rides)


def _rides(tracks: Mapping[Stem, Track], start: Fraction) -> tuple[Ride, ...]:
    """How the stems would have stepped back for speech."""
    return tuple(t.ducking.ride(stem, RATE, start) for stem, t in tracks.items() if t.ducking is not None)


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


def _voices(session: _Session, wanted: Spec, speech: tuple[Span, ...]) -> Stretches:
    """Where the mix is spoken, on its own clock, for a spec that is anchored to dialogue and if there is enough of it."""
    part = session.inputs.part
    narration = (r.span.intersection(part) for r in session.inputs.regions if r.stem == "vo")
    found = joined(s.shifted(-part.start) for s in (*speech, *filter(None, narration)))
    return found if anchored(wanted, share(found, part.duration)) else ()


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
            tracks[stem] = _treated(session, stem, Production(original), ducking)
        elif pieces:
            tracks[stem] = _treated(session, stem, Regions(pieces, RATE, ducking), ducking)
    return tracks


def _treated(session: _Session, stem: Stem, track: Track, ducking: Ducking | None) -> Track:
    """The track behind the effects that are set on its stem."""
    inserts = chain(session.options.effects.get(stem, ()), session.inputs.effects, stem)
    if not inserts:
        return track
    spool = session.spool(f"{stem}-treated")
    treat(track, session.length, inserts, spool, session.bench)
    return Treated(spool, RATE, ducking)


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
