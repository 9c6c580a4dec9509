"""The contract of all that a module registers, whatever kinds of plugin they are."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from v2a import presets
from v2a.errors import V2aError
from v2a.host import Host, Registered
from v2a.interfaces import Command
from v2a.testing.effects import effect_findings
from v2a.testing.encoders import encoder_findings
from v2a.testing.exchange import exporter_findings, importer_findings, library_findings, metric_findings
from v2a.testing.executors import executor_findings
from v2a.testing.findings import Finding, Report, settle
from v2a.testing.generators import generator_findings
from v2a.testing.hosts import module_of
from v2a.testing.models import model_findings
from v2a.testing.observers import observer_findings
from v2a.testing.planners import planner_findings


def check_presets(folder: Path, schema: Mapping[str, type] | None = None) -> None:
    """Raise ContractBroken if a folder has a preset that cannot be read, or whose keys do not fit the schema."""
    settle(preset_findings(folder, schema))


def preset_findings(folder: Path, schema: Mapping[str, type] | None = None) -> Iterator[Finding]:
    """Every breach of the contract by a folder of presets."""
    found = sorted(folder.glob("*.toml"))
    if not found:
        yield Finding(
            f"presets {folder.name}",
            f"{folder} holds no presets",
            "Put .toml files there, or do not list it.",
        )
    for path in found:
        subject = f"preset {path.stem}"
        try:
            layer = presets.load(str(path), (folder,))
            if schema is not None:
                presets.layered(schema, [layer])
        except V2aError as error:
            yield Finding(subject, error.what, error.remedy)
            continue
        about = next(i.about for i in presets.names((folder,)) if i.path == path)
        if not about.strip():
            yield Finding(subject, "does not say what it is for", 'Write about = "…" into it.')


def check_commands(*commands: Command) -> None:
    """Raise ContractBroken if a command has no name or its target is not there."""
    settle(finding for command in commands for finding in command_findings(command))


def command_findings(command: Command) -> Iterator[Finding]:
    """Every breach of the contract by a command."""
    subject = f"command {command.name}"
    if not command.name.replace("-", "").isalnum() or command.name != command.name.lower():
        yield Finding(subject, "the name does not fit", "Use lower-case letters, digits and -.")
    if not command.about.strip():
        yield Finding(subject, "does not say what it does", "Write a few words into about.")
    module, _, function = command.target.partition(":")
    try:
        target = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        yield Finding(subject, f"{command.target} is not there ({error})", "Write module:function.")
        return
    if not callable(target):
        yield Finding(subject, f"{command.target} cannot be called", "Name a function.")


_CHECKS: Mapping[str, Callable[[Any], Iterator[Finding]]] = {
    "v2a_planners": planner_findings,
    "v2a_observers": observer_findings,
    "v2a_effects": effect_findings,
    "v2a_importers": importer_findings,
    "v2a_exporters": exporter_findings,
    "v2a_libraries": library_findings,
    "v2a_executors": executor_findings,
    "v2a_metrics": metric_findings,
    "v2a_models": model_findings,
    "v2a_presets": preset_findings,
    "v2a_commands": command_findings,
}


_TOLD = ("v2a_on_take", "v2a_on_deliver")


def check_module(module: str | ModuleType) -> Report:
    """Check all that a module registers; a report and never an error, so that it can be printed."""
    name = module if isinstance(module, str) else module.__name__
    try:
        loaded = module_of(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's module may raise anything at all
        why = f"does not import ({type(error).__name__}: {error})"
        return Report(name, (), (Finding(name, why, "Install it, and try python -c 'import …'."),))
    host = Host([(name, loaded, "")])
    broken = tuple(Finding(name, b.why, "Correct what it registers.") for b in host.broken)
    checked: list[str] = []
    findings: list[Finding] = []
    for hook in ("v2a_generators", "v2a_encoders", *_CHECKS):
        for entry in host.all(hook).values():
            checked.append(_subject(entry))
            findings += _of(entry, loaded)
    checked += [f"hook {hook}" for hook in _TOLD if hasattr(loaded, hook) and not broken]
    if not checked and not broken:
        broken = (
            Finding(name, "registers nothing", "Add a hook such as v2a_generators with @v2a.hookimpl."),
        )
    return Report(name, tuple(checked), (*broken, *findings))


def _subject(entry: Registered[Any]) -> str:
    kind = {"v2a_libraries": "library", "v2a_presets": "presets"}.get(
        entry.hook, entry.hook.removeprefix("v2a_").removesuffix("s")
    )
    return f"{kind} {Path(entry.name).name if entry.hook == 'v2a_presets' else entry.name}"


def _of(entry: Registered[Any], module: ModuleType) -> Iterator[Finding]:
    if entry.hook == "v2a_generators":
        return generator_findings(entry.thing, module)
    if entry.hook == "v2a_encoders":
        return encoder_findings(entry.thing, module)
    return _CHECKS[entry.hook](entry.thing)
