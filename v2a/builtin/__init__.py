"""What ships in the core, as plugins without privileges."""

from __future__ import annotations

from collections.abc import Sequence

from v2a.hookspecs import hookimpl
from v2a.interfaces import Effect, Executor, Exporter, Importer, Observer, Planner


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


@hookimpl
def v2a_planners() -> Sequence[Planner]:
    """What spots a film without weights."""
    from v2a.builtin.planner import PLANNERS

    return PLANNERS


@hookimpl
def v2a_effects() -> Sequence[Effect]:
    """Filters, an equaliser, a compressor and a room."""
    from v2a.builtin.effects import EFFECTS

    return EFFECTS


@hookimpl
def v2a_exporters() -> Sequence[Exporter]:
    """The cue sheet."""
    from v2a.builtin.exporters import EXPORTERS

    return EXPORTERS


@hookimpl
def v2a_importers() -> Sequence[Importer]:
    """The cue sheet."""
    from v2a.builtin.exporters import IMPORTERS

    return IMPORTERS
