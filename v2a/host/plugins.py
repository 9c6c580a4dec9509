"""The plugins of one run: found, checked, those that are broken left out and named."""

from __future__ import annotations

import copy
import functools
import importlib.metadata
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from v2a import hookspecs
from v2a.errors import (
    DocumentError,
    PluginBroken,
    PluginClash,
    PluginError,
    PluginExited,
    UnknownGenerator,
    UnknownName,
    V2aError,
)
from v2a.hookspecs import LISTENING, listener
from v2a.host import trials
from v2a.host.registered import Broken, Registered, is_guest
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
    "v2a_models": ModelCard,
    "v2a_commands": Command,
    "v2a_presets": Path,
}


class Host:
    """The plugins of one run. Objects are asked for once, when the host is made."""

    def __init__(self, modules: Iterable[tuple[str, Any, str]] = ()) -> None:
        """Register modules, given as plugin name, module (or a callable that imports it) and distribution."""
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._found: dict[str, dict[str, Registered[Any]]] = {hook: {} for hook in (*_KINDS, *LISTENING)}
        self.broken: tuple[Broken, ...] = ()
        self.plugins: tuple[str, ...] = ()
        for name, module, distribution in modules:
            self._add(name, module, distribution)

    @classmethod
    def discover(cls) -> Host:
        """The host of all installed plugins; those that do not ship with v2a are imported elsewhere before."""
        points = sorted(
            importlib.metadata.entry_points(group=GROUP), key=lambda p: (p.name != "builtin", p.name)
        )
        named = ((point, point.dist.name if point.dist else "") for point in points)
        return cls(
            (point.name, functools.partial(trials.load, point) if is_guest(dist) else point.load, dist)
            for point, dist in named
        )

    def with_things(self, thing: Callable[[Registered[Any]], Any]) -> Host:
        """The same host with other objects in place of those registered."""
        other = copy.copy(self)
        other._found = {
            hook: {name: replace(entry, thing=thing(entry)) for name, entry in shelf.items()}
            for hook, shelf in self._found.items()
        }
        return other

    def _add(self, name: str, module: Any, distribution: str) -> None:
        try:
            loaded = module if isinstance(module, ModuleType) else module()
            registered = self._registered_by(name, loaded, distribution)
        except PluginClash:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's module may raise anything at all
            self.broken = (*self.broken, _broken(name, distribution, error))
            return
        for entry in registered:
            self._claim(entry)
        self.plugins = (*self.plugins, name)

    def _registered_by(self, name: str, module: Any, distribution: str) -> list[Registered[Any]]:
        self._refuse_misspelt(module)
        self._manager.register(module, name=name)
        try:
            self._manager.check_pending()
            found: list[Registered[Any]] = []
            where = getattr(module, "__name__", name)
            for hook, kind in _KINDS.items():
                function = getattr(module, hook, None)
                if function is None or not hasattr(function, f"{hookspecs.PROJECT}_impl"):
                    continue
                for thing in function():
                    if not isinstance(thing, kind):
                        raise TypeError(f"{hook} must list {kind.__name__} objects, not {thing!r}")
                    found.append(Registered(thing, hook, _name_of(thing), name, where, distribution))
            for hook in LISTENING:
                function = getattr(module, hook, None)
                if function is not None:
                    found.append(Registered(listener(function, hook), hook, name, name, where, distribution))
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
            raise PluginClash(
                f"two plugins register the {entry.what} {entry.name!r}: "
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
    def libraries(self) -> Mapping[str, Registered[Library]]:
        """All libraries, by name."""
        return self.all("v2a_libraries")

    @property
    def metrics(self) -> Mapping[str, Registered[Metric]]:
        """All metrics, by name."""
        return self.all("v2a_metrics")

    @property
    def models(self) -> Mapping[str, Registered[ModelCard]]:
        """All models whose weights can be fetched, by name."""
        return self.all("v2a_models")

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

    def tell_take(self, take: Take) -> list[V2aError]:
        """Tell every plugin of a new take; return what went wrong in them."""
        return self._tell("v2a_on_take", take)

    def tell_delivery(self, delivery: Delivery) -> list[V2aError]:
        """Tell every plugin of a delivery; return what went wrong in them."""
        return self._tell("v2a_on_deliver", delivery)

    def _tell(self, hook: str, value: object) -> list[V2aError]:
        from v2a.builtin.executors.failures import blamed

        problems: list[V2aError] = []
        for entry in self._found[hook].values():
            try:
                entry.thing(value)
            except PluginError as error:
                problems.append(error)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - being told is not allowed to end a render
                problems.append(blamed(error, f"plugin {entry.plugin}: {hook}", "Tell its author."))
        return problems


def _broken(name: str, distribution: str, error: BaseException) -> Broken:
    if isinstance(error, PluginError):
        return Broken(name, distribution, error.what, type(error))
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    kind = PluginExited if isinstance(error, SystemExit) else PluginBroken
    return Broken(name, distribution, why, kind)


def _name_of(thing: Any) -> str:
    if isinstance(thing, Path):
        return str(thing)
    return str(thing.name if isinstance(thing, Command | ModelCard) else thing.card.name)
