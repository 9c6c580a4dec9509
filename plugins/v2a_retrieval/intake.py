"""Takes one file in: its digest, its sound, what is said of it. Runs in the processes that index."""

from __future__ import annotations

import functools
import multiprocessing
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a_retrieval import meaning
from v2a_retrieval.describe import said
from v2a_retrieval.index import Index, opened
from v2a_retrieval.recording import Recording, Said, Sound
from v2a_retrieval.scan import Entry

_SETTLED = 1.0
_SHORTEST = 0.004


@dataclass(frozen=True)
class Order:
    """A file to take in: where its library is, what lies beside it, and the digest that it had before."""

    root: str
    entry: Entry
    beside: Mapping[str, str]
    mark: str
    before: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of a file: a recording; the same sound as before; or none yet, because it is still being written."""

    entry: Entry
    recording: Recording | None = None
    same: bool = False


@functools.cache
def _index(path: str) -> Index:
    return opened(Path(path))


def begin(index: str) -> None:
    """Make a process ready to index: open the index, to see what is known already, and end when the parent does."""
    _index(index)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def ready() -> None:
    """Nothing: whoever gets an answer knows that the process has started."""


def take_apart(path: str, orders: Sequence[Order]) -> list[Taken]:
    """Take in a batch of files in a process that was begun."""
    return take(_index(path), orders)


def take(index: Index, orders: Sequence[Order]) -> list[Taken]:
    """Take in a batch of files; a file that cannot be read is a recording with its trouble named."""
    taken = [_taken(order, index) for order in orders]
    if not meaning.available():
        return taken
    texts = {t.recording.meant for t in taken if t.recording and not t.recording.trouble}
    new = [text for text in sorted(texts) if text and not index.meant(text)]
    known = dict(zip(new, meaning.vectors(new), strict=True))
    return [_with_meaning(one, known) for one in taken]


def _with_meaning(taken: Taken, known: Mapping[str, bytes]) -> Taken:
    recording = taken.recording
    if recording is None or recording.trouble:
        return taken
    return replace(taken, recording=replace(recording, vector=known.get(recording.meant, b"")))


def broken(order: Order, why: str) -> Taken:
    """A file that no process survives."""
    entry = order.entry
    return Taken(
        entry, Recording(entry.path, entry.size, entry.mtime, order.mark, "", Said(entry.path), trouble=why)
    )


def _taken(order: Order, index: Index) -> Taken:
    entry, path = order.entry, Path(order.root) / order.entry.path
    _wait_until_settled(entry)
    if not _is(path, entry):
        return Taken(entry)
    recording = Recording(
        entry.path, entry.size, entry.mtime, order.mark, "", said(entry.path, {}, order.beside)
    )
    try:
        digest = _digest(path)
        if digest == order.before:
            return Taken(entry, same=True)
        from v2a_retrieval import tags

        told = said(entry.path, tags.read(path), order.beside)
        recording = replace(recording, digest=digest, said=told)
        sound = index.sound(digest) or _measured(path)
        recording = replace(recording, sound=sound, trouble=_trouble(sound))
    except Exception as error:  # noqa: BLE001 - a damaged file may make any reader raise anything
        recording = replace(recording, trouble=_why(error))
    return Taken(entry, recording) if _is(path, entry) else Taken(entry)


def _digest(path: Path) -> str:
    from v2a.media.identity import identify

    return identify(path).sample


def _measured(path: Path) -> Sound:
    from v2a_retrieval.hearing import measured

    return measured(path)


def _trouble(sound: Sound) -> str:
    if sound.duration < _SHORTEST:
        return "it holds no sound"
    return "it is silent" if sound.peak is None else ""


def _why(error: Exception) -> str:
    from v2a.errors import V2aError

    return error.what if isinstance(error, V2aError) else f"{type(error).__name__}: {error}"[:200]


def _wait_until_settled(entry: Entry) -> None:
    """Give a file that changed a moment ago the time to change again, if someone writes to it."""
    age = time.time() - entry.mtime / 1e9
    if 0 <= age < _SETTLED:
        time.sleep(_SETTLED - age)


def _is(path: Path, entry: Entry) -> bool:
    """Whether the file is still as the walk found it."""
    try:
        known = path.stat()
    except OSError:
        return False
    return (known.st_size, known.st_mtime_ns) == (entry.size, entry.mtime)
