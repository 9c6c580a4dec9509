"""Where the library's index lies on this machine."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "index.sqlite"


def folder() -> Path:
    """The folder of the index: V2A_LIBRARY, or `library` in the user's data folder."""
    chosen = os.environ.get("V2A_LIBRARY", "")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("v2a", "v2a")) / "library"


def index_file() -> Path:
    """The index itself, whether it is there or not."""
    return folder() / NAME


def weights() -> Path:
    """The folder of models' weights: V2A_WEIGHTS, or `weights` in the user's data folder."""
    chosen = os.environ.get("V2A_WEIGHTS", "")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("v2a", "v2a")) / "weights"
