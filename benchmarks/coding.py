"""How near ffmpeg's AAC comes to a sound, and what it costs: as it is by default, and as films are coded here.

    python benchmarks/coding.py [FILE ...]

Sounds of our own, rendered by `v2a sound`, or the files that are named. Nearness is the power of the sound over that of the
difference, at 320 kbit/s, both decoded by the same ffmpeg; CPU-seconds are the coder's, one thread.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import machine
import numpy as np
from budget import cpu
from numpy.typing import NDArray

from v2a.media import programs
from v2a.media.coding import coded_track
from v2a.media.sound import read

PROMPTS = ("epic music", "gun shots", "footsteps on gravel", "rain on a tin roof")
SECONDS = "20"


def rendered(folder: Path) -> list[Path]:
    """Sounds of our own."""
    files = []
    for prompt in PROMPTS:
        path = folder / f"{prompt}.wav"
        command = [sys.executable, "-m", "v2a", "sound", prompt, "--seconds", SECONDS, "-o", str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files.append(path)
    return files


def coded(path: Path, to: Path, options: dict[str, str]) -> float:
    """Code a sound; the CPU-seconds it took."""
    before = cpu()
    given = [part for key, value in options.items() for part in (f"-{key}", value)]
    programs.run([programs.ffmpeg(), "-v", "error", "-y", "-i", str(path), "-ac", "2", "-ar", "48000", *given,
                  "-threads", "1", str(to)])  # fmt: skip
    return cpu() - before


def nearness(sound: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Signal over difference in dB."""
    length = min(sound.shape[1], other.shape[1])
    difference = sound[:, :length] - other[:, :length]
    return float(10 * np.log10((sound**2).mean() / max((difference**2).mean(), 1e-20)))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    given = ask.parse_args()
    ours = coded_track(0, "aac")
    plain = {key: ours[key] for key in ("c:a:0", "b:a:0")}
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in given.files or rendered(folder):
            sound = read(path, rate=48_000, channels=2).samples
            cells = [path.stem]
            for options in (plain, ours):
                took = coded(path, folder / "coded.m4a", options)
                near = nearness(sound, read(folder / "coded.m4a", rate=48_000, channels=2).samples)
                cells += [f"{near:.1f}", f"{took:.2f}"]
            rows.append(tuple(cells))
    print(f"AAC at 320 kbit/s, on {machine.name()}\n")
    machine.table(("sound", "by default, dB", "CPU s", "as films are coded, dB", "CPU s"), rows)


if __name__ == "__main__":
    main()
