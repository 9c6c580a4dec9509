"""Reels as they come from an editing room, rendered with ffmpeg: bars and tone, slate, countdown, programme, run-out."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from v2a.media import programs

SILENT = "anullsrc=r=48000:cl=mono"
BARS = "smptehdbars"
SLATE = "color=0x303848,drawbox=40:30:60:20:white:fill"
BLACK = "color=black"
COUNT = "testsrc"
FIELD, ROOM = "mandelbrot", "cellauto"


@dataclass(frozen=True)
class Stretch:
    """Some seconds of one picture and one sound."""

    seconds: float
    picture: str
    sound: str = SILENT


def tone(amplitude: float = 0.1) -> str:
    """1 kHz, as it lies under bars."""
    return f"aevalsrc='{amplitude}*sin(2*PI*1000*t)':s=48000"


def pop(at: float, frames: float = 1.0, rate: float = 25.0, amplitude: float = 0.1, pitch: int = 1000) -> str:
    """Silence with a pop of some frames."""
    last = at + frames / rate - 1e-6
    return f"aevalsrc='{amplitude}*between(t,{at},{last})*sin(2*PI*{pitch}*t)':s=48000"


def noise(amplitude: float = 0.05, seed: int = 1) -> str:
    """A steady atmosphere."""
    return f"anoisesrc=r=48000:a={amplitude}:c=pink:s={seed}"


def action(seconds: float = 4.0, picture: str = FIELD, amplitude: float = 0.05) -> Stretch:
    """A programme: moving picture, steady sound."""
    return Stretch(seconds, picture, noise(amplitude))


def reel(
    path: Path, stretches: Sequence[Stretch], *, timecode: str = "", rate: str = "25", size: str = "192x108"
) -> Path:
    """Render stretches one after another, with a start timecode where one is given."""
    graph, joins = [], []
    for n, each in enumerate(stretches):
        drawn, _, filters = each.picture.partition(",")
        source = drawn + (":" if "=" in drawn else "=") + f"s={size}:r={rate}"
        filters = f",{filters}" if filters else ""
        graph.append(
            f"{source}{filters},trim=duration={each.seconds},setpts=PTS-STARTPTS,format=yuv420p[v{n}]"
        )
        graph.append(
            f"{each.sound},aresample=48000,pan=stereo|c0=c0|c1=c0,atrim=duration={each.seconds}[a{n}]"
        )
        joins.append(f"[v{n}][a{n}]")
    graph.append(f"{''.join(joins)}concat=n={len(stretches)}:v=1:a=1[v][a]")
    args = [programs.ffmpeg(), "-v", "error", "-nostdin", "-y", "-filter_complex", ";".join(graph)]
    args += ["-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", "ultrafast", "-g", "12"]
    args += ["-c:a", "pcm_s16le", "-r", rate]
    args += ["-timecode", timecode] if timecode else []
    subprocess.run([*args, "-threads", "1", str(path)], check=True)
    return path
