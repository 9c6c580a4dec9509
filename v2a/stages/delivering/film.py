"""The film with its new sound: the picture copied, whole or, for a part of the film, from a key frame on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from v2a.files import whole
from v2a.media import mux, programs
from v2a.media.containers import container_for, encoder
from v2a.model import Mixdown, Span, Video

_TITLES = {
    "dx": "dialogue",
    "vo": "narration",
    "fo": "foley",
    "fx": "effects",
    "bg": "backgrounds",
    "mx": "music",
}


def mix_track(video: Video, mixdown: Mixdown) -> mux.MuxTrack:
    """The mix, which plays by default."""
    return mux.MuxTrack(Path(mixdown.mix), "mix", _spoken(video), default=True)


def stem_tracks(video: Video, mixdown: Mixdown) -> tuple[mux.MuxTrack, ...]:
    """The stems, as tracks after the mix."""
    return tuple(mux.MuxTrack(Path(s.path), _TITLES[s.stem], _spoken(video)) for s in mixdown.stems)


def _spoken(video: Video) -> str:
    return next((t.language for t in video.sound if t.default), "")


def write_part(
    video: Video, output: Path, mix: mux.MuxTrack, span: Span, codec: str | None, by: programs.Ffmpeg
) -> str:
    """Write a part of the film and say how its picture begins.

    A copied picture can begin at a key frame only: mp4 and mov say where to start showing it, so the part begins to
    the frame; in mkv the picture runs in earlier and the sound waits for its place.
    """
    container = container_for(video, output)
    chosen = encoder(container, output, codec)
    start = video.start_time + span.start
    args = ["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    args += ["-seek_timestamp", "1", "-ss", _seconds(start), "-t", _seconds(span.duration), "-i", video.path]
    args += ["-i", str(mix.path), "-map", f"0:{video.picture.index}", "-map", "1:a:0"]
    args += ["-c:v", "copy", "-c:a", chosen, *(["-b:a", "320k"] if chosen == "aac" else [])]
    filters = mix.filters(chosen)
    args += ["-filter:a", filters] if filters else []
    args += ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    if video.start_timecode is not None:
        args += ["-metadata", f"timecode={video.timecode_at(span.start)}"]
    form = {"mkv": "matroska"}.get(container.name, container.name)
    with whole(output) as temporary:
        by.run([*args, "-strict", "-2", "-f", form, str(temporary)])
    return (
        "The picture of a part is copied from the key frame before it: a program that ignores edit lists shows a "
        "little more at its beginning. The sound is exact."
    )


def _seconds(time: Fraction) -> str:
    return f"{float(time):.6f}"
