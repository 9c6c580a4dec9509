"""Renders films of acts, with what is true of them beside; each is made once and kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moving.acts import ACTS
from moving.camera import Camera
from moving.stage import SECONDS, Act
from v2a.media import programs

RATES = (Fraction(24), Fraction(25), Fraction(30_000, 1_001), Fraction(60))
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Reel:
    """Which film: its half, its act, whether a hand holds the camera, its rate and its number."""

    half: str
    act: str
    shaken: bool
    rate: Fraction
    number: int

    @property
    def name(self) -> str:
        """The name of its file, without suffix."""
        held = "shaken" if self.shaken else "steady"
        return f"{self.half}-{self.act}-{held}-{round(float(self.rate) * 100)}-{self.number}"


@dataclass(frozen=True, slots=True)
class Truth:
    """A rendered film, when something strikes in it, and the stretches that count neither way."""

    reel: Reel
    path: Path
    strikes: tuple[float, ...]
    faint: tuple[tuple[float, float], ...]


def reels(half: str, each: int) -> Iterator[Reel]:
    """Every act, steady and shaken, at every rate, so many times."""
    for number in range(each):
        for act in ACTS:
            for shaken in (False, True):
                for rate in RATES:
                    yield Reel(half, act, shaken, rate, number)


def rendered(reel: Reel, folder: Path) -> Truth:
    """The film of a reel; rendered where it is not there yet."""
    path, told = folder / f"{reel.name}.mp4", folder / f"{reel.name}.json"
    if not told.exists() or json.loads(told.read_text())["version"] != _VERSION:
        folder.mkdir(parents=True, exist_ok=True)
        act = _render(reel, path)
        known = {"version": _VERSION, "strikes": act.strikes, "faint": act.faint}
        told.write_text(json.dumps(known, indent=1) + "\n")
    known = json.loads(told.read_text())
    return Truth(reel, path, tuple(known["strikes"]), tuple((a, b) for a, b in known["faint"]))


def _render(reel: Reel, path: Path) -> Act:
    rng = np.random.default_rng([_VERSION, *reel.name.encode()])
    camera = Camera.drawn(reel.half, reel.shaken, rng)
    act = ACTS[reel.act](camera.stage(reel.half, rng))
    grains = rng.normal(0, camera.grain, (2, 2 * camera.size[1], 2 * camera.size[0], 3)).astype(np.float32)
    wide, high = camera.size
    command = [
        programs.ffmpeg(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{wide}x{high}",
        "-r", str(reel.rate), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(camera.quality),
        "-pix_fmt", "yuv420p", "-threads", "1", str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for n in range(int(SECONDS * reel.rate)):
            start = float(n / reel.rate)
            clean = camera.frame(act, start, start + camera.exposed / float(reel.rate))
            encoder.stdin.write(_grained(clean, grains, rng).tobytes())
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg could not write {path}")
    return act


def _grained(
    clean: NDArray[np.float32], grains: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.uint8]:
    high, wide = clean.shape[:2]
    top, left = rng.integers(0, high), rng.integers(0, wide)
    grain = grains[rng.integers(len(grains)), top : top + high, left : left + wide]
    return np.clip(clean + grain + 0.5, 0, 255).astype(np.uint8)
