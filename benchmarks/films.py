"""Films for benchmarks: camera-like footage at known sizes, rendered once into a folder and kept."""

from __future__ import annotations

import math
import subprocess
from dataclasses import dataclass
from pathlib import Path

from v2a.media import programs

FOLDER = Path(__file__).parent / "films"


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, frames a second."""

    width: int
    height: int
    rate: int = 25


HD = Size(1920, 1080)
SMALL = Size(320, 180)


def film(minutes: float, size: Size) -> Path:
    """A film of so many minutes: a reel of a minute (moving pictures, cuts, grain, speech-like sound) again and again."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{size.width}x{size.height}-{minutes:g}min.mp4"
    if path.exists():
        return path
    reel = _reel(size)
    count = max(1, math.ceil(minutes))
    listed = FOLDER / "reels.txt"
    listed.write_text(f"file '{reel.name}'\n" * count)
    length = ("-t", str(60 * minutes))
    _ffmpeg("-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", *length, str(path))
    return path


def _reel(size: Size) -> Path:
    path = FOLDER / f"{size.width}x{size.height}-reel.mp4"
    if path.exists():
        return path
    shots = (
        "testsrc2=s={s}:r={r}:d=12",
        "mandelbrot=s={s}:r={r}:maxiter=80:end_scale=0.02,trim=duration=12",
        "gradients=s={s}:r={r}:d=12:speed=0.03:seed=3",
        "cellauto=s={s}:r={r}:rule=110:seed=7,trim=duration=12,scale={s}",
        "life=s={w}x{h}:r={r}:seed=4:mold=10:ratio=0.3,trim=duration=12,scale={s}",
    )
    words = {"s": f"{size.width}x{size.height}", "r": size.rate, "w": size.width // 4, "h": size.height // 4}
    inputs = [part for shot in shots for part in ("-f", "lavfi", "-i", shot.format(**words))]
    grain = ";".join(f"[{n}:v]noise=alls=8:allf=t,format=yuv420p,setsar=1[v{n}]" for n in range(len(shots)))
    joined = "".join(f"[v{n}]" for n in range(len(shots)))
    sound = "aevalsrc='0.2*sin(2*PI*180*t)*gt(sin(2*PI*t/7),0.3)*abs(sin(2*PI*3*t))':s=48000:d=60"
    _ffmpeg(*inputs, "-f", "lavfi", "-i", sound, "-filter_complex", f"{grain};{joined}concat=n={len(shots)}[v]",
            "-map", "[v]", "-map", f"{len(shots)}:a", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
            "-g", "125", "-c:a", "aac", "-t", "60", str(path))  # fmt: skip
    return path


def _ffmpeg(*arguments: str) -> None:
    subprocess.run([programs.ffmpeg(), "-v", "error", "-y", *arguments], check=True)
