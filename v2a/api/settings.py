"""Settings of all stages and generators: default < preset < project < command line, layered in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from v2a import presets
from v2a.engine import table
from v2a.host import Host
from v2a.presets import Layer

GENERATOR = "generators."
PLANNER = "planners."


def schema(host: Host) -> dict[str, type]:
    """The options dataclass of every section: a stage, `generators.NAME` or `planners.NAME`."""
    sections: dict[str, type] = dict(table.schema())
    for name, generator in host.generators.items():
        sections[GENERATOR + name] = generator.thing.card.params
    for name, planner in host.planners.items():
        sections[PLANNER + name] = planner.thing.card.params
    return sections


def layered_settings(host: Host, preset: str, *layers: Layer) -> Mapping[str, Any]:
    """The options of every section, from a preset and the layers above it."""
    return presets.layered(schema(host), [presets.load(preset, host.preset_folders), *layers])


@dataclass(frozen=True)
class Choices:
    """The settings of one run, and the values that were set for generators and for planners by any layer."""

    preset: str
    options: Mapping[str, Any]
    params: Mapping[str, Mapping[str, Any]]
    planning: Mapping[str, Mapping[str, Any]]


def choices(host: Host, preset: str, layers: Sequence[Layer]) -> Choices:
    """Layer the settings of one run."""
    first = presets.load(preset, host.preset_folders)
    options = presets.layered(schema(host), [first, *layers])
    every = (first, *layers)
    return Choices(preset, options, _given(every, GENERATOR), _given(every, PLANNER))


def _given(layers: Sequence[Layer], group: str) -> dict[str, dict[str, Any]]:
    """The values that layers set for the plugins of a group, by name."""
    values: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, content in layer.values.items():
            if section.startswith(group):
                values.setdefault(section.removeprefix(group), {}).update(content)
    return values
