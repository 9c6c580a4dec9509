"""What all tests need."""

import gc
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

LOADED = pytest.StashKey[int]()
MANY = 300
"""So many modules loaded since it was last done make it worth leaving them out of the search for garbage."""


def pytest_configure() -> None:
    """Take ctrl-C as a terminal gives it, also where the tests were started in the background and it is ignored.

    No test finds the sound libraries of whoever runs it. Sums run on one thread, because tests run beside each other.
    Compiled modules are kept, as they are for users: some hundred processes would else each compile v2a anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["V2A_LIBRARY"] = str(Path(tempfile.gettempdir()) / "v2a-tests-have-no-library")
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave the thousands of tests out of the search for garbage."""
    _stays(session.config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out as well what was loaded since, such as torch."""
    if len(sys.modules) - item.config.stash[LOADED] > MANY:
        _stays(item.config)


def _stays(config: pytest.Config) -> None:
    """Have Python search no more through what is there now: v2a searches after each stage, which took longer than most."""
    gc.collect()
    gc.freeze()
    config.stash[LOADED] = len(sys.modules)
