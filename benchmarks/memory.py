"""Peak anonymous memory, children included, of scoring films of several lengths at 320×180.

    python benchmarks/memory.py [--minutes 5 60]

The longest is to be within 10 % of the shortest. Linux only: it reads the anonymous memory from /proc.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import films
import machine
import psutil


def anonymous(process: psutil.Process) -> int:
    """The anonymous memory of a process and its children, in bytes."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            status = Path(f"/proc/{one.pid}/status").read_text()
        except OSError:
            continue
        total += sum(
            int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon:")
        )
    return total


def peak(minutes: float) -> int:
    """The highest anonymous memory of one score, in bytes."""
    film = films.film(minutes, films.SMALL)
    with tempfile.TemporaryDirectory(dir=films.FOLDER) as folder:
        copy = Path(folder) / film.name
        shutil.copy(film, copy)
        running = subprocess.Popen(
            machine.v2a("score", str(copy), "--quiet", "--brief", "room tone, warm piano")
        )
        process, highest = psutil.Process(running.pid), 0
        while running.poll() is None:
            try:
                highest = max(highest, anonymous(process))
            except psutil.NoSuchProcess:
                break
            time.sleep(0.05)
        if running.wait():
            raise SystemExit(f"v2a ended with {running.returncode}")
    return highest


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, nargs="+", default=[5, 60])
    lengths = ask.parse_args().minutes
    peaks = [peak(minutes) for minutes in lengths]
    print(f"Peak anonymous memory of v2a score at 320×180 on {machine.name()}\n")
    rows = [
        (f"{m:g} min", f"{p / 2**20:.0f} MiB", f"{p / peaks[0]:.2f}")
        for m, p in zip(lengths, peaks, strict=True)
    ]
    machine.table(("film", "peak", "over the first (at most 1.10)"), rows)


if __name__ == "__main__":
    main()
