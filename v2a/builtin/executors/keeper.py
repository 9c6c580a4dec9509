"""Keeps plugins open between calls, and closes the one that was used least lately when room is needed."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import sys
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from v2a.builtin.executors.failures import is_memory
from v2a.errors import PluginBroken
from v2a.interfaces import Address, Bench, Encoder, Generator, Maker, Reader, as_maker

MOST = 4


@dataclass(frozen=True)
class Opened:
    """A plugin's maker or reader, how many requests it likes at once, the device it is on, whether it has weights."""

    name: str
    work: Maker | Reader
    batch: int
    device: str
    heavy: bool = False


def find(address: Address) -> Any:
    """The plugin's object: its module is imported by name and its hook is asked."""
    module = importlib.import_module(address.module)
    for thing in getattr(module, address.hook)():
        if thing.card.name == address.name:
            return thing
    raise PluginBroken(
        f"lists no {address.name!r} in {address.hook}",
        where=f"plugin {address.module}",
        remedy="Update or uninstall it.",
    )


def device_for(devices: tuple[str, ...], wanted: str) -> str:
    """The wanted device where a card allows it, else the first that it names."""
    return wanted if wanted.partition(":")[0] in devices or not devices else devices[0]


class Keeper:
    """Opened plugins by address."""

    def __init__(self, bench: Bench, most: int = MOST) -> None:
        """Open plugins at this bench, at most so many at once, fewer where they fill its memory limit."""
        self._bench = bench
        self._most = most
        self._open: OrderedDict[Address, Opened] = OrderedDict()

    def opened(self, address: Address) -> Opened:
        """The plugin, opened now if it is not open yet; raises what the plugin raises."""
        if address not in self._open:
            thing = find(address)
            if not isinstance(thing, Generator | Encoder):
                raise PluginBroken(f"{address.name!r} is neither a generator nor an encoder")
            self._make_room()
            try:
                self._open[address] = self._opened(thing)
            except Exception as error:
                if not is_memory(error) or not self._open:
                    raise
                self.close()
                self._open[address] = self._opened(thing)
        self._open.move_to_end(address)
        return self._open[address]

    def release(self, address: Address) -> None:
        """Close one plugin."""
        opened = self._open.pop(address, None)
        if opened is not None:
            with contextlib.suppress(Exception):
                opened.work.close()
            del opened
            free_memory()

    def close_others(self, address: Address) -> bool:
        """Close all but one, to make room for it; says whether there were any."""
        others = [other for other in self._open if other != address]
        for other in others:
            self.release(other)
        return bool(others)

    def close(self) -> None:
        """Close all."""
        for address in list(self._open):
            self.release(address)

    def _opened(self, thing: Generator | Encoder) -> Opened:
        card = thing.card
        device = device_for(card.devices, self._bench.device)
        dtype = self._bench.dtype if device == self._bench.device else "float32"
        name = f"{self._bench.stage}: {card.name}" if self._bench.stage else card.name
        bench = dataclasses.replace(self._bench, device=device, dtype=dtype, stage=name)
        work = as_maker(thing.open(bench)) if isinstance(thing, Generator) else thing.open(bench)
        heavy = bool(card.weights) or card.licence.weights != "none"
        return Opened(card.name, work, max(1, card.batch), device, heavy)

    def _make_room(self) -> None:
        while self._open and (len(self._open) >= self._most or self._is_tight()):
            self.release(next(iter(self._open)))

    def _is_tight(self) -> bool:
        limit = self._bench.memory_limit
        return limit is not None and _resident() > limit // 2


def free_memory() -> None:
    """Give back what a closed model held."""
    gc.collect()
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
