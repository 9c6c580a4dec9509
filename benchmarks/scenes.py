"""Scenes: where the place changes, and whether it is inside or outside, by day or at night, on films whose truth is known.

    python benchmarks/scenes.py [--films 8] [--scenes 10] [--half held-out] [--clips FOLDER]

Films are shot on generated sets (`benchmarks/sets`): rooms and open places, each seen from three camera positions that
are cut back and forth, three in ten joined by dissolves, one in five a return to an earlier place. They go through the
whole of observing, so a missed cut counts. Thresholds were set on the films of the other half, `--half tuning`. Sets are
painted, not filmed: colours repeat more exactly than on location, and people are cardboard. With `--clips`, a folder of
real films, a reel is cut from those, each of which counts as one place, in the order 1 2 1 2, 3 4 3 4 and so on.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
from sets.shooting import Staged, film

from v2a.api import Order
from v2a.media import programs
from v2a.media.probe import probe
from v2a.model import Observations, Scene

FILMS = Path(__file__).parent / "films"
SEEDS = {"tuning": 1, "held-out": 2001}
OBSERVE = {"observe": {"without": ["motion", "speech", "sound"]}}
NEAR = 0.5


@dataclass
class Tally:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def observed(path: Path, without: Sequence[str]) -> Observations:
    """What v2a sees in a film, without what listens."""
    settings = {"observe": {"without": [*OBSERVE["observe"]["without"], *without]}}
    with tempfile.TemporaryDirectory() as folder:
        order = Order(path, project=Path(folder) / "film.v2a", settings=settings)
        with order.session() as session:
            return session.observe()


def matched(found: Sequence[float], windows: Sequence[tuple[float, float]], tally: Tally) -> None:
    """Count times against windows, each of which takes one."""
    free = list(found)
    for low, high in windows:
        hit = next((time for time in free if low - NEAR <= time <= high + NEAR), None)
        if hit is None:
            tally.missed += 1
        else:
            tally.right += 1
            free.remove(hit)
    tally.wrong += len(free)


def told(scenes: Sequence[Scene], truth: Sequence[Staged], what: str, tally: Tally) -> None:
    """Count what is said of each true scene by the found one that covers most of it; `missed` is nothing said."""
    for staged in truth:
        most = max(scenes, key=lambda s: min(s.span.end, staged.end) - max(s.span.start, staged.start))
        said = getattr(most, what)
        if said is None:
            tally.missed += 1
        elif said == getattr(staged, what):
            tally.right += 1
        else:
            tally.wrong += 1


def changes(scenes: Sequence[Scene]) -> list[float]:
    return [float(scene.span.start) for scene in scenes[1:]]


def generated(half: str, films: int, scenes: int, without: Sequence[str]) -> list[tuple[object, ...]]:
    cuts, inside, day = Tally(), Tally(), Tally()
    for seed in range(SEEDS[half], SEEDS[half] + films):
        path, truth = film(FILMS, seed, scenes)
        seen = observed(path, without)
        starts = [(float(s.start), float(s.start + s.dissolve)) for s in truth[1:]]
        matched(changes(seen.scenes), starts, cuts)
        told(seen.scenes, truth, "interior", inside)
        told(seen.scenes, truth, "day", day)
    return [
        _row("place changes", cuts),
        *(
            (name, films * scenes, f"{t.precision:.2f}", f"{(t.right + t.wrong) / (films * scenes):.2f}", "")
            for name, t in (("interior or exterior", inside), ("day or night", day))
        ),
    ]


def _row(name: str, cuts: Tally) -> tuple[object, ...]:
    found = (f"{share:.2f}" for share in (cuts.precision, cuts.recall, cuts.f1))
    return (name, cuts.right + cuts.missed, *found)


def reel(folder: Path, target: Path, length: float = 1.5) -> list[tuple[float, float]]:
    """A reel of real films cut back and forth in pairs, and the windows of its changes of place."""
    films = sorted(folder.glob("*.mp4"))
    parts, at, windows = [], 0.0, []
    for pair in (films[n : n + 2] for n in range(0, len(films), 2)):
        windows += [(at, at)] if at else []
        for turn in range(2):
            for path in pair:
                duration = float(probe(path).duration)
                parts.append((path, min(turn * duration / 2, duration - length)))
                at += length
    inputs = [
        word for path, start in parts for word in ("-ss", f"{start:.3f}", "-t", f"{length}", "-i", str(path))
    ]
    shape = "scale=640:360:force_original_aspect_ratio=decrease,pad=640:360:-1:-1,fps=25,setsar=1"
    chain = "".join(
        f"[{n}:v]{shape},trim=duration={length},setpts=PTS-STARTPTS[v{n}];" for n in range(len(parts))
    )
    joined = "".join(f"[v{n}]" for n in range(len(parts)))
    command = [programs.ffmpeg(), "-v", "error", "-y", *inputs, "-filter_complex",
               f"{chain}{joined}concat=n={len(parts)}[v]", "-map", "[v]", str(target)]  # fmt: skip
    subprocess.run(command, check=True)
    return windows


def real(folder: Path, without: Sequence[str]) -> tuple[object, ...]:
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "reel.mp4"
        windows = reel(folder, path)
        matched(changes(observed(path, without).scenes), windows, tally)
    return _row("changes in the real reel", tally)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--films", type=int, default=8)
    ask.add_argument("--scenes", type=int, default=10)
    ask.add_argument("--half", choices=tuple(SEEDS), default="held-out")
    ask.add_argument("--clips", type=Path)
    ask.add_argument(
        "--without", nargs="*", default=["classes", "clip", "transnet"], help="observers to leave out"
    )
    asked = ask.parse_args()
    print(f"{asked.films} films of {asked.scenes} scenes, {asked.half}, on {machine.name()}.\n")
    rows = generated(asked.half, asked.films, asked.scenes, asked.without)
    rows += [real(asked.clips, asked.without)] if asked.clips else []
    machine.table(("what", "of", "right where told", "told", "F1"), rows)


if __name__ == "__main__":
    main()
