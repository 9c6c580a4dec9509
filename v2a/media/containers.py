"""What the three containers we write can hold, and which of them suits a film."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a.errors import CannotWrite, UnknownName
from v2a.media.container import decode_errors, opened
from v2a.model import Video

_PATIENCE = 2000
_PCM = frozenset(
    f"pcm_{form}"
    for form in [
        "s16le",
        "s16be",
        "s24le",
        "s24be",
        "s32le",
        "s32be",
        "f32le",
        "f32be",
        "f64le",
        "f64be",
        "s8",
        "u8",
    ]
)
_ANYWHERE = frozenset({"h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "png", "jpeg2000"})
_STUDIO = frozenset(
    [
        "prores",
        "prores_raw",
        "dnxhd",
        "dvvideo",
        "cfhd",
        "hap",
        "rawvideo",
        "v210",
        "v308",
        "v408",
        "v410",
        "r10k",
        "r210",
        "qtrle",
        "tiff",
        "targa",
        "gif",
        "cinepak",
        "rpza",
        "svq1",
        "svq3",
        "h263",
        "ffv1",
        "huffyuv",
        "aic",
        "avrp",
        "ayuv",
        "yuv4",
        "8bps",
        "smc",
        "dxv",
        "notchlc",
        "magicyuv",
        "mjpegb",
    ]
)
_TEXTS = frozenset({"mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text"})
_STREAMED = frozenset({"aac", "mp3", "mp2", "ac3", "eac3", "alac"})


@dataclass(frozen=True, slots=True)
class Container:
    """A container: the codecs that it holds as they are, and the codec that our sound gets in it.

    Where `pictures` is missing it holds any picture.
    """

    name: str
    suffix: str
    pictures: frozenset[str] | None
    sounds: frozenset[str]
    subtitles: frozenset[str]
    text: str
    sound: str

    def shows(self, codec: str) -> bool:
        """Whether it holds a picture codec."""
        return self.pictures is None or codec in self.pictures

    def reads(self, codec: str) -> bool:
        """Whether it holds subtitles of a codec, as they are or as its own kind of text."""
        return codec in self.subtitles or codec in _TEXTS


_MP4 = Container(
    "mp4",
    ".mp4",
    _ANYWHERE | {"av1", "vp9", "vvc", "vc1"},
    _STREAMED | {"opus", "flac", "dts"},
    frozenset({"mov_text", "dvd_subtitle"}),
    "mov_text",
    "aac",
)
_MOV = Container(
    "mov",
    ".mov",
    _ANYWHERE | _STUDIO,
    _STREAMED | _PCM | {"pcm_alaw", "pcm_mulaw", "adpcm_ima_qt", "qdm2"},
    frozenset({"mov_text", "eia_608"}),
    "mov_text",
    "pcm_s24le",
)
_MKV = Container(
    "mkv",
    ".mkv",
    None,
    _STREAMED
    | (_PCM - {"pcm_s8", "pcm_f32be", "pcm_f64be"})
    | {"opus", "flac", "dts", "vorbis", "truehd", "mlp", "tta"},
    frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"}),
    "srt",
    "pcm_s24le",
)
_ALL = (_MP4, _MOV, _MKV)
_SUFFIXES = {".mp4": _MP4, ".m4v": _MP4, ".mov": _MOV, ".qt": _MOV, ".mkv": _MKV, ".mk3d": _MKV}
_ENCODERS = {
    "opus": "libopus",
    "mp3": "libmp3lame",
    "pcm": "pcm_s24le",
    "wav": "pcm_s24le",
    "vorbis": "libvorbis",
}
_CODECS = {"libopus": "opus", "libmp3lame": "mp3", "libvorbis": "vorbis"}
_ENCODED = ("aac", "ac3", "alac", "eac3", "flac", "mp3", "opus", "pcm_f32le", "pcm_s16le", "pcm_s24le")


@dataclass(frozen=True, slots=True)
class Subtitles:
    """One subtitle track of a file: its stream index and codec."""

    index: int
    codec: str


def subtitles(video: Video) -> tuple[Subtitles, ...]:
    """The subtitle tracks of a film."""
    if not video.subtitles:
        return ()
    container = opened(video.path)
    try:
        streams = [s for s in container.streams if s.type == "subtitle"]
        return tuple(Subtitles(s.index, _codec(s)) for s in streams)
    finally:
        container.close()


def _codec(stream: Any) -> str:
    """The codec's own name, not that of a decoder for it; empty where this build knows none."""
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context else ""


def first_times(video: Video, indices: Sequence[int]) -> tuple[Fraction, ...]:
    """Where the first packet of each track lies in the container, encoder delay included."""
    wanted, found = set(indices), dict[int, Fraction]()
    container = opened(video.path)
    try:
        with contextlib.suppress(*decode_errors()):
            for number, packet in enumerate(container.demux()):
                if packet.stream_index in wanted - found.keys() and packet.pts is not None:
                    found[packet.stream_index] = packet.pts * Fraction(packet.time_base)
                if len(found) == len(wanted) or number > _PATIENCE:
                    break
    finally:
        container.close()
    return tuple(found.values())


def container_for(video: Video, output: Path) -> Container:
    """The container that an output's suffix means."""
    found = _SUFFIXES.get(output.suffix.lower())
    if found is None:
        raise CannotWrite(
            f"films are not written as {output.suffix or 'a file without a suffix'}",
            where=str(output),
            remedy=f"Use a name that ends in {suffix_for(video)}.",
        )
    return found


def suffix_for(video: Video) -> str:
    """The suffix of a container of the source's family that holds the picture and its subtitles."""
    held = subtitles(video)
    kept = [s.codec for s in held if any(c.reads(s.codec) for c in _ALL)]
    for container in _family(video):
        if container.shows(video.picture.codec) and all(container.reads(codec) for codec in kept):
            return container.suffix
    return _MKV.suffix


def _family(video: Video) -> tuple[Container, ...]:
    source = video.container.lower()
    if "matroska" in source or "webm" in source or "mkv" in source:
        return (_MKV,)
    if "mxf" in source or "avi" in source:
        return (_MOV, _MKV)
    if "mov" in source or "mp4" in source:
        quick = Path(video.path).suffix.lower() in (".mov", ".qt")
        return (_MOV, _MP4, _MKV) if quick else _ALL
    return _ALL


def _cut_in(video: Video) -> bool:
    """Whether frames before the first one shown are in the file, because an edit list hides them."""
    if "mov" not in video.container and "mp4" not in video.container:
        return False
    first = first_times(video, [video.picture.index])
    return any(time < video.start_time - 1 / (2 * video.frame_rate) for time in first)


def encoder(container: Container, output: Path, audio_codec: str | None) -> str:
    """ffmpeg's encoder for our sound in a container; refuses one that the container cannot hold."""
    if audio_codec is None:
        return container.sound
    wanted = _ENCODERS.get(audio_codec.lower(), audio_codec.lower())
    codec = _CODECS.get(wanted, wanted)
    if codec not in _ENCODED:
        raise UnknownName(
            f"there is no audio codec {audio_codec!r}", remedy=f"Choose one of {', '.join(_ENCODED)}."
        )
    if codec not in container.sounds:
        others = [c.suffix for c in _ALL if codec in c.sounds]
        fitting = [c for c in _ENCODED if c in container.sounds]
        raise CannotWrite(
            f"{container.name} cannot hold {codec} sound",
            where=str(output),
            remedy=f"Write {' or '.join(others)}, or choose --audio-codec {', '.join(fitting)}.",
        )
    return wanted


def check_held(video: Video, output: Path, container: Container) -> None:
    """Refuse a container that cannot hold the picture, or that loses subtitles which another one would keep."""
    codec = video.picture.codec
    if not container.shows(codec):
        others = [c.suffix for c in _ALL if c.shows(codec)]
        raise CannotWrite(
            f"{container.name} cannot hold {codec} picture, and the picture is never re-encoded",
            where=str(output),
            remedy=f"Use a name that ends in {' or '.join(others)}.",
        )
    if container.name == "mkv" and _cut_in(video):
        raise CannotWrite(
            "the film begins inside a group of pictures (an edit list), which mkv cannot say",
            where=str(output),
            remedy="Use a name that ends in .mov or .mp4.",
        )
    for track in subtitles(video):
        others = [c.suffix for c in _ALL if c.reads(track.codec) and c.shows(codec)]
        if not container.reads(track.codec) and others:
            raise CannotWrite(
                f"{container.name} cannot hold the film's {track.codec} subtitles",
                where=str(output),
                remedy=f"Use a name that ends in {' or '.join(others)}.",
            )
