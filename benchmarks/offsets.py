"""Whether sound lies on its picture in the files that v2a writes, as another program than the one that wrote them reads them.

    python benchmarks/offsets.py [--by PROGRAM]

Films with one white frame, of several containers, codecs, rates and clocks, get sound that begins with their first frame
shown. Then the white frame's time is read from the film and from the result, and the time at which the result has the
sample that belongs to it; noise tells samples apart. What a container cannot hold (ProRes in mp4, an edit list in mkv) is refused. The muxer is the ffmpeg that comes with v2a (imageio-ffmpeg's, or that in
V2A_FFMPEG). It is read back by the `ffmpeg` on the path, or `--by`, which is refused where it is the same program,
and by PyAV, whose libraries are a third build.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import machine
import numpy as np
from numpy.typing import NDArray

from v2a.errors import CannotWrite
from v2a.media import mux, programs
from v2a.media.probe import probe
from v2a.media.writer import SoundWriter

RATE = 48_000
FRAMES, WHITE = 60, 31
SUFFIXES = (".mov", ".mp4", ".mkv")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12", "-pix_fmt", "yuv420p")
_AAC, _PCM = ("-c:a", "aac", "-b:a", "128k"), ("-c:a", "pcm_s24le")
_SHOWN = re.compile(r"pts:\s*(-?\d+) .*?mean:\[(\d+)")
_BASE = re.compile(r"config in time_base: (\d+)/(\d+)")
_HEARD = re.compile(r"n:\d+ pts:(-?\d+) ")
Wave = NDArray[np.float32]


@dataclass(frozen=True)
class Film:
    """A film by what is particular about it: its frame rate, what encodes it, and how it is copied afterwards."""

    name: str
    suffix: str
    rate: str = "25"
    codecs: Sequence[str] = (*_H264, *_AAC)
    copied: Sequence[str] = ()
    late: float = 0.0


FILMS = (
    Film("25 fps, B-frames", ".mp4"),
    Film("23.976 fps", ".mp4", "24000/1001"),
    Film("29.97 fps", ".mov", "30000/1001", (*_H264, *_PCM)),
    Film("23.976 fps, ProRes", ".mov", "24000/1001", ("-c:v", "prores_ks", *_PCM)),
    Film("59.94 fps", ".mkv", "60000/1001"),
    Film("start at 1.4 s (transport stream)", ".ts"),
    Film("start at 2.5 s", ".mkv", copied=("-output_ts_offset", "2.5")),
    Film("edit list, first frame inside a group", ".mp4", copied=("-ss", "0.3")),
    Film("edit list, 29.97 fps", ".mov", "30000/1001", copied=("-ss", "0.5")),
    Film("sound 0.4 s late", ".mp4", late=0.4),
    Film("sound 0.4 s early", ".mp4", late=-0.4),
)


@dataclass(frozen=True, eq=False)
class Read:
    """What a program reads of a file: when the first frame and the white one are shown, when its sound begins, and that."""

    first: Fraction
    white: Fraction
    begins: Fraction
    sound: Wave


def made(film: Film, folder: Path) -> Path:
    """Render a film; one that is copied afterwards is rendered into another file first."""
    path, whole = folder / f"film{film.suffix}", folder / f"whole{film.suffix}"
    picture = f"color=gray:s=64x48:r={film.rate},drawbox=c=white:t=fill:enable='eq(n,{WHITE})'"
    args = ["-itsoffset", str(max(0.0, -film.late)), "-f", "lavfi", "-i", picture]
    args += ["-itsoffset", str(max(0.0, film.late)), "-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.1:d=3"]
    args += ["-frames:v", str(FRAMES), *film.codecs, "-threads", "1", str(whole if film.copied else path)]
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *args])
    if film.copied:
        before = list(film.copied) if "-ss" in film.copied else []
        after = [] if before else list(film.copied)
        programs.run([programs.ffmpeg(), "-v", "error", "-y", *before, "-i", str(whole), "-map", "0", "-c", "copy", *after, str(path)])  # fmt: skip
    return path


def by_program(program: str) -> Callable[[Path], Read]:
    """A reader that is an ffmpeg on its own."""

    def read(path: Path) -> Read:
        base = [program, "-hide_banner", "-nostats", "-copyts", "-i", str(path)]
        shown = _run(
            [*base, "-map", "0:v:0", "-vf", "showinfo", "-fps_mode", "passthrough", "-f", "null", "-"]
        )
        said = shown.stderr.decode("utf-8", "replace")
        found = _BASE.search(said)
        assert found is not None
        unit = Fraction(int(found[1]), int(found[2]))
        frames = [(int(at) * unit, int(mean)) for at, mean in _SHOWN.findall(said)]
        heard = _run([*base, "-map", "0:a:0", "-af", f"asettb=1/{RATE},ashowinfo", "-f", "f32le", "-"])
        begins = _HEARD.search(heard.stderr.decode("utf-8", "replace"))
        assert begins is not None
        sound = np.frombuffer(heard.stdout, np.float32).reshape(-1, 2).T
        return Read(frames[0][0], _white(frames), Fraction(int(begins[1]), RATE), sound)

    return read


def by_library(path: Path) -> Read:
    """PyAV's reading."""
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        frames = [
            (f.pts * f.time_base, int(f.to_ndarray(format="gray").mean())) for f in opened.decode(stream)
        ]
    with av.open(str(path)) as opened:
        blocks = list(opened.decode(opened.streams.audio[0]))
        flat = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        sound = [piece.to_ndarray() for block in [*blocks, None] for piece in flat.resample(block)]
    begins = blocks[0].pts * blocks[0].time_base
    return Read(frames[0][0], _white(frames), begins, np.concatenate(sound, axis=1))


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=True)


def _white(frames: Sequence[tuple[Fraction, int]]) -> Fraction:
    return max(frames, key=lambda frame: frame[1])[0]


def late(wanted: Wave, heard: Wave) -> int:
    """By how many samples a sound comes later in another."""
    size = 1 << (wanted.shape[1] + heard.shape[1]).bit_length()
    product = np.fft.rfft(heard[0], size) * np.fft.rfft(wanted[0], size).conj()
    return (int(np.fft.irfft(product).argmax()) + size // 2) % size - size // 2


def offset(film: Path, result: Path, sound: Wave, read: Callable[[Path], Read]) -> Fraction:
    """By how many samples the sound that belongs to the white frame lies behind it."""
    was, now = read(film), read(result)
    heard = now.begins + Fraction(late(sound, now.sound), RATE) + (was.white - was.first)
    return (heard - now.white) * RATE


def rows(program: str) -> Iterator[tuple[object, ...]]:
    """The offset in every container of every film, by both readers."""
    readers = (by_program(program), by_library)
    for number, film in enumerate(FILMS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = made(film, folder)
            video = probe(path)
            sound = np.random.default_rng(number).uniform(-0.3, 0.3, (2, video.span.samples(RATE).length))
            with SoundWriter(folder / "mix.wav", RATE, 2) as writer:
                writer.write(sound.astype(np.float32))
            for suffix in SUFFIXES:
                result = folder / f"result{suffix}"
                try:
                    mux.mux(video, result, [mux.MuxTrack(folder / "mix.wav", "mix")])
                except CannotWrite:
                    yield film.name, suffix[1:], "refused", "", ""
                    continue
                found = [float(offset(path, result, sound, read)) for read in readers]
                yield (
                    film.name,
                    suffix[1:],
                    *(f"{each:+.1f}" for each in found),
                    f"{max(map(abs, found)) / 48:.3f}",
                )
            if not number:
                raw = _run([program, "-v", "error", "-i", str(folder / "mix.wav"), "-f", "f32le", "-"]).stdout
                off = late(sound, np.frombuffer(raw, np.float32).reshape(-1, 2).T)
                yield "sound alone", "wav", f"{off:+.1f}", "", f"{abs(off) / 48:.3f}"


def another(named: str) -> str:
    """The program that reads; none that is the one which writes."""
    found = shutil.which(named)
    if found is None or Path(found).resolve() == Path(programs.ffmpeg()).resolve():
        sys.exit(f"{named} is not there, or is the program that writes: name another ffmpeg with --by")
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--by", default="ffmpeg", help="the program that reads")
    program = another(ask.parse_args().by)
    versions = (
        f"written by ffmpeg {programs.version(programs.ffmpeg())}, read by ffmpeg {programs.version(program)}"
    )
    print(f"{versions} and PyAV {av.__version__}, on {machine.name()}\n")
    machine.table(("film", "into", "by ffmpeg, samples", "by PyAV, samples", "most, ms"), rows(program))


if __name__ == "__main__":
    main()
