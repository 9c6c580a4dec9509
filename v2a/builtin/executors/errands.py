"""Calls of plugins' objects that are no generators or encoders: the side on which the plugin is."""

from __future__ import annotations

import contextlib
import importlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from v2a.builtin.executors import messages
from v2a.builtin.executors.failures import failure
from v2a.builtin.executors.keeper import find
from v2a.builtin.executors.planning import addressed
from v2a.builtin.executors.tray import LaidRows, Shown, Sounded, lay_rows
from v2a.errors import PluginContract
from v2a.hookspecs import LISTENING, PROJECT, listener
from v2a.interfaces import Address, Bench, Block, Found, Frames, Observer, Watcher
from v2a.model import Audio

IMPORT = "import"


class Errands:
    """Finds the object of a call and calls it; keeps objects and what they opened until their release."""

    def __init__(self, bench: Bench) -> None:
        """Call objects at this bench."""
        self._bench = bench
        self._things: dict[Address, Any] = {}
        self._watchers: dict[Address, Watcher] = {}

    def answer(self, call: messages.Call) -> dict[str, Any]:
        """The packed answer to a call, or a packed failure; a full disk and being cancelled are raised."""
        try:
            values = [messages.unpack(value) for value in call.values]
            return messages.pack_answer(self._done(call.address, call.verb, values))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
            return messages.pack(failure(error))

    def release(self, address: Address) -> None:
        """Forget an object, and close what it opened."""
        self._things.pop(address, None)
        with contextlib.suppress(Exception):
            self._close(address)

    def close(self) -> None:
        """Forget all."""
        for address in list(self._things):
            self.release(address)

    def _done(self, address: Address, verb: str, values: list[Any]) -> object:
        bench = replace(self._bench, stage=address.name)
        if verb == IMPORT:
            _import(address.module)
            return None
        if verb in LISTENING:
            _tell(address.module, verb, values[0], bench)
            return None
        if address not in self._things:
            self._things[address] = _at(find(address), bench)
        thing = self._things[address]
        match verb, *values:
            case "plan", request:
                return thing.plan(bench, addressed(request, thing))
            case "read", path, video:
                return thing.read(Path(path), video)
            case "write", delivery, path:
                return _lines(thing.write(delivery, Path(path)))
            case "search", sought:
                return _offered(thing.search(sought.prompt, sought.kind, sought.limit))
            case "known", path:
                found = thing.known(path)
                return _offered([] if found is None else [found])
            case "measure", take, observations:
                return _number(thing.measure(bench, take.sound.open(), take, observations))
            case ("at",):
                return thing.card
            case "open", video:
                self._watchers[address] = thing.open(bench, video)
                return None
            case "see" | "hear", shown:
                return self._shown(address, shown)
            case ("close",):
                self._close(address)
                return None
            case "conclude", observations:
                return thing.conclude(bench, observations)
        raise PluginContract(f"there is nothing called {verb!r} to ask of {address.name}")

    def _shown(self, address: Address, shown: Shown | Sounded) -> LaidRows:
        watcher = self._watchers[address]
        if isinstance(shown, Shown):
            given = watcher.see(Frames(np.array(shown.times, np.float64), shown.pixels.taken()))
        else:
            given = watcher.hear(Block(shown.start, Audio(shown.samples.taken(), shown.rate)))
        return lay_rows(shown.answer, given)

    def _close(self, address: Address) -> None:
        watcher = self._watchers.pop(address, None)
        if watcher is not None:
            watcher.close()


def _at(thing: Any, bench: Bench) -> Any:
    """The object as it is at this bench, where its kind can tell."""
    here: object = thing.at(bench) if isinstance(thing, Observer) else thing
    return here if not isinstance(thing, Observer) or isinstance(here, Observer) else thing


def _import(name: str) -> None:
    """Import a module and have it list all it registers, as the host will."""
    module = importlib.import_module(name)
    for hook, function in list(vars(module).items()):
        if hasattr(function, f"{PROJECT}_impl") and hook not in LISTENING:
            for thing in function():
                getattr(thing, "card", None)


def _tell(module: str, hook: str, value: object, bench: Bench) -> None:
    """Tell a listener; what it prints reaches the user as notes, because this process has no terminal."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            listener(getattr(importlib.import_module(module), hook), hook)(value)
    finally:
        for line in said.getvalue().splitlines():
            bench.warn(line)


def _number(found: object) -> object:
    """A metric's number as it crosses; numpy's are numbers too."""
    if isinstance(found, bool) or not isinstance(found, int | float | np.number):
        return found
    return messages.Measured(float(found))


def _lines(notes: object) -> object:
    if isinstance(notes, tuple | list) and all(isinstance(note, str) for note in notes):
        return messages.Lines(tuple(notes))
    return notes


def _offered(found: object) -> object:
    if isinstance(found, tuple | list) and all(isinstance(entry, Found) for entry in found):
        return messages.Offered(tuple(found))
    return found
