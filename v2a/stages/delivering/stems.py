"""Stems as a mixer wants them: Broadcast Wave, 48 kHz, 24 bits, one length, one start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from v2a.interfaces import Bench
from v2a.media import sound
from v2a.media.bwf import Bext, ixml, time_reference
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, Span, Video, nearest
from v2a.stages.delivering.places import Slate, safe_name, spare_source
from v2a.stages.delivering.pops import Pops

_BLOCK = 1 << 17


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a file says of itself: what it holds, how loud it is, and which part of the film it is; `pop` puts sync pops
    around its programme, where the film has leader beside that, `note` is what else is to be known of it.
    """

    label: str
    loudness: Loudness | None = None
    span: Span | None = None
    pop: bool = False
    note: str = ""
    programme: Span | None = None


@dataclass(frozen=True, slots=True)
class StemFiles:
    """Where stems go and how they are written: the folder, the part of the film, sync pops, the version in their names."""

    folder: Path
    span: Span | None = None
    pop: bool = False
    version: int = 1


def unfilled(mixdown: Mixdown) -> bool:
    """Whether there is an M&E that lacks what only the production sound has."""
    return mixdown.me is not None and any(
        stem.stem == "dx" and stem.loudness.integrated is not None for stem in mixdown.stems
    )


def reach(
    video: Video, pop: bool, span: Span | None, programme: Span | None, rate: int
) -> tuple[Span, Pops | None]:
    """What a stem takes up on the film's clock, and its sync pops, where it has them."""
    heard = span if span is not None else video.span
    if not pop:
        return heard, None
    pops = Pops(video.frame_rate, rate, heard, programme if programme is not None else heard)
    return pops.span, pops


def write_stems(video: Video, mixdown: Mixdown, wanted: StemFiles, bench: Bench) -> tuple[Path, ...]:
    """Write every stem, the mix, and M&E where there is one; answer with the files."""
    slate = Slate.of(video, wanted.version)
    files = []
    held: list[tuple[str, str, Loudness | None, str]] = [
        *((s.path, s.stem.upper(), s.loudness, "") for s in mixdown.stems),
        (mixdown.mix, "MIX", mixdown.loudness, ""),
    ]
    if mixdown.me is not None:
        held.append((mixdown.me, "ME", mixdown.me_loudness, "not filled" if unfilled(mixdown) else ""))
    for source, label, loudness, note in held:
        bench.check_cancelled()
        path = wanted.folder / slate.file(label)
        labelled = Labelled(label, loudness, wanted.span, wanted.pop, note, mixdown.action)
        write_wave(video, Path(source), path, labelled)
        files.append(path)
    return tuple(files)


def write_wave(video: Video, source: Path, path: Path, labelled: Labelled) -> None:
    """Copy sound of ours to a file that knows its place on the film's clock."""
    spare_source(video, path)
    about = sound.info(source)
    span, pops = reach(video, labelled.pop, labelled.span, labelled.programme, about.rate)
    first = span.start
    counted = video.timecode_at(first)
    start = counted.wrapped
    bext = Bext(
        time_reference(video, about.rate) + nearest((first + start.since(counted)) * about.rate),
        description=", ".join(filter(None, (f"{safe_name(video)} {labelled.label}", labelled.note))),
        loudness=labelled.loudness,
    )
    tracks = [f"{labelled.label} {side}" for side in ("L", "R")][: about.channels]
    said = ixml(tracks, rate=about.rate, depth=24, project=safe_name(video), note=labelled.note, start=start)
    wave = path.suffix.lower() != ".flac"
    with (
        SoundWriter(
            path, about.rate, about.channels, "s24", bext if wave else None, said if wave else None
        ) as out,
        sound.blocks(source, about.rate, about.channels, _BLOCK) as blocks,
    ):
        for block in blocks if pops is None else pops.around(blocks, about.channels):
            out.write(block)
