"""Opens the executor that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from v2a.builtin.executors.failures import blamed
from v2a.errors import V2aError
from v2a.host import Host
from v2a.interfaces import Bench, Runner


@contextmanager
def running(host: Host, executor: str, stall: float, bench: Bench) -> Iterator[Runner]:
    """A runner of the executor of that name, closed at the end; raises an error that names one which does not open."""
    try:
        runner = host.executor(executor).thing.open(bench, stall)
    except V2aError:
        raise
    except (Exception, SystemExit) as error:
        raise blamed(error, f"executor {executor}", "Choose another with --executor.") from error
    try:
        yield runner
    finally:
        runner.close()
