"""Whether programmes of any loudness are delivered at a spec's loudness, and under its ceiling, as ffmpeg measures it.

    python benchmarks/programmes.py [--count 50] [--seconds 40]

Each programme is production sound at -45 to -5 LUFS with a range of 0 to 25 LU: noise, voices of pulses and tones, with
peaks between the samples (tones at a quarter of the rate whose samples miss their crests, square waves, clicks). It is
mixed to a spec as it is; the loudness of what is delivered is libebur128's, its true peak that of ffmpeg's ebur128, whose
loudness stands beside (it counts in steps of .1 LU, and gates otherwise where a programme lies on the gate). Where more
limiting were needed than is allowed, the mix stays under and says so: that is counted by itself.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import machine
import numpy as np
from numpy.typing import NDArray

from v2a.dsp.meter import measure
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.media import programs
from v2a.media.encode import encode
from v2a.media.probe import probe
from v2a.model import Audio, Mixdown, Observations
from v2a.stages import mix

RATE = 48_000
SPECS = ("ebu-r128", "ebu-r128-s1", "atsc-a85", "youtube", "podcast")
NEAR, OVER = 0.1, 0.05
_INTEGRATED = re.compile(r"I:\s+(-?[\d.]+|-inf) LUFS")
_PEAK = re.compile(r"Peak:\s+(-?[\d.]+|-inf) dBFS")
Wave = NDArray[np.float32]


@dataclass(frozen=True)
class Delivered:
    """What is measured of a mix against what was wanted of it; `other` is by how much ffmpeg's loudness is off."""

    off: float
    other: float
    over: float
    excused: bool


def programme(seed: int, seconds: float) -> Wave:
    """Sound of a loudness, range and crest of its own, never over full scale before it is recorded."""
    rng = np.random.default_rng([seed, 8])
    count = round(seconds * RATE)
    kinds = (_noise, _pulses, _between, _square, _clicks)
    sound = np.zeros((2, count))
    width = float(rng.uniform(0.0, 25.0))
    edges = np.sort(np.concatenate([[0, count], rng.integers(0, count, 6)]))
    for first, last in pairwise(edges):
        if last > first:
            part = kinds[int(rng.integers(len(kinds)))](rng, int(last - first))
            sound[:, first:last] = part * 10 ** (-rng.uniform(0, width) / 20)
    wanted, now = float(rng.uniform(-45.0, -5.0)), measure([sound.astype(np.float32)], RATE, 0.1).integrated
    louder = 10 ** ((wanted - (now if now is not None else wanted)) / 20)
    return np.clip(sound * louder, -1.0, 1.0).astype(np.float32)


def _noise(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    return 0.2 * rng.standard_normal((2, count))


def _pulses(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    time = np.arange(count) / RATE
    voice = sum(np.sin(2 * np.pi * rng.uniform(90, 220) * n * time) / n for n in range(1, 10))
    return np.tile(0.15 * voice * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * time)), (2, 1))


def _between(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """A quarter of the rate, 45 degrees off: every sample lies 3 dB under the crest."""
    return np.tile(0.5 * np.sin(np.pi / 2 * np.arange(count) + np.pi / 4), (2, 1))


def _square(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    return np.tile(0.3 * np.sign(np.sin(2 * np.pi * rng.uniform(80, 900) * np.arange(count) / RATE)), (2, 1))


def _clicks(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = 0.03 * rng.standard_normal((2, count))
    for at in rng.integers(0, count, max(1, count // 12_000)):
        sound[:, at : at + 200] += rng.choice([-1, 1]) * np.exp(-np.arange(len(sound[0, at : at + 200])) / 30)
    return sound


def mixed(sound: Wave, name: str, folder: Path) -> Mixdown:
    """The mix of a grey film with that sound of its own."""
    path = folder / "film.mov"
    frames = (np.full((16, 16, 3), 60, np.uint8) for _ in range(round(sound.shape[1] / RATE * 5)))
    encode(path, frames, Fraction(5), sound=Audio(sound, RATE))
    video = probe(path)
    return mix.run(mix.MixInputs(video, (), Observations(video), folder), mix.MixOptions(spec=name), Bench())


def measured(path: str) -> tuple[float, float]:
    """Integrated loudness and true peak as ffmpeg says."""
    command = [
        programs.ffmpeg(),
        "-hide_banner",
        "-nostats",
        "-i",
        path,
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(_INTEGRATED.findall(said)[-1]), float(_PEAK.findall(said)[-1])


def delivered(count: int, seconds: float, name: str) -> Iterator[Delivered]:
    """What becomes of so many programmes."""
    wanted = spec(name)
    assert wanted.loudness is not None and wanted.ceiling is not None
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            done = mixed(programme(seed, seconds), name, Path(folder))
            other, peak = measured(done.mix)
            loudness = done.loudness.integrated
            assert loudness is not None
            said = any("stays" in note for note in done.notes)
            yield Delivered(loudness - wanted.loudness, other - wanted.loudness, peak - wanted.ceiling, said)


def row(name: str, found: list[Delivered]) -> tuple[object, ...]:
    """One spec's figures."""
    free = [d for d in found if not d.excused]
    near = [d for d in free if abs(d.off) <= NEAR]
    worst, other = (
        max((abs(x) for x in each), default=0.0) for each in ([d.off for d in free], [d.other for d in free])
    )
    highest = max(d.over for d in found)
    return (
        name,
        len(found),
        f"{len(near)} of {len(free)}",
        f"{worst:.2f}",
        f"{other:.1f}",
        len(found) - len(free),
        f"{highest:+.1f}",
        sum(d.over > OVER for d in found),
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=50)
    ask.add_argument("--seconds", type=float, default=40.0)
    given = ask.parse_args()
    print(f"{given.count} programmes of {given.seconds:g} s, on {machine.name()}\n")
    titles = ("spec", "programmes", "within .1 LU", "worst, LU", "by ffmpeg, LU", "held back and said", "highest peak over the ceiling, dB",
              "over it")  # fmt: skip
    machine.table(titles, (row(name, list(delivered(given.count, given.seconds, name))) for name in SPECS))


if __name__ == "__main__":
    main()
