"""What a media file is: its picture, its clock, its sound tracks and its timecode."""

from __future__ import annotations

import contextlib
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a.errors import FileDamaged, InputError, NoPicture, NotAVideo
from v2a.media import container as files
from v2a.media.clock import OPENING, Clock, Opening, Stamp, read_clock, stamp
from v2a.media.identity import identify
from v2a.media.layouts import layout_of
from v2a.media.startcode import start_timecode
from v2a.model import Colour, Picture, SoundTrack, Video

__all__ = ["identify", "probe"]

_STILLS = ("image2", "_pipe", "tty")
_PATIENCE = 2000
_OPENING_BYTES = 32 << 20


def probe(path: Path | str, start_tc: str | None = None) -> Video:
    """Read what a film is; `start_tc` is the timecode of its first frame where the file does not say it right."""
    where = Path(path).absolute()
    identity = identify(where)
    with files.opened(where) as opened:
        stream = _picture_stream(opened, str(where))
        opening = _opening(opened, stream, str(where))
        clock = read_clock(opened, stream, opening)
        code = start_timecode(opened, stream, clock.rate, start_tc)
        return Video(
            path=str(where),
            identity=identity,
            container=opened.format.name,
            duration=clock.duration,
            frame_rate=clock.rate,
            variable=clock.variable,
            frames=clock.frames,
            start_time=clock.start,
            start_timecode=code.timecode,
            timecode_from=code.source,
            picture=_picture(stream, opening.frame),
            sound=_sound_tracks(opened, clock),
            subtitles=len(opened.streams.subtitles),
            chapters=len(opened.chapters()),
        )


def _picture_stream(opened: Any, where: str) -> Any:
    cover = 0x0400 | 0x0800
    moving = [s for s in opened.streams.video if not int(s.disposition) & cover]
    if any(name in opened.format.name for name in _STILLS):
        raise NotAVideo(
            "this is a still picture or text, not a video", where=where, remedy="Give a video file."
        )
    if not moving:
        if opened.streams.audio:
            raise NoPicture(
                "the file has sound and no picture",
                where=where,
                remedy="Give the video that the sound belongs to.",
            )
        raise NotAVideo(
            "there is no picture in it", where=where, remedy="Give a video file, such as .mp4 or .mov."
        )
    chosen = next((s for s in moving if int(s.disposition) & 1), moving[0])
    if chosen.codec_context is None:
        raise InputError(
            "no decoder here for the picture's codec", where=where, remedy="Export it as H.264 or ProRes."
        )
    return chosen


def _opening(opened: Any, stream: Any, where: str) -> Opening:
    """The first frame that is shown (edit lists and leading frames are behind it), and the packets around it."""
    stream.thread_type = "SLICE"
    errors = files.decode_errors()
    packets: list[Stamp] = []
    first: Any = None
    for packet in itertools.islice(files.packets(opened, stream), _PATIENCE):
        packets.append(stamp(packet))
        with contextlib.suppress(*errors):
            first = first or next(iter(packet.decode()), None)
        if first is not None and (len(packets) >= OPENING or sum(p.size for p in packets) > _OPENING_BYTES):
            break
    if first is None:
        raise FileDamaged(
            "no picture in it can be read",
            where=where,
            remedy="Copy or export it again; it may be cut short.",
        )
    return Opening(first, tuple(packets))


def _picture(stream: Any, frame: Any) -> Picture:
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    aspect = Fraction(aspect) if aspect and aspect > 0 else Fraction(1)
    width, height = round(frame.width * aspect), int(frame.height)
    rotation = -int(frame.rotation) % 360
    if rotation in (90, 270):
        width, height = height, width
    return Picture(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        width=width,
        height=height,
        rotation=rotation,
        pixel_format=frame.format.name,
        bit_depth=max((c.bits for c in frame.format.components), default=8),
        pixel_aspect=aspect,
        colour=_colour(stream.codec_context),
    )


def _colour(context: Any) -> Colour:
    return Colour(
        primaries=_tag(_PRIMARIES, context.color_primaries),
        transfer=_tag(_TRANSFERS, context.color_trc),
        matrix=_tag(_MATRICES, context.colorspace),
        range=_tag(_RANGES, context.color_range),
    )


def _tag(names: dict[int, str], value: Any) -> str:
    return names.get(int(value), "")


_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
_TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
}
_RANGES = {1: "tv", 2: "pc"}


def _sound_tracks(opened: Any, clock: Clock) -> tuple[SoundTrack, ...]:
    streams = [s for s in opened.streams.audio if s.codec_context is not None and s.codec_context.sample_rate]
    chosen = next((s for s in streams if int(s.disposition) & 1), streams[0] if streams else None)
    return tuple(_sound_track(s, s is chosen, clock) for s in streams)


def _sound_track(stream: Any, default: bool, clock: Clock) -> SoundTrack:
    context = stream.codec_context
    base = Fraction(stream.time_base)
    start = Fraction(0) if stream.start_time is None else stream.start_time * base - clock.start
    layout = layout_of(context)
    return SoundTrack(
        index=stream.index,
        codec=context.codec.canonical_name,
        rate=context.sample_rate,
        channels=len(layout.speakers),
        layout=layout.name,
        start=start,
        duration=None if not stream.duration else stream.duration * base,
        language=_language(stream.metadata),
        title=_said(stream.metadata, "title"),
        default=default,
    )


def _language(metadata: dict[str, str]) -> str:
    language = _said(metadata, "language")
    return "" if language == "und" else language


def _said(metadata: dict[str, str], name: str) -> str:
    return next((value for key, value in metadata.items() if key.lower() == name), "")
