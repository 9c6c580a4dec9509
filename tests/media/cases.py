"""The films that a muxer must get right, sound to put on them, and what to measure on the result."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np

from tests.media.films import AAC, AV1, H264, HEVC_10, MPEG2, PCM, PRORES, Tone, film, remux
from v2a.media import mux, programs
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.media.writer import SoundWriter
from v2a.model import Video

SOUND = (Tone((0.5,), steady=0.05),)
BLURAY = (
    "-color_primaries",
    "bt2020",
    "-color_trc",
    "smpte2084",
    "-colorspace",
    "bt2020nc",
    "-color_range",
    "tv",
)
CHAPTERS = """;FFMETADATA1
title=A film
artist=Somebody
[CHAPTER]
TIMEBASE=1/1000
START=0
END=800
title=one
[CHAPTER]
TIMEBASE=1/1000
START=800
END=2000
title=two
"""
WORDS = "1\n00:00:00,400 --> 00:00:01,000\nHello there\n"
CLOSED = """Scenarist_SCC V1.0

00:00:00:10	9420 9420 9470 9470 c8e5 ecec ef80 942f 942f

00:00:00:28	942c 942c
"""


def make(folder: Path, name: str) -> Path:
    """The films by name; each is one of the cases that the muxer must get right."""
    path = folder / name.replace(":", "")
    match name.split(":")[0]:
        case "plain.mp4" | "plain.mkv" | "start.ts":
            return film(path, frames=30, sound=SOUND)
        case "df.mov":
            return film(
                path,
                frames=30,
                rate="30000/1001",
                sound=SOUND,
                codecs=(*H264, *PCM),
                extra=code("01:00:00;00"),
            )
        case "film.mov":
            extra = ("-r", "24000/1001", *code("01:00:00:00"))
            return film(path, frames=30, rate="24000/1001", sound=SOUND, codecs=(*PRORES, *PCM), extra=extra)
        case "camera.mxf":
            tones = [Tone((0.5,), channels=1), Tone((0.6,), channels=1)]
            codecs = (*MPEG2, "-c:a", "pcm_s16le")
            return film(
                path, size=(720, 576), frames=10, sound=tones, codecs=codecs, extra=code("10:00:00:00")
            )
        case "variable.mp4":
            odd = "select='not(eq(mod(n,7),3))',settb=1/90000"
            return film(path, frames=30, sound=SOUND, filters=odd, extra=("-fps_mode", "passthrough"))
        case "edit.mp4":
            return remux(film(folder / "whole.mp4", sound=SOUND), path, before=("-ss", "0.3"))
        case "late.mp4":
            return film(path, frames=30, sound=[Tone((0.8,), start=0.3)])
        case "early.mp4":
            return early(folder, path)
        case "turned.mp4":
            return remux(film(folder / "flat.mp4", sound=SOUND), path, before=("-display_rotation", "90"))
        case "wide.mp4" | "wide.mkv":
            return film(path, frames=15, sound=SOUND, codecs=(*HEVC_10, *AAC), extra=BLURAY)
        case "two.mp4" | "two.mkv":
            tracks = ("-metadata:s:a:1", "title=Comment", "-metadata:s:a:1", "language=fra")
            return film(path, frames=30, sound=[*SOUND, Tone(channels=6)], extra=(*tracks, "-c:a:1", "ac3"))
        case "silent.mp4" | "silent.mkv":
            return film(path, frames=30, codecs=H264)
        case "new.mkv":
            return film(path, frames=15, sound=SOUND, codecs=(*AV1, "-c:a", "libopus"))
        case "web.webm":
            return film(
                path, frames=15, sound=SOUND, codecs=("-c:v", "libvpx", "-b:v", "200k", "-c:a", "libopus")
            )
        case "old.avi":
            return film(
                path, frames=30, sound=SOUND, codecs=("-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame")
            )
        case "closed.mov":
            (folder / "closed.scc").write_text(CLOSED)
            picture = film(folder / "open.mov", sound=SOUND)
            return joined(path, picture, folder / "closed.scc", "-map", "0", "-map", "1", "-c", "copy")
        case _:
            return captioned(folder, path)


def joined(path: Path, first: Path, second: Path, *output: str) -> Path:
    inputs = ["-i", str(first), "-i", str(second)]
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, *output, str(path)])
    return path


def code(text: str) -> tuple[str, ...]:
    return ("-timecode", text)


def early(folder: Path, path: Path) -> Path:
    picture, sound = (
        film(folder / "picture.mp4", frames=30, codecs=H264),
        film(folder / "sound.mp4", sound=SOUND),
    )
    inputs = (
        "-itsoffset",
        "0.4",
        "-i",
        str(picture),
        "-i",
        str(sound),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
    )
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, str(path)])
    return path


def captioned(folder: Path, path: Path) -> Path:
    (folder / "words.srt").write_text(WORDS)
    (folder / "chapters.txt").write_text(CHAPTERS)
    picture = film(folder / "bare.mp4", sound=SOUND)
    inputs = [item for name in (picture, "words.srt", "chapters.txt") for item in ("-i", str(folder / name))]
    text = "mov_text" if path.suffix in (".mp4", ".mov") else "srt"
    maps = ("-map", "0", "-map", "1", "-map_metadata", "2", "-c", "copy", "-c:s", text)
    tags = ("-metadata:s:a:0", "language=deu", "-metadata:s:s:0", "language=fra")
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, *maps, *tags, str(path)])
    return path


def new_sound(path: Path, video: Video, seed: int = 1) -> np.ndarray:
    length = video.span.samples(48000).length
    sound = np.random.default_rng(seed).uniform(-0.3, 0.3, (2, length)).astype(np.float32)
    with SoundWriter(path, 48000, 2) as writer:
        writer.write(sound)
    return sound


def scored(source: Path, output: Path, **options) -> np.ndarray:
    video = probe(source)
    folder = output.parent
    sound = new_sound(folder / "mix.wav", video)
    new_sound(folder / "fx.wav", video, 2)
    tracks = [mux.MuxTrack(folder / "mix.wav", "Mix", "eng"), mux.MuxTrack(folder / "fx.wav", "Effects")]
    mux.mux(video, output, tracks, **options)
    return sound


def heard(video: Video, track: int) -> np.ndarray:
    with production(video, 48000, 2, track) as blocks:
        return np.concatenate(list(blocks), axis=1)


def lag(first: np.ndarray, second: np.ndarray) -> int:
    size = 1 << 18
    product = np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size).conj()
    return (int(np.fft.irfft(product).argmax()) + size // 2) % size - size // 2


def packets(path: Path, index: int) -> str:
    """A digest of the picture's packets, without what a container puts around them."""
    with av.open(str(path)) as opened:
        context = opened.streams[index].codec_context
        named = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}.get(context.name)
        digest = hashlib.md5()
        bare = av.BitStreamFilterContext(named, opened.streams[index]) if named else None
        for packet in opened.demux(opened.streams[index]):
            for one in bare.filter(packet) if bare else [packet]:
                digest.update(bytes(one))
        return digest.hexdigest()


def times(video: Video) -> list[float]:
    with av.open(video.path) as opened:
        stream = opened.streams[video.picture.index]
        return [float(f.pts * f.time_base - video.start_time) for f in opened.decode(stream)]


def pictures(video: Video) -> str:
    """A digest of the decoded picture."""
    with av.open(video.path) as opened:
        digest = hashlib.md5()
        for frame in opened.decode(opened.streams[video.picture.index]):
            digest.update(frame.to_ndarray(format="gray16le").tobytes())
        return digest.hexdigest()


def chapters(video: Video) -> list[tuple[float, str]]:
    with av.open(video.path) as opened:
        found = opened.chapters()
        start = video.start_time
        return [(round(float(c["start"] * c["time_base"] - start), 3), c["metadata"]["title"]) for c in found]


def words(video: Video) -> list[tuple[float, str | None]]:
    with av.open(video.path) as opened:
        streams = [s for s in opened.streams if s.type == "subtitle"]
        found = [p for s in streams for p in opened.demux(s) if p.size > 2]
        return [
            (round(float(p.pts * p.time_base - video.start_time), 2), p.stream.metadata.get("language"))
            for p in found
        ]
