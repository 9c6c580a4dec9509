"""Wheels and source distributions of this tree, built without the network."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build(what, source, folder):
    """Build a `wheel` or an `sdist` of a source tree into a folder, and return its path."""
    code = f"import hatchling.build as b; print(b.build_{what}({str(folder)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


def unpacked(archive, folder):
    """Unpack a wheel or a source distribution into a folder."""
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder)
        return folder
    with tarfile.open(archive) as tar:
        # Python 3.11.3 and earlier know no filters.
        tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (top,) = folder.iterdir()
    return top
