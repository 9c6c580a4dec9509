"""Puts new sound beside a picture that is copied as it is, with its timecode, captions, chapters and colour tags."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a.errors import Cancelled, CannotWrite, DiskFull
from v2a.files import whole
from v2a.media import coding, programs
from v2a.media.coding import coded_track
from v2a.media.containers import (
    Container,
    Subtitles,
    check_held,
    container_for,
    encoder,
    first_times,
    subtitles,
    suffix_for,
)
from v2a.media.sound import is_float
from v2a.media.tags import Tags, tags
from v2a.model import SoundTrack, Video

__all__ = ["MuxTrack", "check", "container_for", "left_out", "mux", "suffix_for"]

_WHOLE = ("pcm_s24le", "flac", "alac")
_HALF_STEP = 2.0**-24
"""Half a step of 24 bits, added to floats because ffmpeg cuts the lower bits off instead of rounding."""
_TIMESCALE = 48000


@dataclass(frozen=True, slots=True)
class MuxTrack:
    """A sound file that becomes a track of the film, `gain` dB louder; its first sample belongs to the first frame
    shown.
    """

    path: Path
    title: str
    language: str = ""
    default: bool = False
    gain: float = 0.0

    def filters(self, encoder: str) -> str:
        """What ffmpeg does to the sound before it is encoded."""
        rounded = encoder in _WHOLE and is_float(self.path)
        parts = [f"volume={self.gain:.3f}dB:precision=float"] if self.gain else []
        return ",".join([*parts, *([f"dcshift=shift={_HALF_STEP!r}"] if rounded else [])])


def check(video: Video, output: Path, audio_codec: str | None) -> None:
    """Refuse what could not be written, before anything is rendered."""
    programs.check_ffmpeg()
    container = container_for(video, output)
    check_held(video, output, container)
    encoder(container, output, audio_codec)
    folder = next(parent for parent in output.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise CannotWrite("no permission to write", where=str(folder), remedy="Choose another place with -o.")
    if output.is_dir():
        raise CannotWrite("this is a folder", where=str(output), remedy="Name a file with -o.")
    if output.exists() and output.samefile(video.path):
        raise CannotWrite(
            "this is the film itself, which is never written to",
            where=str(output),
            remedy="Choose another name with -o.",
        )


def lossy(video: Video, output: Path, audio_codec: str | None) -> str | None:
    """The encoder of our sound in this output, where it gives other samples back than it was given."""
    chosen = encoder(container_for(video, output), output, audio_codec)
    return chosen if coding.lossy(chosen) else None


def left_out(video: Video, output: Path) -> tuple[str, ...]:
    """The subtitle tracks that no container we write can hold, in words."""
    container = container_for(video, output)
    lost = [track.codec for track in subtitles(video) if not container.reads(track.codec)]
    return tuple(
        f"{codec or 'unknown'} subtitles were left out: {container.name} cannot hold them" for codec in lost
    )


def mux(
    video: Video,
    output: Path,
    tracks: Sequence[MuxTrack],
    *,
    audio_codec: str | None = None,
    original: bool = True,
    by: programs.Ffmpeg | None = None,
) -> None:
    """Write the film with these sound tracks, and after them its own; the file appears whole or not at all.

    The first track plays by default unless another one is marked. Our tracks become PCM of 24 bits in mov and mkv
    and AAC of 320 kbit/s in mp4, or `audio_codec`; the film's own are copied where the container holds them.
    """
    check(video, output, audio_codec)
    program = by or programs.Ffmpeg()
    if program.is_stopped:
        raise Cancelled("stopped", remedy="What was made is kept; run the same command to go on.")
    container = container_for(video, output)
    plan = _Plan(
        video,
        container,
        tuple(tracks),
        encoder(container, output, audio_codec),
        video.sound if original else (),
        tuple(t for t in subtitles(video) if container.reads(t.codec)),
        tags(video),
    )
    with whole(output) as temporary:
        try:
            program.run(plan.arguments(temporary))
        except DiskFull as error:
            raise DiskFull(error.what, where=str(output), remedy=error.remedy) from error
        if not temporary.stat().st_size:
            raise CannotWrite("ffmpeg wrote nothing", where=str(output), remedy="Run `v2a doctor`.")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that decides the command line."""

    video: Video
    container: Container
    tracks: tuple[MuxTrack, ...]
    encoder: str
    originals: tuple[SoundTrack, ...]
    subtitles: tuple[Subtitles, ...]
    said: Tags

    def arguments(self, output: Path) -> list[str]:
        """The command line without the program."""
        import ffmpeg

        # The film's own clock is kept and moved as a whole, so that its first frame shown lies at 0, where the
        # new tracks begin; without -copyts ffmpeg would move each input by its earliest packet.
        late = self._lead()
        hints = {"fflags": "+genpts"} if "avi" in self.video.container else {}
        film = ffmpeg.input(self.video.path, itsoffset=_seconds(late - self.video.start_time), **hints)
        streams = [film[str(self.video.picture.index)]]
        for track in self.tracks:
            streams.append(ffmpeg.input(str(track.path.absolute()), itsoffset=_seconds(late))["a:0"])
        streams += [film[str(track.index)] for track in self.originals]
        streams += [film[str(track.index)] for track in self.subtitles]
        if self.container.name == "mkv":
            streams.append(film["t?"])
        composed = ffmpeg.output(*streams, str(output.absolute()), **self._options())
        args: list[str] = ffmpeg.get_args(composed, overwrite_output=True)
        quiet = ["-hide_banner", "-nostdin", "-loglevel", "error", "-copyts"]
        return [*quiet, *args[:-2], *self._tags(), *args[-2:]]

    def _lead(self) -> Fraction:
        """Where the first frame shown lies in the new file: at 0 unless something has to begin before it.

        Matroska cannot say times before 0, such as those of an encoder's delay: its muxer would move the tracks
        and leave the chapters behind, and by a part of a frame, which programs that count frames round. What is
        Matroska already stays as it is; so does AVI, which counts its sound in whole packets.
        """
        start = self.video.start_time
        if "avi" in self.video.container:
            return start
        if self.container.name != "mkv":
            return Fraction(0)
        if "matroska" in self.video.container:
            return start
        first = first_times(self.video, [track.index for track in self.originals])
        early = max([Fraction(0), *(start - time for time in first)])
        return Fraction(math.ceil(early * self.video.frame_rate)) / self.video.frame_rate

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "c": "copy",
            "map_metadata": "0",
            "map_chapters": "0",
            "fflags": "+bitexact",
            "flags:a": "+bitexact",
            "flags:s": "+bitexact",
            "strict": "-2",
            "f": {"mkv": "matroska"}.get(self.container.name, self.container.name),
        }
        for number, new in enumerate(self.tracks):
            options |= coded_track(number, self.encoder)
            if filters := new.filters(self.encoder):
                options[f"filter:a:{number}"] = filters
        for number, track in enumerate(self.originals, len(self.tracks)):
            if track.codec not in self.container.sounds:
                options |= coded_track(number, self.container.sound)
        for number, text in enumerate(self.subtitles):
            if text.codec not in self.container.subtitles:
                options[f"c:s:{number}"] = self.container.text
        flags = "+faststart" * (self.container.name == "mp4") + "+use_metadata_tags" * self.said.camera
        if flags and self.container.name != "mkv":
            options["movflags"] = flags
        if self.container.name != "mkv":
            options["movie_timescale"] = str(_TIMESCALE)
            if self.video.picture.codec == "hevc" and "mov" not in self.video.container:
                options["tag:v:0"] = "hvc1"
        return options

    def _tags(self) -> list[str]:
        """What ffmpeg-python cannot say, because the same option comes more than once."""
        args: list[str] = []
        if self.video.start_timecode is not None:
            args += ["-metadata", f"timecode={self.video.start_timecode}"]
            args += ["-metadata:s:v:0", f"timecode={self.video.start_timecode}"]
        if self.said.date:
            args += ["-metadata", f"creation_time={self.said.date}"]
        if self.said.reel:
            args += ["-metadata:s:v:0", f"reel_name={self.said.reel}"]
        for key in ("major_brand", "minor_version", "compatible_brands"):
            args += ["-metadata", f"{key}="]
        default = next((n for n, track in enumerate(self.tracks) if track.default), 0)
        for number, (title, language) in enumerate(self._titles()):
            args += [f"-disposition:a:{number}", "default" if number == default else "0"]
            args += [f"-metadata:s:a:{number}", f"title={title}"]
            args += [f"-metadata:s:a:{number}", f"handler_name={title}"]
            if language:
                args += [f"-metadata:s:a:{number}", f"language={language}"]
        return args

    def _titles(self) -> Iterator[tuple[str, str]]:
        for track in self.tracks:
            yield track.title, track.language
        for own in self.originals:
            named = own.title and not own.title.startswith("original")
            yield (f"original: {own.title}" if named else own.title or "original"), own.language


def _seconds(time: Fraction) -> str:
    return f"{float(time):.6f}"
