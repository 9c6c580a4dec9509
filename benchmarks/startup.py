"""What `import v2a` and `v2a --help` cost over bare Python, in CPU milliseconds, and what they load.

python benchmarks/startup.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import machine

HEAVY = ("numpy", "torch", "decord", "pedalboard", "av", "scipy", "cv2")
LOADED = "import sys; print(','.join(m for m in sys.modules))"


PLUGIN = """
import time
import numpy
time.sleep(0.5)
sum(range(10**7))
"""


def cost(code: str, rounds: int, path: str = "") -> float:
    """The median CPU time of a Python command over so many runs, in milliseconds; `path` is one more import folder."""
    return statistics.median(machine.run(_python(code, path)).cpu * 1000 for _ in range(rounds))


def loaded(code: str, path: str = "") -> str:
    """The heavy libraries that a Python command imports, as words."""
    lines = machine.run(_python(f"{code}; {LOADED}", path)).output.strip().splitlines()
    modules = lines[-1].split(",")
    return ", ".join(m for m in (*HEAVY, "v2a_heavy") if m in modules) or "none"


def _python(code: str, path: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.path[:0] = {[path] if path else []}; {code}"]


def install(folder: Path) -> None:
    """An installed plugin whose module takes long to import."""
    (folder / "v2a_heavy.py").write_text(PLUGIN, encoding="utf-8")
    about = folder / "v2a_heavy-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: v2a-heavy\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[v2a]\nheavy = v2a_heavy\n", encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=15)
    rounds = ask.parse_args().rounds
    shown = "import v2a.cli; v2a.cli.run(['--help'])"
    bare = cost("pass", rounds)
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        commands = (
            ("import v2a", "import v2a", "50", ""),
            ("v2a --help", shown, "300", ""),
            ("with a heavy plugin", shown, "300", folder),
        )
        rows = [("bare Python", f"{bare:.0f}", "", "", "")]
        for title, code, most, path in commands:
            took = cost(code, rounds, path)
            rows.append((title, f"{took:.0f}", f"{took - bare:.0f}", most, loaded(code, path)))
    print(f"Start-up on {machine.name()}; median of {rounds} runs\n")
    machine.table(("command", "CPU ms", "added", "at most", "heavy libraries loaded"), rows)


if __name__ == "__main__":
    main()
