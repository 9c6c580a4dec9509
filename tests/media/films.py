"""Small films with events at known times, rendered with ffmpeg.

Every frame carries its number as eight upright bars, black for 0 and white for 1, the lowest bit at the left;
`number_of` reads it back. The sound is silent but for short beeps at known times; `beeps_in` finds them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.media import programs

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=12")
HEVC_10 = (*HEVC, "-pix_fmt", "yuv420p10le")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-g", "12", "-svtav1-params", "lp=1")
PRORES = ("-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3", "-g", "12", "-bf", "2")
AAC = ("-c:a", "aac", "-b:a", "128k")
PCM = ("-c:a", "pcm_s24le")
BITS = 8


@dataclass(frozen=True)
class Tone:
    """A sound track: beeps of 20 ms at these times, in every channel; `seconds` is its length, `start` its delay."""

    beeps: tuple[float, ...] = (0.5,)
    seconds: float = 2.0
    rate: int = 48_000
    channels: int = 2
    layout: str = ""
    frequency: float = 1000.0
    steady: float = 0.0
    start: float = 0.0


def film(
    path: Path,
    *,
    frames: int = 50,
    rate: str = "25",
    size: tuple[int, int] = (160, 96),
    sound: Sequence[Tone] = (),
    codecs: Sequence[str] = (*H264, *AAC),
    filters: str = "null",
    extra: Sequence[str] = (),
    before: Sequence[str] = (),
) -> Path:
    """Render a film; `filters` work on the picture, `extra` are output options, `before` those of the picture's input."""
    width, height = size
    args = [programs.ffmpeg(), "-v", "error", "-nostdin", "-y", *before]
    args += ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", rate, "-i", "pipe:0"]
    for tone in sound:
        args += ["-itsoffset", str(tone.start), "-f", "lavfi", "-i", _tone(tone)]
    args += ["-vf", filters, "-map", "0:v"]
    for number in range(len(sound)):
        args += ["-map", f"{number + 1}:a"]
    args += [*codecs, *extra, "-threads", "1", "-bitexact", str(path)]
    with programs.piped(args) as pipe:
        for number in range(frames):
            pipe.feed(numbered(number, size).tobytes())
    return path


def _tone(tone: Tone) -> str:
    ends = [f"between(t,{at},{at + 0.02})" for at in tone.beeps] or ["0"]
    one = f"({tone.steady}+0.5*({'+'.join(ends)}))*sin(2*PI*{tone.frequency}*t)"
    layout = tone.layout or {1: "mono", 2: "stereo", 6: "5.1"}[tone.channels]
    lines = "|".join([one] * tone.channels)
    return f"aevalsrc='{lines}':c={layout}:s={tone.rate}:d={tone.seconds}"


def long_film(folder: Path) -> Path:
    """Ten hours at one frame a second, beeps each 100 s from 0.5 s on: a short film copied over and over."""
    codecs = (*H264, "-g", "10", "-c:a", "aac", "-b:a", "16k", "-ar", "8000")
    tone = Tone(seconds=99.968, channels=1, rate=8000)
    short = film(folder / "short.mp4", frames=100, rate="1", size=(32, 32), codecs=codecs, sound=[tone])
    return remux(short, folder / "long.mp4", before=("-stream_loop", "359"))


def remux(source: Path, target: Path, *output: str, before: Sequence[str] = ()) -> Path:
    """Copy a film's streams into another file with other options."""
    programs.run(
        [
            programs.ffmpeg(),
            "-v",
            "error",
            "-nostdin",
            "-y",
            *before,
            "-i",
            str(source),
            "-map",
            "0",
            "-c",
            "copy",
            *output,
            str(target),
        ]
    )
    return target


def damaged(source: Path, target: Path, kind: str, start: float, end: float) -> Path:
    """A copy of a film in which the packets of its picture or sound (`kind`) between two times are nonsense."""
    import av

    data = bytearray(source.read_bytes())
    with av.open(str(source)) as container:
        stream = next(s for s in container.streams if s.type == kind)
        for packet in container.demux(stream):
            if packet.size and start <= packet.pts * packet.time_base < end:
                data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    target.write_bytes(data)
    return target


def pierced(source: Path, target: Path, *, cut: bool = False, start: float = 0.4, part: float = 0.06) -> Path:
    """A copy of a film with zeros for a part of its bytes, from a share of them on, or without those bytes."""
    data = bytearray(source.read_bytes())
    first, count = int(len(data) * start), int(len(data) * part)
    data[first : first + count] = b"" if cut else bytes(count)
    target.write_bytes(data)
    return target


def numbered(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The grey picture that carries a frame's number; black is 16 and white 235."""
    width, height = size
    bar = np.arange(width) * BITS // width
    bits = (number >> bar) & 1
    row = np.where(bits == 1, 235, 16).astype(np.uint8)
    return np.broadcast_to(row, (height, width))


def number_of(picture: NDArray[np.uint8]) -> int:
    """The number that a frame carries, whatever its size, read at the middle of each bar."""
    grey = picture.mean(axis=-1) if picture.ndim == 3 else picture.astype(np.float64)
    height, width = grey.shape
    row = grey[height * 2 // 5 : max(height * 3 // 5, height * 2 // 5 + 1)].mean(axis=0)
    at = [int((bit + 0.5) * width / BITS) for bit in range(BITS)]
    return sum(1 << bit for bit, x in enumerate(at) if row[x] > 125)


def numbers_of(pictures: NDArray[np.uint8]) -> list[int]:
    """The numbers of frames in a row."""
    return [number_of(picture) for picture in pictures]


def beeps_in(samples: NDArray[np.float32], rate: int, level: float = 0.1) -> list[Fraction]:
    """Where beeps begin in one channel: after at least 100 ms below the level, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > level)
    if not len(loud):
        return []
    starts = [loud[0], *loud[1:][np.diff(loud) > rate // 10]]
    return [Fraction(int(at), rate) for at in starts]
