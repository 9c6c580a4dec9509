"""What a benchmark prints, as rows."""

import os
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def ran(folder, script, *arguments):
    """The rows of the table that a benchmark prints, without head and rule."""
    done = subprocess.run(
        [sys.executable, str(folder / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert "cores" in done.stdout, "the table names the machine"
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
