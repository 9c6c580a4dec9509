"""Stems as a mixer wants them: Broadcast Wave, 48 kHz, 24 bits, one length, one start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from v2a.interfaces import Bench
from v2a.media import sound
from v2a.media.bwf import Bext, ixml, time_reference
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, Span, Video, nearest
from v2a.stages.delivering.places import safe_name, spare_source

_BLOCK = 1 << 17


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a file says of itself: what it holds, how loud it is, and which part of the film it is."""

    label: str
    loudness: Loudness | None = None
    span: Span | None = None


def write_stems(
    video: Video, mixdown: Mixdown, folder: Path, span: Span | None, bench: Bench
) -> tuple[Path, ...]:
    """Write every stem, the mix, and M&E where there is one; answer with the files."""
    name = safe_name(video)
    files = []
    parts = {s.path: Labelled(s.stem.upper(), s.loudness, span) for s in mixdown.stems}
    parts[mixdown.mix] = Labelled("MIX", mixdown.loudness, span)
    if mixdown.me is not None:
        parts[mixdown.me] = Labelled("ME", None, span)
    for source, labelled in parts.items():
        bench.check_cancelled()
        path = folder / f"{name}_{labelled.label}.wav"
        write_wave(video, Path(source), path, labelled)
        files.append(path)
    return tuple(files)


def write_wave(video: Video, source: Path, path: Path, labelled: Labelled) -> None:
    """Copy sound of ours to a file that knows its place on the film's clock."""
    spare_source(video, path)
    first = labelled.span.start if labelled.span is not None else video.span.start
    about = sound.info(source)
    start = video.timecode_at(first)
    bext = Bext(
        time_reference(video, about.rate) + nearest(first * about.rate),
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
        for block in blocks:
            out.write(block)
