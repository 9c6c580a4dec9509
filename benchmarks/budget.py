"""The CPU budget of the default path by stage, over those of ffmpeg decoding and scaling the same film in the same run.

    python benchmarks/budget.py [--minutes 10]

A 1080p25 film is scored with the default preset; every stage's CPU-seconds, children included, are divided by those
of `ffmpeg -i film -vf scale=398:224 -f null -`. The total is to be at most 2.0.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import films
import machine
import psutil

from v2a.api import Order
from v2a.media import programs
from v2a.model import Notice, StageEnded, StageStarted


def cpu() -> float:
    """CPU-seconds of this process and of all its children, running and reaped."""
    me = psutil.Process()
    own = me.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for child in me.children(recursive=True):
        times = child.cpu_times()
        total += times.user + times.system
    return total


def counter(costs: dict[str, float]) -> Callable[[Notice], None]:
    """A listener that adds up what each stage costs."""
    began: dict[str, float] = {}

    def hear(notice: Notice) -> None:
        if isinstance(notice, StageStarted):
            began[notice.stage] = cpu()
        elif isinstance(notice, StageEnded):
            costs[notice.stage] = costs.get(notice.stage, 0.0) + cpu() - began[notice.stage]

    return hear


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=10)
    ask.add_argument("--size", choices=("hd", "small"), default="hd")
    asked = ask.parse_args()
    minutes, size = asked.minutes, films.HD if asked.size == "hd" else films.SMALL
    film = films.film(minutes, size)
    base = machine.run([programs.ffmpeg(), "-v", "error", "-i", str(film), "-map", "0:v", "-vf", "scale=398:224",
                        "-f", "null", "-"]).cpu  # fmt: skip
    costs: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / film.name
        shutil.copy(film, copy)
        start = cpu()
        with Order(copy, brief="room tone, warm piano").session(tell=counter(costs)) as session:
            delivery = session.score()
        total = cpu() - start
        cues = len(delivery.spotting.sounding)
    costs["the rest"] = total - sum(costs.values())
    print(
        f"The default path on {minutes:g} minutes of {size.height}p{size.rate}, {cues} cues, on {machine.name()}."
    )
    print(f"ffmpeg decodes and scales it in {base:.0f} CPU-seconds.\n")
    rows = [(name, f"{seconds:.1f}", f"{seconds / base:.2f}") for name, seconds in costs.items()]
    machine.table(
        ("stage", "CPU s", "over ffmpeg"),
        [*rows, ("total (at most 2.0)", f"{total:.1f}", f"{total / base:.2f}")],
    )


if __name__ == "__main__":
    main()
