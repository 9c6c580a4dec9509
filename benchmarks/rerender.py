"""`v2a render` after one cue was edited: what runs, and its CPU over mix, encode and mux alone.

    python benchmarks/rerender.py [--minutes 10]

No observer and exactly one generator may run, and the CPU is to be at most 1.5 times that of a render in which
nothing is made (mix, encode and mux).
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from pathlib import Path

import films
import machine


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=10)
    minutes = ask.parse_args().minutes
    film = films.film(minutes, films.SMALL)
    with tempfile.TemporaryDirectory(dir=films.FOLDER) as folder:
        copy = Path(folder) / "film.mp4"
        shutil.copy(film, copy)
        machine.run(
            machine.v2a("score", str(copy), "--quiet", "--brief", "door slam at 2s, room tone, warm piano")
        )
        alone = machine.run(machine.v2a("render", str(copy), "--json"))
        document = copy.with_suffix(".v2a") / "spotting.toml"
        text = document.read_text(encoding="utf-8")
        edited, count = re.subn(
            r'prompt = "door slam[^"]*"', 'prompt = "heavy metal door slam"', text, count=1
        )
        if not count:
            raise SystemExit("the door slam was not spotted")
        document.write_text(edited, encoding="utf-8")
        after = machine.run(machine.v2a("render", str(copy), "--json"))
    print(f"v2a render of {minutes:g} minutes after one cue was edited, on {machine.name()}\n")
    rows = [
        ("nothing edited: mix, encode, mux", f"{alone.cpu:.1f}", "1.00", _ran(alone)),
        ("one cue edited", f"{after.cpu:.1f}", f"{after.cpu / alone.cpu:.2f} (at most 1.50)", _ran(after)),
    ]
    machine.table(("render", "CPU s", "ratio", "ran"), rows)


def _ran(done: machine.Ran) -> str:
    return (
        ", ".join(f"{name} ×{count}" for name, count in json.loads(done.output)["ran"].items()) or "nothing"
    )


if __name__ == "__main__":
    main()
