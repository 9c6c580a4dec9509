"""What ships in the core, as plugins without privileges."""

from __future__ import annotations

from collections.abc import Sequence

from v2a.hookspecs import hookimpl
from v2a.interfaces import Executor, Observer


@hookimpl
def v2a_executors() -> Sequence[Executor]:
    """This process, and processes of their own."""
    from v2a.builtin.executors import EXECUTORS

    return EXECUTORS


@hookimpl
def v2a_observers() -> Sequence[Observer]:
    """What watches the picture and hears the production sound."""
    from v2a.builtin.observers import OBSERVERS

    return OBSERVERS
