"""Mix: regions and production sound to stems that sum to the mix, at a delivery's loudness.

Three passes of constant memory: how loud the dialogue and the takes are, how loud and high their sum is, and the
writing. Stems are rounded to 24 bits before they are summed, so the mix is their sum to the last bit. The reels of a
programme are measured one after another as one, and get one anchor and one gain; leader passes as it is, unmeasured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from v2a.dsp.dialogue import DialogueMeter, Stretches, joined, share
from v2a.dsp.ducking import automation
from v2a.dsp.meter import Meter
from v2a.dsp.specs import spec
from v2a.dsp.verdict import anchored
from v2a.interfaces import Bench
from v2a.model import STEMS, Balance, Loudness, Mixdown, ProgrammeLevel, Region, Ride, Stem, Treatment
from v2a.stages.mixing.balance import Gains, Talk, dialogue, gains
from v2a.stages.mixing.curve import BLOCK, Setting
from v2a.stages.mixing.options import AUTO, MixOptions
from v2a.stages.mixing.reel import RATE, MixInputs, Reel
from v2a.stages.mixing.sounds import Heard
from v2a.stages.mixing.spool import Spool, Strung, within
from v2a.stages.mixing.target import Order, Peaks, Summed, decide, kept, shortfall
from v2a.stages.mixing.tracks import Ducking, Piece, Production, Regions, Track, total
from v2a.stages.mixing.treating import Line, chain, treated
from v2a.stages.mixing.writing import Writing, write

__all__ = ["RATE", "MixInputs", "MixOptions", "run", "together"]

_FILM, _TO_BE_MIXED = "youtube", "none"
# Outside these (LUFS) it is not a voice that was taken for speech, and nothing is set against it.
_QUIET, _LOUD = -42.0, -8.0

Tracks = Mapping[Stem, Track]


def run(inputs: MixInputs, options: MixOptions, bench: Bench) -> Mixdown:
    """Mix a film, or a part of it."""
    return together((inputs,), options, bench)[0]


def together(inputs: Sequence[MixInputs], options: MixOptions, bench: Bench) -> tuple[Mixdown, ...]:
    """Mix the reels of a programme: measured as one, set with one gain."""
    options = _settled(inputs[0], options)
    with ExitStack() as spools:
        return _Desk(inputs, options, bench, spools).mixed()


def _settled(inputs: MixInputs, options: MixOptions) -> MixOptions:
    """The options with a spec of their own, and M&E among stems that are handed over."""
    finished = inputs.span is None and not inputs.handed_over
    named = options.spec if options.spec != AUTO else _FILM if finished else _TO_BE_MIXED
    return replace(options, spec=named, me=options.me or inputs.handed_over)


class _Desk:
    """All reels of a programme on one desk."""

    def __init__(
        self, inputs: Sequence[MixInputs], options: MixOptions, bench: Bench, spools: ExitStack
    ) -> None:
        self._options, self._bench = options, bench
        self._spec = spec(options.spec)
        self._reels = [Reel(each, options, bench, spools) for each in inputs]
        self._before = inputs[0].level if len(inputs) == 1 else None
        same = self._before is not None and self._before.spec == options.spec
        self._level = self._before if same else None

    def mixed(self) -> tuple[Mixdown, ...]:
        """The mixdown of every reel."""
        talks = [Talk(r.original, r.speech, r.origin) for r in self._reels if r.original is not None]
        spoken = dialogue(talks, RATE)
        anchor = self._anchor(spoken)
        levels = self._levels(anchor)
        tracks, treatments = self._treated([self._of(reel, levels.by_take) for reel in self._reels])
        sums, summed = self._summed(tracks)
        voices = self._voices()
        setting = self._setting(summed, sums, voices)
        balance = self._balance(anchor, spoken, treatments)
        mixdowns, level = self._written(tracks, sums, setting, voices, balance)
        told = [
            replace(mixdown, balance=balance, notes=(*mixdown.notes, *levels.notes(reel.regions)))
            for reel, mixdown in zip(self._reels, mixdowns)
        ]
        return tuple(self._said(reel, own, setting, level) for reel, own in zip(self._reels, told))

    def _anchor(self, spoken: float | None) -> float:
        """The loudness that sounds are set against."""
        if self._level is not None:
            return self._level.anchor
        return self._options.anchor if spoken is None else min(_LOUD, max(_QUIET, spoken))

    def _levels(self, anchor: float) -> Gains:
        """The gain of each take; all reels are balanced as one."""
        regions = [region for reel in self._reels for region in reel.regions]
        sounds = {heard: sound for reel in self._reels for heard, sound in reel.sounds.items()}
        return gains(regions, sounds, self._options.levels, anchor, self._bench)

    def _of(self, reel: Reel, levels: Mapping[str, float]) -> Tracks:
        """The stems of a reel that have any sound, in their order."""
        options = self._options
        narration = [r.span for r in reel.regions if r.stem == "vo"]
        spoken = [s.shifted(-reel.part.start) for s in (*reel.speech, *narration)]
        curve = automation(spoken, RATE, options.timing)
        tracks: dict[Stem, Track] = {}
        for stem in STEMS:
            step = options.step(stem)
            ducking = Ducking(curve, step.depth, step.band) if step is not None else None
            pieces = [_piece(reel, r, levels) for r in reel.regions if r.stem == stem]
            if stem == "dx" and reel.original is not None:
                tracks[stem] = Production(reel.original)
            elif pieces:
                tracks[stem] = Regions(pieces, RATE, ducking)
        return tracks

    def _treated(self, tracks: Sequence[Tracks]) -> tuple[list[Tracks], tuple[Treatment, ...]]:
        """The stems behind the effects that are set on them, those of all reels at the same levels."""
        done: list[dict[Stem, Track]] = [dict(own) for own in tracks]
        said = []
        known = {t.stem: t for t in self._level.treatments} if self._level is not None else {}
        for stem in STEMS:
            inserts = chain(self._options.effects.get(stem, ()), self._reels[0].inputs.effects, stem)
            at = [n for n, own in enumerate(tracks) if stem in own]
            if not inserts or not at:
                continue
            reels = [self._reels[n] for n in at]
            lines = [Line(stem, tracks[n][stem], r.length, r.programme, r.spool) for n, r in zip(at, reels)]
            made, treatment = treated(lines, inserts, self._bench, known.get(stem))
            said.append(treatment)
            for n, track in zip(at, made):
                done[n][stem] = track
        return [*done], tuple(said)

    def _balance(self, anchor: float, spoken: float | None, treatments: tuple[Treatment, ...]) -> Balance:
        """What the stems were set against, and how."""
        options = self._options
        by: Literal["dialogue", "setting"] = "setting" if spoken is None else "dialogue"
        return Balance(
            anchor,
            "programme" if self._level is not None else by,
            spoken,
            tuple(filter(None, map(options.step, STEMS))),
            options.lookahead,
            options.hold,
            options.release,
            options.bridge,
            treatments,
        )

    def _summed(self, tracks: Sequence[Tracks]) -> tuple[list[Spool], Summed]:
        """The sum of each reel's stems, kept for the limiter, and what is known of all: the loudness only where it
        matters."""
        peaks = Peaks()
        meter = Meter(RATE) if self._spec.loudness is not None else None
        sums = []
        for reel, own in zip(self._reels, tracks):
            spool = reel.spool("sum")
            sums.append(spool)
            for start in range(0, reel.length, BLOCK):
                self._bench.progress((reel.length + start) / 3, reel.length, "measuring")
                stop = min(start + BLOCK, reel.length)
                block = total([track.render(start, stop) for track in own.values()], stop - start)
                spool.add(block)
                inside = within(reel.programme, block, start)
                peaks.add(inside)
                if meter is not None:
                    meter.add(inside)
        loudness = meter.loudness() if meter is not None else Loudness(None, None, None, None, None)
        return sums, Summed(loudness, peaks.all(), RATE)

    def _voices(self) -> Stretches:
        """Where all reels together are spoken, for a spec that is anchored to dialogue and if there is enough of it."""
        spans, done = [], Fraction(0)
        for reel in self._reels:
            spans += [span.shifted(done) for span in reel.spoken]
            done += reel.action.duration
        found = joined(spans)
        return found if anchored(self._spec, share(found, done)) else ()

    def _setting(self, summed: Summed, sums: Sequence[Spool], voices: Stretches) -> Setting:
        if self._level is not None:
            return kept(summed, self._spec, self._level.gain)
        whole = Strung([(spool, reel.programme) for spool, reel in zip(sums, self._reels)])
        return decide(summed, whole, Order(self._spec, self._options.limits, voices), self._bench)

    def _written(
        self,
        tracks: Sequence[Tracks],
        sums: Sequence[Spool],
        setting: Setting,
        voices: Stretches,
        balance: Balance,
    ) -> tuple[list[Mixdown], ProgrammeLevel | None]:
        """The mixdown of each reel, and how all were measured and set, where there are several."""
        whole, spoken = Meter(RATE), DialogueMeter(RATE, 2, voices)
        options, several = self._options, len(self._reels) > 1
        made = []
        for reel, own, spool in zip(self._reels, tracks, sums):
            to = Writing(
                reel.inputs.folder, RATE, reel.length, reel.programme, self._spec, options.me, options.undipped,
                reel.spoken if voices else (), (whole, spoken) if several else (),
            )  # fmt: skip
            mixdown = write(to, own, setting, spool, self._bench)
            rides = _rides(own, reel.part.start) if options.undipped else ()
            action = None if reel.action == reel.part else reel.action
            made.append(replace(mixdown, rides=rides, action=action))
        if not several:
            return made, self._level
        names = tuple(Path(reel.inputs.video.path).name for reel in self._reels)
        heard, speech = whole.loudness(), spoken.integrated
        return made, ProgrammeLevel(
            names, heard, speech, balance.anchor, setting.gain, self._spec.name, balance.treatments
        )

    def _said(self, reel: Reel, mixdown: Mixdown, setting: Setting, level: ProgrammeLevel | None) -> Mixdown:
        of = mixdown if level is None else level
        reached = of.loudness.integrated if of.dialogue is None else of.dialogue
        said = shortfall(self._spec, self._options.limits, setting, reached)
        if self._options.undipped and not any(ride.points for ride in mixdown.rides):
            said = (*said, "Nothing steps back for speech here, so there is no automation to write.")
        notes = (
            *mixdown.notes,
            *reel.notes,
            *reel.filling.notes,
            *said,
            *_of_programme(self._before, self._level),
        )
        return replace(mixdown, notes=notes, filled=reel.filling.filled, programme=level)


def _piece(reel: Reel, region: Region, levels: Mapping[str, float]) -> Piece:
    return Piece.of(region, reel.sounds[Heard.by(region)], levels.get(region.take.id, 0.0), reel.origin)


def _rides(tracks: Tracks, start: Fraction) -> tuple[Ride, ...]:
    """How the stems would have stepped back for speech."""
    return tuple(t.ducking.ride(stem, RATE, start) for stem, t in tracks.items() if t.ducking is not None)


def _of_programme(before: ProgrammeLevel | None, kept: ProgrammeLevel | None) -> tuple[str, ...]:
    """What to say of a film that is mixed alone and was set as one reel of a programme."""
    if before is None:
        return ()
    reels = ", ".join(before.reels)
    if kept is None:
        return (
            f"This film was a reel of {reels}, set for {before.spec}: for another spec its level is its own now.",
        )
    return (f"The level is that of the programme this film is a reel of: {reels}.",)
