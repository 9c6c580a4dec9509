"""What all tests need."""

import signal


def pytest_configure() -> None:
    """Take ctrl-C as a terminal gives it, also where the tests were started in the background and it is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
