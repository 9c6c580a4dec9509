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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import machine
import numpy as np
from recorded.library import queries, render

from v2a_retrieval import meaning, update
from v2a_retrieval.index import Index, Shelf, opened
from v2a_retrieval.search import Query, Search


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
