"""Hosts for tests: they discover nothing and know only what they are given."""

from __future__ import annotations

import importlib
from types import ModuleType

from v2a.host import Host


def module_of(module: str | ModuleType) -> ModuleType:
    """The module of that name."""
    return importlib.import_module(module) if isinstance(module, str) else module


def host_of(*modules: str | ModuleType) -> Host:
    """A host of these modules and nothing else; raises PluginBroken where one of them does not fit."""
    host = Host((_plugin(m), module_of(m), "") for m in modules)
    for broken in host.broken:
        raise broken.error
    return host


def _plugin(module: str | ModuleType) -> str:
    return module if isinstance(module, str) else module.__name__
