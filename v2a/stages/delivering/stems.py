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
    around it.
    """

    label: str
    loudness: Loudness | None = None
    span: Span | None = None
    pop: bool = False


@dataclass(frozen=True, slots=True)
class StemFiles:
    """Where stems go and how they are written: the folder, the part of the film, sync pops, the version in their names."""

    folder: Path
    span: Span | None = None
    pop: bool = False
    version: int = 1


def write_stems(video: Video, mixdown: Mixdown, wanted: StemFiles, bench: Bench) -> tuple[Path, ...]:
    """Write every stem, the mix, and M&E where there is one; answer with the files."""
    slate = Slate.of(video, wanted.version)
    files = []
    held: list[tuple[str, str, Loudness | None]] = [
        *((s.path, s.stem.upper(), s.loudness) for s in mixdown.stems),
        (mixdown.mix, "MIX", mixdown.loudness),
        *([(mixdown.me, "ME", None)] if mixdown.me is not None else []),
    ]
    for source, label, loudness in held:
        bench.check_cancelled()
        path = wanted.folder / slate.file(label)
        labelled = Labelled(label, loudness, wanted.span, wanted.pop)
        write_wave(video, Path(source), path, labelled)
        files.append(path)
    return tuple(files)


def write_wave(video: Video, source: Path, path: Path, labelled: Labelled) -> None:
    """Copy sound of ours to a file that knows its place on the film's clock."""
    spare_source(video, path)
    about = sound.info(source)
    pops = Pops(video.frame_rate, about.rate) if labelled.pop else None
    first = labelled.span.start if labelled.span is not None else video.span.start
    first -= pops.lead if pops is not None else 0
    counted = video.timecode_at(first)
    start = counted.wrapped
    bext = Bext(
        time_reference(video, about.rate) + nearest((first + start.since(counted)) * about.rate),
        description=f"{safe_name(video)} {labelled.label}",
        loudness=labelled.loudness,
    )
    tracks = [f"{labelled.label} {side}" for side in ("L", "R")][: about.channels]
    said = ixml(tracks, rate=about.rate, depth=24, project=safe_name(video), start=start)
    wave = path.suffix.lower() != ".flac"
    with (
        SoundWriter(
            path, about.rate, about.channels, "s24", bext if wave else None, said if wave else None
        ) as out,
        sound.blocks(source, about.rate, about.channels, _BLOCK) as blocks,
    ):
        for block in blocks if pops is None else pops.around(blocks, about.channels):
            out.write(block)
