"""The hooks: plural nouns register descriptions, `on_` hooks are told. Work happens in the objects, never here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path

import pluggy

from v2a.interfaces import (
    Command,
    Effect,
    Encoder,
    Executor,
    Exporter,
    Generator,
    Importer,
    Library,
    Metric,
    ModelCard,
    Observer,
    Planner,
)
from v2a.model import Delivery, Take

PROJECT = "v2a"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
LISTENING = {"v2a_on_take": "take", "v2a_on_deliver": "delivery"}


@hookspec
def v2a_generators() -> Sequence[Generator]:  # type: ignore[empty-body]
    """Sources of sound."""


@hookspec
def v2a_planners() -> Sequence[Planner]:  # type: ignore[empty-body]
    """What decides where sound goes."""


@hookspec
def v2a_observers() -> Sequence[Observer]:  # type: ignore[empty-body]
    """What watches and hears the film."""


@hookspec
def v2a_encoders() -> Sequence[Encoder]:  # type: ignore[empty-body]
    """What turns text or picture into features that generators need."""


@hookspec
def v2a_effects() -> Sequence[Effect]:  # type: ignore[empty-body]
    """Block processors for stems."""


@hookspec
def v2a_importers() -> Sequence[Importer]:  # type: ignore[empty-body]
    """Readers of other programs' cue lists."""


@hookspec
def v2a_exporters() -> Sequence[Exporter]:  # type: ignore[empty-body]
    """Writers of deliveries for other programs."""


@hookspec
def v2a_libraries() -> Sequence[Library]:  # type: ignore[empty-body]
    """Collections of recordings that can be searched."""


@hookspec
def v2a_executors() -> Sequence[Executor]:  # type: ignore[empty-body]
    """Places where plugins run."""


@hookspec
def v2a_metrics() -> Sequence[Metric]:  # type: ignore[empty-body]
    """Numbers that say how good a take is."""


@hookspec
def v2a_models() -> Sequence[ModelCard]:  # type: ignore[empty-body]
    """Models whose weights users fetch."""


@hookspec
def v2a_presets() -> Sequence[Path]:  # type: ignore[empty-body]
    """Folders of preset files."""


@hookspec
def v2a_commands() -> Sequence[Command]:  # type: ignore[empty-body]
    """Subcommands, imported when they are called."""


@hookspec
def v2a_on_take(take: Take) -> None:
    """Told of every new take."""


@hookspec
def v2a_on_deliver(delivery: Delivery) -> None:
    """Told of every delivery."""


def listener(function: Callable[..., object], hook: str) -> Callable[[object], None]:
    """A plugin's function that is told, as one of one value; it may leave its argument out, as any hook may."""
    named = LISTENING[hook] in inspect.signature(function).parameters

    def tell(value: object) -> None:
        function(**{LISTENING[hook]: value} if named else {})

    return tell
