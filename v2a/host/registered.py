"""What a plugin registered, and a plugin that was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from v2a.errors import PluginBroken, PluginError
from v2a.interfaces import Address

OURS = "v2a"
T = TypeVar("T")


def is_guest(distribution: str) -> bool:
    """Whether what a distribution brings does not ship with v2a; a module that was handed over is trusted."""
    return distribution not in ("", OURS)


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

    @property
    def what(self) -> str:
        """What kind of thing it is, in a word."""
        return self.hook.removeprefix("v2a_").removesuffix("s").replace("librarie", "library")

    @property
    def is_guest(self) -> bool:
        """Whether it does not ship with v2a, and is therefore kept in a process of its own."""
        return is_guest(self.distribution)


@dataclass(frozen=True)
class Broken:
    """A plugin that was left out, why, and what kind of error that is."""

    plugin: str
    distribution: str
    why: str
    kind: type[PluginError] = PluginBroken

    @property
    def error(self) -> PluginError:
        """The same as an error, for the one line and the exit code."""
        return self.kind(
            f"is left out: {self.why}",
            where=f"plugin {self.plugin}" + (f" ({self.distribution})" if self.distribution else ""),
            remedy="Update or uninstall it; v2a plugins lists all.",
        )
