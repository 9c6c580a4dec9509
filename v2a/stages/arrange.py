"""Arrange: the chosen takes set on the timeline, each to the sample, with fades that do not touch what is in sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.interfaces import Bench, StageBench, option
from v2a.model import (
    Cue,
    MusicEdit,
    Observations,
    Region,
    Span,
    SpottingList,
    Take,
    Video,
    nearest,
    to_seconds,
)
from v2a.stages.arranging import edges, fitting
from v2a.stages.arranging.editing import Editor
from v2a.stages.arranging.fades import Defaults, faded
from v2a.stages.scoring.timing import Timings

_RATE = 48_000
_ZERO = Fraction(0)


@dataclass(frozen=True)
class ArrangeOptions:
    """How takes are fitted and how they begin and end where a cue does not say."""

    spot_fade: float = option(0.005, "Fade of effects, foley and narration.", unit="s", low=0, high=1)
    bg_fade: float = option(0.5, "Fade of backgrounds.", unit="s", low=0, high=30)
    mx_fade_in: float = option(0.02, "Fade in of music.", unit="s", low=0, high=30)
    mx_fade_out: float = option(1.5, "Fade out of music.", unit="s", low=0, high=30)
    crossfade: int = option(
        2, "Crossfade at a cut of backgrounds without fades of their own.", unit="frames", low=0, high=100
    )
    stretch: float = option(0.04, "How far music may be stretched, as a part of it.", low=0, high=0.25)
    fit_music: bool = option(
        True,
        "Cut music that was not made to its cue at its bars, and stretch it to the hit points; so by default.",
        flag="fit-music",
    )

    @property
    def fades(self) -> Defaults:
        """The fades where a cue has none of its own, in seconds."""
        return Defaults(
            to_seconds(self.spot_fade),
            to_seconds(self.bg_fade),
            to_seconds(self.mx_fade_in),
            to_seconds(self.mx_fade_out),
        )


@dataclass(frozen=True)
class ArrangeInputs:
    """What is arranged: the cues and the takes that were made of them, in any number and order.

    Music is cut to `timings`, those of the film where none are given, but for that of generators which are `timed`: it was
    made to them.
    """

    video: Video
    spotting: SpottingList
    takes: tuple[Take, ...]
    observations: Observations
    timings: Timings | None = None
    timed: frozenset[str] = frozenset()


def run(inputs: ArrangeInputs, options: ArrangeOptions, bench: Bench) -> tuple[Region, ...]:
    """Set a take of every sounding cue on the timeline; a cue without a take is left out."""
    film, programme = _on_grid(inputs.video.span), _on_grid(inputs.observations.programme)
    placed: list[edges.Placed] = []
    for number, cue in enumerate(inputs.spotting.sounding):
        bench.progress(number, len(inputs.spotting.sounding), "arranging")
        take = chosen(cue, inputs.takes)
        if take is None:
            continue
        edit = edited(cue, take, inputs, options, bench)
        region = (
            _region(cue, take, inputs.video, options) if edit is None else _cut(cue, take, edit, inputs.video)
        )
        # What the user set into the leader sounds there; all else ends with the programme.
        clipped = _clipped(region, programme if region.span.overlaps(programme) else film)
        if clipped is not None:
            placed.append(edges.Placed(cue, clipped, out=None if edit is None else edit.fade or None))
    frames = Fraction(options.crossfade) / inputs.video.frame_rate
    joined = edges.joined(placed, inputs.observations.shots, frames, programme)
    regions = (faded(p, options.fades, inputs.observations.shots, programme) for p in joined)
    return tuple(sorted(regions, key=lambda r: (r.span.start, r.stem, r.cue)))


def chosen(cue: Cue, takes: Sequence[Take]) -> Take | None:
    """The take that the user chose, else the one that scored best, else the first candidate."""
    own = [t for t in takes if t.cue == cue.id and t.sound.length > 0]
    picked = next((t for t in own if t.id == cue.take), None)
    if picked is not None or not own:
        return picked
    return min(own, key=lambda t: (-(t.score if t.score is not None else 0.0), t.candidate, t.id))


def edited(
    cue: Cue, take: Take, inputs: ArrangeInputs, options: ArrangeOptions, bench: Bench
) -> MusicEdit | None:
    """How music is cut to its cue; not what was made to the cue's tempo, nor what the user set in sync himself."""
    synced = cue.sync is not None and take.sync is not None
    timed = bool(take.sheet) or take.generator in inputs.timed
    if cue.kind != "mx" or timed or synced or not options.fit_music:
        return None
    store = bench.store if isinstance(bench, StageBench) else None
    timings = inputs.timings or Timings(inputs.observations, inputs.spotting, store=store)
    return Editor(timings, options.stretch, to_seconds(options.mx_fade_out), store).edit(cue, take)


def _cut(cue: Cue, take: Take, edit: MusicEdit, video: Video) -> Region:
    """The region of music that is cut to its cue."""
    nudge = cue.nudge / video.frame_rate
    begin, heard = _grid(cue.span.start + nudge), edit.span
    end = min(begin + heard.end, _grid(cue.span.end + nudge))
    return Region(
        cue.id,
        cue.kind,
        take,
        Span(begin + heard.start, max(end, begin + heard.start)),
        offset=heard.start,
        gain=cue.gain,
        pan=cue.pan,
        moved=_grid(nudge),
        room=cue.room,
        distance=cue.distance,
        edit=edit,
    )


def _region(cue: Cue, take: Take, video: Video, options: ArrangeOptions) -> Region:
    """The region before its edges are seen to: from where the take's sync point, or the cue's in, says."""
    anchors = fitting.anchors(cue, take, to_seconds(options.stretch))
    nudge = cue.nudge / video.frame_rate
    synced = cue.sync is not None and take.sync is not None
    if cue.sync is not None and take.sync is not None:
        begin = _grid(cue.sync + nudge) - _grid(fitting.heard(take.sync, anchors))
    else:
        begin = _grid(cue.span.start + nudge) - _grid(take.lead)
    longer = fitting.extended(cue, take)
    end = begin + _grid(max(longer, fitting.heard(take.sound.duration, anchors)))
    # A spot effect rings out; what fills a stretch of film ends with it, unless the user set the out himself.
    if cue.kind in ("bg", "mx", "vo") or "span" in cue.pinned:
        begin_at = begin if synced else max(begin, _grid(cue.span.start + nudge))
        out = max(_grid(cue.span.end + nudge), begin_at + Fraction(1, _RATE))
        end = min(end, _out(cue, take, begin, Span(begin_at, out), options)) if end > out else end
    else:
        begin_at = begin if synced else begin + _grid(take.lead)
    return Region(
        cue.id,
        cue.kind,
        take,
        Span(begin_at, end),
        offset=begin_at - begin,
        gain=cue.gain,
        pan=cue.pan,
        anchors=anchors,
        extended=longer,
        moved=_grid(nudge),
        room=cue.room,
        distance=cue.distance,
    )


def _out(cue: Cue, take: Take, begin: Fraction, span: Span, options: ArrangeOptions) -> Fraction:
    """Where a take that goes on behind its cue ends: music whose fade nobody set where a bar or a breath does."""
    free = cue.kind == "mx" and not cue.fade_out and "span" not in cue.pinned
    if not free:
        return span.end
    reach = min(to_seconds(options.mx_fade_out), span.duration / 4)
    return begin + _grid(fitting.place_to_end(take, span.end - begin, reach))


def _clipped(region: Region, film: Span) -> Region | None:
    """The region within the film, or nothing where it lies outside."""
    span = region.span.intersection(film)
    if span is None:
        return None
    return replace(region, span=span, offset=region.offset + span.start - region.span.start)


def _grid(time: Fraction) -> Fraction:
    return Fraction(nearest(time * _RATE), _RATE)


def _on_grid(span: Span) -> Span:
    return Span(_grid(span.start), _grid(span.end))
