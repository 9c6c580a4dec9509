"""Deliver: the film with its sound, the stems, lists for other programs, and a report beside them.

For a part of the film the picture is still copied, from the key frame before it; an output named .wav or .flac is
the mix alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from v2a.builtin.executors.failures import blamed
from v2a.errors import Cancelled, OutputError, PluginContract, PluginError
from v2a.files import whole, write_text
from v2a.interfaces import Bench, Exporter, option
from v2a.media import mux, programs
from v2a.model import (
    CueFailure,
    Delivery,
    Mixdown,
    Region,
    Span,
    SpottingList,
    Unplaced,
    Video,
)
from v2a.stages.delivering import sheets
from v2a.stages.delivering.coded import Coder, Outcome, under_ceiling
from v2a.stages.delivering.film import mix_track, stem_tracks, write_part
from v2a.stages.delivering.handover import hand_over
from v2a.stages.delivering.page import page
from v2a.stages.delivering.places import Destination, is_sound, spare_source
from v2a.stages.delivering.played import Sheet, music
from v2a.stages.delivering.report import Written, as_json, report
from v2a.stages.delivering.stems import Labelled, StemFiles, write_wave
from v2a.stages.scoring.timing import Timings

__all__ = ["DeliverInputs", "DeliverOptions", "Destination", "Export", "run"]

_REMEDY = "Update its plugin or leave --export out."


@dataclass(frozen=True)
class DeliverOptions:
    """What goes into the film's file."""

    audio_codec: str | None = option(
        None, "Codec of the new sound; PCM in mov and mkv, AAC in mp4 without it.", flag="audio-codec"
    )
    original_track: bool = option(True, "Keep the film's own sound as tracks of their own.")
    ffmpeg: str = option("", "Another ffmpeg than V2A_FFMPEG or the one that came along.", keyed=False)
    stem_tracks: bool = option(
        False, "Put the stems into the film's file as further tracks.", flag="stem-tracks"
    )
    pop: bool = option(
        False, "Sync pops on the stems, two seconds before the film and two after it.", flag="pop"
    )
    revision: int = option(1, "The version in the stems' names.", low=1, high=99, flag="--revision")
    midi: bool = option(
        False,
        "The score of every music cue as a MIDI file with its tempo map, two bars of click before it.",
        flag="midi",
    )


@dataclass(frozen=True)
class Export:
    """A list for another program, and where it goes."""

    exporter: Exporter
    path: Path


@dataclass(frozen=True)
class DeliverInputs:
    """What is delivered and where to; `span` is the part of the film that was mixed, if not all of it, `preset` the style
    it was made in. `timings` are what cues of music were fitted to.
    """

    video: Video
    mixdown: Mixdown
    regions: tuple[Region, ...]
    spotting: SpottingList
    destination: Destination
    failures: tuple[CueFailure, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    notes: tuple[str, ...] = ()
    exports: tuple[Export, ...] = ()
    span: Span | None = None
    preset: str = ""
    timings: Timings | None = None

    @property
    def part(self) -> Span | None:
        """The part of the film, where it is not the whole."""
        return None if self.span is None or self.span == self.video.span else self.span


def run(inputs: DeliverInputs, options: DeliverOptions, bench: Bench) -> Delivery:
    """Write everything, each file whole or not at all, the report last."""
    to = inputs.destination
    _spare(inputs)
    notes = [*inputs.notes, *inputs.mixdown.notes]
    bench.progress(0, 3, "stems")
    stems: tuple[Path, ...] = ()
    if to.stems is not None:
        wanted = StemFiles(to.stems, inputs.part, options.pop, options.revision)
        handed = hand_over(inputs.video, inputs.mixdown, wanted, to.report(inputs.video), bench)
        stems = handed.files
        notes += handed.notes
    bench.progress(1, 3, "film")
    heard = Outcome()
    if to.output is not None:
        said, heard = _write_output(inputs, to.output, options, bench)
        notes += said
    played = music(inputs.regions, inputs.spotting, inputs.timings)
    midi = sheets.write if options.midi else sheets.look_after
    written = midi(inputs.video, played, to, options.revision, bench)
    notes += written.notes
    bench.progress(2, 3, "report")
    delivery = Delivery(
        inputs.video,
        str(to.output) if to.output is not None else "",
        tuple(map(str, stems)),
        str(to.report(inputs.video)),
        str(to.project),
        inputs.spotting,
        inputs.regions,
        inputs.mixdown,
        tuple(dict.fromkeys((*inputs.unplaced, *inputs.spotting.unplaced))),
        inputs.failures,
        tuple(dict.fromkeys(notes)),
        tuple(map(str, written.files)),
        coded=heard.coded,
        preset=inputs.preset,
    )
    delivery = _export(delivery, inputs.exports)
    lists = [*map(Path, delivery.exports), *written.kept]
    files = [*([to.output] if to.output is not None else []), *stems, *lists]
    _write_report(delivery, files, played)
    bench.progress(3, 3, "report")
    return delivery


def _spare(inputs: DeliverInputs) -> None:
    to = inputs.destination
    chosen = [e.path for e in inputs.exports]
    if to.output is not None:
        chosen.append(to.output)
    for path in (*chosen, to.report(inputs.video)):
        spare_source(inputs.video, path)


def _write_output(
    inputs: DeliverInputs, output: Path, options: DeliverOptions, bench: Bench
) -> tuple[tuple[str, ...], Outcome]:
    """The film, a part of it, or the mix alone, by the output's name; answers with notes, and with what is heard of it."""
    video, mixdown = inputs.video, inputs.mixdown
    if is_sound(output):
        write_wave(video, Path(mixdown.mix), output, Labelled("MIX", mixdown.loudness, inputs.part))
        return (), Outcome()
    mux.check(video, output, options.audio_codec)
    by = programs.Ffmpeg(options.ffmpeg, bench.cancelled)
    stems = stem_tracks(video, mixdown) if options.stem_tracks else ()
    codec, original, part = options.audio_codec, options.original_track, inputs.part
    said = list(mux.left_out(video, output)) if part is None else []

    def write(mix: mux.MuxTrack) -> None:
        if part is None:
            mux.mux(video, output, [mix, *stems], audio_codec=codec, original=original, by=by)
        else:
            said[:] = [write_part(video, output, mix, part, codec, by)]

    lossy = mux.lossy(video, output, codec)
    coder = Coder(lossy, by) if lossy is not None else None
    began = part.start if part is not None else Fraction(0)
    action = None if mixdown.action is None else mixdown.action.shifted(-began)
    heard = under_ceiling(
        output, replace(mixdown, action=action), write, mix_track(video, mixdown), bench, coder
    )
    return tuple(filter(None, (*said, heard.note))), heard


def _export(delivery: Delivery, exports: tuple[Export, ...]) -> Delivery:
    for export in exports:
        name = export.exporter.card.name
        where = f"exporter {name}"
        try:
            with whole(export.path) as temporary:
                said: object = export.exporter.write(delivery, temporary)
                if not isinstance(said, tuple):
                    what = f"answered with {type(said).__name__}, not with notes"
                    raise PluginContract(what, where=where, remedy=_REMEDY)
        except (Cancelled, OutputError):
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; the film is there
            told = error if isinstance(error, PluginError) else blamed(error, where, _REMEDY)
            failed = CueFailure("", name, f"{told.where}: {told.what}", told.remedy, told.exit_code)
            delivery = replace(delivery, failures=(*delivery.failures, failed))
            continue
        delivery = replace(
            delivery, exports=(*delivery.exports, str(export.path)), notes=(*delivery.notes, *said)
        )
    return delivery


def _write_report(delivery: Delivery, files: list[Path], played: tuple[Sheet, ...]) -> None:
    path = Path(delivery.report)
    said = report(delivery, [Written.of(file, path.parent) for file in files], played)
    write_text(path, as_json(said))
    write_text(path.with_suffix(".html"), page(said))
