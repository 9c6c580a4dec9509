"""What all tests need."""

import os
import signal
import sys
import tempfile
from pathlib import Path


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
