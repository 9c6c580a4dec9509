"""Finds plugins, checks what they register, leaves broken ones out and names them."""

from __future__ import annotations

import importlib.metadata
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import pluggy

from v2a import hookspecs
from v2a.errors import DocumentError, PluginBroken, PluginClash, UnknownGenerator, UnknownName
from v2a.interfaces import (
    Address,
    Command,
    Effect,
    Encoder,
    Executor,
    Exporter,
    Generator,
    Importer,
    Library,
    Metric,
    Observer,
    Planner,
)
from v2a.model import Delivery, Take

GROUP = "v2a"
T = TypeVar("T")

_KINDS: dict[str, type] = {
    "v2a_generators": Generator,
    "v2a_planners": Planner,
    "v2a_observers": Observer,
    "v2a_encoders": Encoder,
    "v2a_effects": Effect,
    "v2a_importers": Importer,
    "v2a_exporters": Exporter,
    "v2a_libraries": Library,
    "v2a_executors": Executor,
    "v2a_metrics": Metric,
    "v2a_commands": Command,
    "v2a_presets": Path,
}


@dataclass(frozen=True)
class Registered(Generic[T]):
    """Something a plugin registered, and where it came from."""

    thing: T
    hook: str
    name: str
    plugin: str
    module: str
    distribution: str

    @property
    def address(self) -> Address:
        """Where another process finds it."""
        return Address(self.module, self.hook, self.name)


@dataclass(frozen=True)
class Broken:
    """A plugin that was left out, and why."""

    plugin: str
    distribution: str
    why: str

    @property
    def error(self) -> PluginBroken:
        """The same as an error, for the one line and the exit code."""
        return PluginBroken(
            f"is left out: {self.why}",
            where=f"plugin {self.plugin}" + (f" ({self.distribution})" if self.distribution else ""),
            remedy="Update or uninstall it; v2a plugins lists all.",
        )


class Host:
    """The plugins of one run. Objects are asked for once, when the host is made."""

    def __init__(self, modules: Iterable[tuple[str, Any, str]] = ()) -> None:
        """Register modules, given as plugin name, module (or a callable that imports it) and distribution."""
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._found: dict[str, dict[str, Registered[Any]]] = {hook: {} for hook in _KINDS}
        self.broken: tuple[Broken, ...] = ()
        self.plugins: tuple[str, ...] = ()
        for name, module, distribution in modules:
            self._add(name, module, distribution)

    @classmethod
    def discover(cls) -> Host:
        """The host of all installed plugins."""
        points = sorted(
            importlib.metadata.entry_points(group=GROUP), key=lambda p: (p.name != "builtin", p.name)
        )
        return cls((p.name, p.load, p.dist.name if p.dist else "") for p in points)

    def _add(self, name: str, module: Any, distribution: str) -> None:
        try:
            loaded = module if isinstance(module, ModuleType) else module()
            registered = self._registered_by(name, loaded, distribution)
        except PluginClash:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's module may raise anything at all
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            self.broken = (*self.broken, Broken(name, distribution, why))
            return
        for entry in registered:
            self._claim(entry)
        self.plugins = (*self.plugins, name)

    def _registered_by(self, name: str, module: Any, distribution: str) -> list[Registered[Any]]:
        self._refuse_misspelt(module)
        self._manager.register(module, name=name)
        try:
            self._manager.check_pending()
            found = []
            for hook, kind in _KINDS.items():
                function = getattr(module, hook, None)
                if function is None or not hasattr(function, f"{hookspecs.PROJECT}_impl"):
                    continue
                for thing in function():
                    if not isinstance(thing, kind):
                        raise TypeError(f"{hook} must list {kind.__name__} objects, not {thing!r}")
                    found.append(
                        Registered(
                            thing,
                            hook,
                            _name_of(thing),
                            name,
                            getattr(module, "__name__", name),
                            distribution,
                        )
                    )
            return found
        except BaseException:
            self._manager.unregister(name=name)
            raise

    def _refuse_misspelt(self, module: Any) -> None:
        known = {n for n, _ in inspect.getmembers(hookspecs, inspect.isfunction) if n.startswith("v2a_")}
        for name, value in vars(module).items():
            marked = hasattr(value, f"{hookspecs.PROJECT}_impl")
            if name.startswith("v2a_") and inspect.isfunction(value) and name not in known:
                raise AttributeError(f"there is no hook {name}")
            if name in known and not marked and inspect.isfunction(value):
                raise AttributeError(f"{name} lacks the @v2a.hookimpl above it")
            if marked and name not in known:
                raise AttributeError(f"there is no hook {name}")

    def _claim(self, entry: Registered[Any]) -> None:
        shelf = self._found[entry.hook]
        other = shelf.get(entry.name)
        if other is not None:
            what = entry.hook.removeprefix("v2a_").rstrip("s")
            raise PluginClash(
                f"two plugins register the {what} {entry.name!r}: "
                f"{other.plugin} ({other.distribution}) and {entry.plugin} ({entry.distribution})",
                remedy="Uninstall one of them.",
            )
        shelf[entry.name] = entry

    def all(self, hook: str) -> Mapping[str, Registered[Any]]:
        """All that was registered through a hook, by name."""
        return dict(self._found[hook])

    @property
    def generators(self) -> Mapping[str, Registered[Generator]]:
        """All generators, by name."""
        return self.all("v2a_generators")

    @property
    def planners(self) -> Mapping[str, Registered[Planner]]:
        """All planners, by name."""
        return self.all("v2a_planners")

    @property
    def observers(self) -> Mapping[str, Registered[Observer]]:
        """All observers, by name."""
        return self.all("v2a_observers")

    @property
    def encoders(self) -> Mapping[str, Registered[Encoder]]:
        """All encoders, by name."""
        return self.all("v2a_encoders")

    @property
    def effects(self) -> Mapping[str, Registered[Effect]]:
        """All effects, by name."""
        return self.all("v2a_effects")

    @property
    def executors(self) -> Mapping[str, Registered[Executor]]:
        """All executors, by name."""
        return self.all("v2a_executors")

    @property
    def importers(self) -> Mapping[str, Registered[Importer]]:
        """All importers, by name."""
        return self.all("v2a_importers")

    @property
    def exporters(self) -> Mapping[str, Registered[Exporter]]:
        """All exporters, by name."""
        return self.all("v2a_exporters")

    @property
    def preset_folders(self) -> tuple[Path, ...]:
        """The folders of presets that plugins bring."""
        return tuple(entry.thing for entry in self._found["v2a_presets"].values())

    def generator(self, name: str) -> Registered[Generator]:
        """The generator of that name."""
        return self._named(self.generators, name, UnknownGenerator, "generator")

    def planner(self, name: str) -> Registered[Planner]:
        """The planner of that name."""
        return self._named(self.planners, name, UnknownName, "planner")

    def executor(self, name: str) -> Registered[Executor]:
        """The executor of that name."""
        return self._named(self.executors, name, UnknownName, "executor")

    def exporter(self, name: str) -> Registered[Exporter]:
        """The exporter of that name."""
        return self._named(self.exporters, name, UnknownName, "exporter")

    def importer(self, name: str) -> Registered[Importer]:
        """The importer of that name."""
        return self._named(self.importers, name, UnknownName, "importer")

    def _named(
        self, shelf: Mapping[str, Registered[T]], name: str, error: type[DocumentError], what: str
    ) -> Registered[T]:
        if name not in shelf:
            known = ", ".join(sorted(shelf)) or "none"
            raise error(f"no {what} is called {name!r}", remedy=f"There are: {known}.")
        return shelf[name]

    def tell_take(self, take: Take) -> list[str]:
        """Tell every plugin of a new take; return what went wrong in them."""
        return self._tell("v2a_on_take", take=take)

    def tell_delivery(self, delivery: Delivery) -> list[str]:
        """Tell every plugin of a delivery; return what went wrong in them."""
        return self._tell("v2a_on_deliver", delivery=delivery)

    def _tell(self, hook: str, **values: object) -> list[str]:
        problems = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            try:
                implementation.function(**{name: values[name] for name in implementation.argnames})
            except (Exception, SystemExit) as error:  # noqa: BLE001 - being told is not allowed to end a render
                problems.append(
                    f"plugin {implementation.plugin_name}: {hook} raised {type(error).__name__}: {error}"
                )
        return problems


def _name_of(thing: Any) -> str:
    if isinstance(thing, Path):
        return str(thing)
    return str(thing.name if isinstance(thing, Command) else thing.card.name)
