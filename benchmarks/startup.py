"""What `import v2a` and `v2a --help` cost over bare Python, in CPU milliseconds, and what they load.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import sys

import machine

HEAVY = ("numpy", "torch", "decord", "pedalboard", "av", "scipy", "cv2")
ROUNDS = 15
LOADED = "import sys; print(','.join(m for m in sys.modules))"


def cost(code: str) -> float:
    """The median CPU time of a Python command, in milliseconds."""
    return statistics.median(machine.run([sys.executable, "-c", code]).cpu * 1000 for _ in range(ROUNDS))


def loaded(code: str) -> str:
    modules = (
        machine.run([sys.executable, "-c", f"{code}; {LOADED}"]).output.strip().splitlines()[-1].split(",")
    )
    return ", ".join(m for m in HEAVY if m in modules) or "none"


def main() -> None:
    bare = cost("pass")
    help_code = "import v2a.cli; v2a.cli.run(['--help'])"
    rows = [
        ("bare Python", f"{bare:.0f}", "", "", ""),
        (
            "import v2a",
            f"{cost('import v2a'):.0f}",
            f"{cost('import v2a') - bare:.0f}",
            "50",
            loaded("import v2a"),
        ),
        ("v2a --help", f"{cost(help_code):.0f}", f"{cost(help_code) - bare:.0f}", "300", loaded(help_code)),
    ]
    print(f"Start-up on {machine.name()}; median of {ROUNDS} runs\n")
    machine.table(("command", "CPU ms", "added", "at most", "heavy libraries loaded"), rows)


if __name__ == "__main__":
    main()
