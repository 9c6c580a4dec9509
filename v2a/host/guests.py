"""Stand-ins for what does not ship with v2a: they look like the plugin, which works in a process of its own.

Generators and encoders need none: a stage gives their requests to a runner anyhow.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors.failures import blamed
from v2a.builtin.executors.messages import Lines, Measured, Offered, Sought
from v2a.builtin.executors.tray import LaidRows, Shown, Sounded, Tray, lay
from v2a.errors import PluginError, PluginExited, PluginHung, PluginKilled, V2aError
from v2a.hookspecs import LISTENING
from v2a.host.plugins import Host
from v2a.host.registered import Registered
from v2a.interfaces import (
    Address,
    Bench,
    Block,
    Exporter,
    Found,
    Frames,
    Imported,
    Importer,
    Library,
    Metric,
    Observer,
    Plan,
    Planner,
    PlanRequest,
    Rows,
    Runner,
    Watcher,
)
from v2a.model import Audio, Delivery, Failure, Findings, Kind, Observations, Take, Video


def apart(host: Host, runner: Callable[[], Runner]) -> Host:
    """The same host with a stand-in for each guest; the runner is asked for when the first of them is."""
    return host.with_things(functools.partial(_stand_in, runner=runner))


def _stand_in(entry: Registered[Any], runner: Callable[[], Runner]) -> Any:
    kind = _STAND_INS.get(entry.hook)
    return entry.thing if kind is None or not entry.is_guest else kind(entry, runner)


class _Away:
    """The plugin's object, elsewhere: asks, and raises an error that names it where it fails."""

    def __init__(self, entry: Registered[Any], runner: Callable[[], Runner], remedy: str) -> None:
        is_told = entry.hook in LISTENING
        what = entry.hook if is_told else f"{entry.what} {entry.name}"
        self._where = f"plugin {entry.plugin}: {what}"
        self._address = Address(entry.module, "", entry.plugin) if is_told else entry.address
        self._runner = runner
        self._remedy = remedy

    def ask(self, verb: str, *values: object) -> Any:
        answer = self._runner().call(self._address, verb, *values)
        if isinstance(answer, Failure):
            raise blamed(answer, self._where, self._remedy)
        return answer

    def ask_once(self, verb: str, *values: object) -> Any:
        try:
            return self.ask(verb, *values)
        finally:
            self.release()

    def release(self) -> None:
        self._runner().release(self._address)


class AwayPlanner(Planner):
    """A planner that plans elsewhere."""

    def __init__(self, entry: Registered[Planner], runner: Callable[[], Runner]) -> None:
        """Stand in for a planner."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "Choose another with --planner.")

    def plan(self, bench: Bench, request: PlanRequest) -> Plan:
        """Have the planner plan."""
        plan: Plan = self._away.ask_once("plan", request)
        return plan


class AwayImporter(Importer):
    """An importer that reads elsewhere."""

    def __init__(self, entry: Registered[Importer], runner: Callable[[], Runner]) -> None:
        """Stand in for an importer."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "Tell its author, or import the list in another format.")

    def read(self, path: Path, video: Video) -> Imported:
        """Have the importer read a file."""
        imported: Imported = self._away.ask_once("read", str(path.absolute()), video)
        return imported


class AwayExporter(Exporter):
    """An exporter that writes elsewhere."""

    def __init__(self, entry: Registered[Exporter], runner: Callable[[], Runner]) -> None:
        """Stand in for an exporter."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "Update its plugin or leave --export out.")

    def write(self, delivery: Delivery, path: Path) -> tuple[str, ...]:
        """Have the exporter write its file."""
        said = self._away.ask_once("write", delivery, str(path.absolute()))
        notes: tuple[str, ...] = said.lines if isinstance(said, Lines) else said
        return notes


class AwayLibrary(Library):
    """A library that is searched elsewhere, and stays open for the next search."""

    def __init__(self, entry: Registered[Library], runner: Callable[[], Runner]) -> None:
        """Stand in for a library."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "It is not searched again; tell its author.")

    def search(self, prompt: str, kind: Kind | None = None, limit: int = 20) -> list[Found]:
        """Have the library searched."""
        offered: Offered = self._away.ask("search", Sought(prompt, kind, limit))
        return list(offered.found)

    def known(self, path: str) -> Found | None:
        """Ask the library for the recording at a path."""
        offered: Offered = self._away.ask("known", path)
        return next(iter(offered.found), None)


class AwayMetric(Metric):
    """A metric that measures elsewhere, out of the take's file."""

    def __init__(self, entry: Registered[Metric], runner: Callable[[], Runner]) -> None:
        """Stand in for a metric."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "It is not asked again; tell its author.")

    def measure(self, bench: Bench, sound: Audio, take: Take, observations: Observations) -> float | None:
        """Have the take measured."""
        found: Measured | None = self._away.ask("measure", take, observations)
        return None if found is None else found.number


class AwayObserver(Observer):
    """An observer that watches elsewhere."""

    def __init__(self, entry: Registered[Observer], runner: Callable[[], Runner]) -> None:
        """Stand in for an observer."""
        self.card = entry.thing.card  # type: ignore[misc]
        self._away = _Away(entry, runner, "It is left out; tell its author.")
        self._tells = type(entry.thing).at is not Observer.at
        self._failed: V2aError | None = None

    def at(self, bench: Bench) -> Observer:
        """The same with the card that it has at this bench; one that fails to tell fails again when it is opened."""
        here = copy.copy(self)
        if self._tells:
            try:
                here.card = self._away.ask_once("at")  # type: ignore[misc]
            except PluginError as error:
                here._failed = error
        return here

    def open(self, bench: Bench, video: Video) -> Watcher:
        """Have a watcher opened."""
        if self._failed is not None:
            raise self._failed
        self._away.ask("open", video)
        return _AwayWatcher(self._away.ask, Tray(bench.scratch))

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Have the observer conclude; it is let go then."""
        if self._failed is not None:
            raise self._failed
        findings: Findings = self._away.ask_once("conclude", so_far)
        return findings


class _AwayWatcher(Watcher):
    """Lays what is shown into a file, and reads the rows from another."""

    def __init__(self, ask: Callable[..., Any], tray: Tray) -> None:
        self._ask = ask
        self._tray = tray
        self._well = True

    def see(self, frames: Frames) -> Rows:
        (laid,) = lay(self._tray.there, frames.pixels)
        return self._rows("see", Shown(tuple(frames.times.tolist()), laid, self._tray.back))

    def hear(self, block: Block) -> Rows:
        (laid,) = lay(self._tray.there, block.sound.samples)
        return self._rows("hear", Sounded(block.start, block.sound.rate, laid, self._tray.back))

    def close(self) -> None:
        try:
            if self._well:
                self._ask("close")
        finally:
            self._tray.close()

    def _rows(self, verb: str, shown: Shown | Sounded) -> Mapping[str, NDArray[np.generic]]:
        self._well = False
        given: LaidRows = self._ask(verb, shown)
        rows = {name: laid.taken() for name, laid in given.rows.items()}
        self._well = True
        return rows


class AwayListener:
    """A listener that is told elsewhere, until it dies of it; it keeps what it remembers from one time to the next."""

    def __init__(self, entry: Registered[Callable[[object], None]], runner: Callable[[], Runner]) -> None:
        """Stand in for a plugin's listeners."""
        self._away = _Away(entry, runner, "It is told of nothing more; tell its author.")
        self._hook = entry.hook
        self._alive = True

    def __call__(self, value: object) -> None:
        """Have the listener told."""
        if self._alive:
            try:
                self._away.ask(self._hook, value)
            except (PluginHung, PluginExited, PluginKilled):
                self._alive = False
                raise


_STAND_INS: Mapping[str, Callable[[Any, Callable[[], Runner]], Any]] = {
    "v2a_planners": AwayPlanner,
    "v2a_importers": AwayImporter,
    "v2a_exporters": AwayExporter,
    "v2a_libraries": AwayLibrary,
    "v2a_metrics": AwayMetric,
    "v2a_observers": AwayObserver,
    **dict.fromkeys(LISTENING, AwayListener),
}
