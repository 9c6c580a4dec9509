"""The first import of a plugin that does not ship with v2a: tried in a process of its own, which it may end or hang.

That it went well is remembered in the user's cache folder, until the plugin's files, its version, Python or what is
installed beside it change: the trial costs a process once, and a look at some files from then on. A plugin that
raises is as harmless as one that does not: the host leaves it out by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from v2a import __version__
from v2a.errors import PluginError, PluginExited, PluginHung, PluginKilled, V2aError
from v2a.files import write_text

_SECONDS = 60.0
_SUFFIXES = (".py", ".so", ".pyd")


def load(point: EntryPoint) -> Any:
    """What an entry point names, imported here; raises PluginError where the trial says that this process would suffer."""
    state = _state(point)
    remembered = _memory(point)
    if _said(remembered) != state:
        _try(point)
        with contextlib.suppress(V2aError, OSError):
            write_text(remembered, state)
    return point.load()


def _try(point: EntryPoint) -> None:
    from v2a.builtin.executors import ProcessExecutor
    from v2a.builtin.executors.errands import IMPORT
    from v2a.interfaces import Address, Bench
    from v2a.model import Failure

    with tempfile.TemporaryDirectory(prefix="v2a-", ignore_cleanup_errors=True) as folder:
        runner = ProcessExecutor(1).open(Bench(scratch=Path(folder)), _seconds())
        try:
            failed = runner.call(Address(point.module, "", point.name), IMPORT)
        finally:
            runner.close()
    if isinstance(failed, Failure):
        _refuse(failed.what, failed.exit_code)


def _refuse(what: str, code: int) -> None:
    kinds: tuple[type[PluginError], ...] = (PluginHung, PluginExited, PluginKilled)
    for kind in kinds:
        if kind.exit_code == code:
            raise kind(f"{what} when it was imported")


def _seconds() -> float:
    """How long an import may be silent: `V2A_IMPORT_SECONDS`, or a minute."""
    try:
        return max(1.0, float(os.environ.get("V2A_IMPORT_SECONDS", "")))
    except ValueError:
        return _SECONDS


def _memory(point: EntryPoint) -> Path:
    """The file that remembers a plugin of this environment."""
    name = hashlib.sha256(f"{sys.prefix}\n{point.name}\n{point.value}".encode()).hexdigest()[:16]
    return _cache() / "imports" / name


def _cache() -> Path:
    """Where v2a keeps what it can do without: `V2A_CACHE`, or the user's cache folder."""
    named = os.environ.get("V2A_CACHE", "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("v2a", "v2a"))


def _said(remembered: Path) -> str:
    try:
        return remembered.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _state(point: EntryPoint) -> str:
    """A digest of all that an import may depend on and that costs little to ask."""
    told = hashlib.sha256(f"1 {__version__} {sys.version} {point.value}".encode())
    if point.dist is not None:
        told.update(f"{point.dist.name} {point.dist.version}".encode())
    for path in (*_files(point.module.partition(".")[0]), *_shelves()):
        with contextlib.suppress(OSError):
            about = os.stat(path)  # noqa: PTH116 - one of many
            told.update(f"{path} {about.st_mtime_ns} {about.st_size}".encode())
    return told.hexdigest()


def _files(package: str) -> Iterator[str]:
    """The files of a package, found without importing it."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    if spec.origin is not None:
        yield spec.origin
    for place in spec.submodule_search_locations or ():
        for folder, _, names in sorted(os.walk(place)):
            yield from (str(Path(folder) / name) for name in sorted(names) if name.endswith(_SUFFIXES))


def _shelves() -> list[str]:
    """The folders that change when anything is installed or removed."""
    return sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
