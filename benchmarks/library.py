"""What a sound library costs: indexing, searching, updating when nothing changed, and a kill in the middle.

Renders so many tiny files under names made of sound words, indexes them, and prints a table.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import machine
import numpy as np

from v2a.media.wave import WaveFormat, header
from v2a_retrieval import meaning, update
from v2a_retrieval.index import Index, Shelf, opened
from v2a_retrieval.search import Query, Search
from v2a_retrieval.words import relatives

RATE = 22_050
_PLACES = [
    "city",
    "forest",
    "house",
    "street",
    "office",
    "garage",
    "kitchen",
    "harbour",
    "factory",
    "school",
    "church",
    "field",
    "cave",
    "desert",
    "farm",
]
_THINGS = [
    "door",
    "gate",
    "window",
    "drawer",
    "chair",
    "table",
    "bottle",
    "glass",
    "cup",
    "plate",
    "hammer",
    "saw",
    "drill",
    "axe",
    "knife",
    "sword",
    "chain",
    "rope",
    "bell",
    "clock",
    "phone",
    "keyboard",
    "switch",
    "button",
    "engine",
    "motor",
    "car",
    "truck",
    "train",
    "boat",
    "plane",
    "helicopter",
    "bicycle",
    "horse",
    "dog",
    "cat",
    "bird",
    "crow",
    "owl",
    "frog",
    "cricket",
    "bee",
    "crowd",
    "child",
    "footstep",
    "boot",
    "cloth",
    "leather",
    "paper",
    "book",
    "page",
    "coin",
    "key",
    "lock",
    "latch",
    "hinge",
    "pipe",
    "barrel",
    "bucket",
    "stone",
    "gravel",
    "sand",
    "snow",
    "ice",
    "mud",
    "grass",
    "leaf",
    "branch",
    "tree",
    "water",
    "stream",
    "river",
    "wave",
    "rain",
    "thunder",
    "wind",
    "fire",
    "torch",
    "spark",
    "explosion",
    "gun",
    "arrow",
    "bow",
    "whip",
    "whoosh",
    "magic",
    "laser",
    "robot",
    "computer",
    "beep",
    "alarm",
    "siren",
    "horn",
    "whistle",
    "drum",
    "string",
    "piano",
    "guitar",
    "voice",
    "breath",
    "cough",
    "laugh",
    "scream",
    "heart",
    "bone",
    "meat",
    "egg",
    "pan",
    "stove",
    "fridge",
    "fan",
    "pump",
    "valve",
    "steam",
    "gear",
    "elevator",
    "escalator",
    "tram",
]
_ACTS = [
    "open",
    "close",
    "slam",
    "hit",
    "drop",
    "break",
    "scrape",
    "drag",
    "roll",
    "slide",
    "squeak",
    "creak",
    "rattle",
    "shake",
    "tap",
    "knock",
    "tear",
    "crush",
    "splash",
    "drip",
    "pour",
    "bubble",
    "burn",
    "crackle",
    "hum",
    "buzz",
    "click",
    "snap",
    "swing",
    "throw",
    "catch",
    "jump",
    "land",
    "run",
    "walk",
    "climb",
    "fall",
    "start",
    "stop",
    "idle",
    "pass",
    "turn",
]
_HOWS = [
    "heavy",
    "light",
    "soft",
    "hard",
    "slow",
    "fast",
    "wet",
    "dry",
    "metal",
    "wooden",
    "plastic",
    "distant",
    "close",
    "big",
    "small",
    "old",
    "rusty",
    "hollow",
]
_MAKERS = ("ABC", "NOX", "MIRA", "TALL", "ROOK")


def render(folder: Path, count: int) -> None:
    """Tiny recordings, no two alike, a thousand to a folder, under names made of words that are not equally common."""
    rng = np.random.default_rng(7)
    layout = WaveFormat(RATE, 1, 2)
    bases = [_base(rng) for _ in range(64)]
    words = [_picked(rng, pool, count) for pool in (_PLACES, _THINGS, _ACTS, _HOWS)]
    for number, (place, thing, act, how) in enumerate(zip(*words)):
        if number % 1000 == 0:
            inside = folder / f"{place} {number // 1000:03}"
            inside.mkdir(parents=True)
        wave = bases[number % 64] * rng.uniform(0.2, 0.9) + rng.normal(0, 0.002, len(bases[number % 64]))
        data = (wave * 32_000).astype("<i2").tobytes()
        name = f"{how.title()} {thing.title()} {act.title()} {place.title()}_{_MAKERS[number % 5]}_{number:06}.wav"
        (inside / name).write_bytes(header(layout, len(data)) + data)


def _base(rng: np.random.Generator) -> np.ndarray:
    length = int(rng.uniform(0.1, 0.35) * RATE)
    time_of = np.arange(length) / RATE
    tone = np.sin(2 * np.pi * rng.uniform(100, 4000) * time_of)
    return (0.5 * tone + 0.5 * rng.uniform(-1, 1, length)) * np.exp(-time_of * rng.uniform(5, 40))


def _picked(rng: np.random.Generator, pool: list[str], count: int) -> list[str]:
    weights = 1 / (np.arange(len(pool)) + 3.0)
    return [pool[n] for n in rng.choice(len(pool), count, p=weights / weights.sum())]


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, children included."""

    wall: float
    cpu: float


def cost(work: Callable[[], object]) -> Cost:
    """What some work costs."""
    start, before = time.perf_counter(), _cpu()
    work()
    return Cost(time.perf_counter() - start, _cpu() - before)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def queries(count: int) -> Iterator[str]:
    """What people ask for: one to three words, common ones more often, some of them in words the library lacks."""
    rng = np.random.default_rng(11)
    for _ in range(count):
        parts = [_picked(rng, pool, 1)[0] for pool in (_HOWS, _THINGS, _ACTS)]
        kept = [w for w, keep in zip(parts, rng.random(3) < (0.5, 1.0, 0.6)) if keep]
        swap = [relatives(w)[0] if relatives(w) and rng.random() < 0.2 else w for w in kept]
        yield " ".join(swap)


@dataclass(frozen=True)
class Asked:
    """Milliseconds of CPU and on the wall of one question, of ours and of a bare FTS5 query for the same words."""

    ours: float
    bare: float
    wall: float


def searched(index: Index, prompts: list[str]) -> list[Asked]:
    """Ask each prompt of both in turn; the first are asked before, so that both find their pages in memory."""
    search = Search(index)
    for prompt in prompts[:30]:
        search(Query(prompt))
        _bare(index, prompt)
    found = []
    for prompt in prompts:
        bare = _spent(lambda p=prompt: _bare(index, p))
        start = time.perf_counter()
        ours = _spent(lambda p=prompt: search(Query(p)))
        found.append(Asked(ours, bare, (time.perf_counter() - start) * 1000))
    return found


def _spent(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def _bare(index: Index, prompt: str) -> None:
    index.db.execute(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 20", (prompt,)
    ).fetchall()


def told(found: list[Asked]) -> str:
    """The 95th percentiles, and the one over the other."""
    ours, bare, wall = (
        float(np.percentile([getattr(one, name) for one in found], 95)) for name in ("ours", "bare", "wall")
    )
    return f"{ours:.1f} ms CPU, {wall:.1f} ms wall; bare FTS5 {bare:.1f} ms CPU; ratio {ours / bare:.2f}"


def killed(root: Path, folder: Path, seconds: float) -> str:
    """Index in another process, kill it in the middle, look what is left, go on, and compare with one not killed."""
    states = []
    lost = kept = 0
    for kill in (True, False):
        path = folder / f"killed-{kill}" / "index.sqlite"
        shutil.rmtree(path.parent, ignore_errors=True)
        if kill:
            kept = _kill(root, path, seconds)
        with opened(path, make=True) as index:
            shelf = index.add_shelf(Shelf(0, "all", root))
            before = index.known(shelf)
            update.update(index, shelf)
            after = index.known(shelf)
            lost += sum(after.get(path) != known for path, known in before.items())
            states.append(
                (index.meta("state"), len(after), index.db.execute("PRAGMA quick_check").fetchone()[0])
            )
    same = "the same index as without" if states[0] == states[1] else f"DIFFERENT {states}"
    return f"{kept} files were kept, {lost} lost; afterwards {same}"


def _kill(root: Path, path: Path, seconds: float) -> int:
    """Start indexing, and kill it with all its processes after some files and some time."""
    environment = {**os.environ, "V2A_LIBRARY": str(path.parent)}
    command = machine.v2a("library", "add", str(root), "--name", "all")
    running = subprocess.Popen(command, env=environment, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    kept = 0
    try:
        while kept == 0 and running.poll() is None:
            time.sleep(seconds)
            with opened(path, make=True) as index:
                kept = index.count()
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    with opened(path) as index:
        return index.count()


def main() -> None:
    """Render, index, search, update, kill; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument(
        "--folder",
        type=Path,
        help="Where to render and index, and what is found there is used; else a temporary folder.",
    )
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="v2a-library-"))
    try:
        run(folder, given.files, given.queries)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


def _indexed(index: Index, shelf: Shelf, files: int) -> str:
    took = cost(lambda: update.update(index, shelf))
    return (
        f"{files / took.wall:.0f} a second; {2 * files / took.cpu:.0f} where two cores are free (by CPU time)"
    )


def run(folder: Path, files: int, asked: int) -> None:
    """The whole benchmark in a folder."""
    root = folder / "library"
    if not root.exists():
        render(root, files)
    prompts = list(queries(asked))
    rows = []
    with opened(folder / "index" / "index.sqlite", make=True) as index:
        shelf = index.add_shelf(Shelf(0, "all", root))
        if not index.known(shelf):
            rows.append(
                (f"index {files} files, 2 processes", _indexed(index, shelf, files), "≥ 200 a second")
            )
        again = cost(lambda: update.update(index, shelf))
        rows.append(("update, nothing changed", f"{again.wall:.2f} s ({again.cpu:.2f} s CPU)", "< 5 s"))
        for how in ("words and meaning", "words only"):
            os.environ["V2A_LIBRARY_MEANING"] = "0" if how == "words only" else "1"
            if how != "words only" and not meaning.available():
                continue
            rows.append((f"search, {how}: p95 of {asked}", told(searched(index, prompts)), "< 50 ms; ≤ 3"))
        os.environ["V2A_LIBRARY_MEANING"] = "1"
    part = folder / "part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for inside in sorted(root.iterdir())[:3]:
        (part / inside.name).symlink_to(inside, target_is_directory=True)
    rows.append(("kill -9 while indexing", killed(part, folder, 0.5), "nothing lost"))
    print(machine.name())
    machine.table(("what", "measured", "asked"), rows)


if __name__ == "__main__":
    sys.exit(main())
