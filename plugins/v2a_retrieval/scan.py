"""Walks a library: every sound file once, whatever links lead in a ring, and what lies beside the files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from v2a.errors import FileMissing

_SUFFIXES = (
    ".wav .wave .bwf .rf64 .w64 .aif .aiff .aifc .flac .ogg .oga .opus .mp3 .m4a .aac .caf .au .snd .wv .wma "
    ".ac3 .mka .mpc .ape"
)
SOUNDS = frozenset(_SUFFIXES.split())
_BESIDE = frozenset((".csv", ".tsv", ".license"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound file as the file system tells of it; `path` lies within the library, with slashes."""

    path: str
    size: int
    mtime: int


@dataclass
class Walk:
    """What a walk found: sound files, what lies beside them, and folders that could not be read."""

    files: list[Entry] = field(default_factory=list)
    beside: list[tuple[str, Path]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def lost(self, path: str) -> bool:
        """Whether a file lies in a folder that could not be read, so that nobody knows if it is still there."""
        return any(
            not folder or path == folder or path.startswith(f"{folder}/") for folder in self.unreadable
        )


def walk(root: Path) -> Walk:
    """Everything in a library, in the order of its names."""
    if not root.is_dir():
        raise FileMissing(
            "this library is not there now", where=str(root), remedy="Connect its drive and try again."
        )
    found = Walk()
    _into(str(root), "", found, set())
    found.files.sort(key=lambda entry: os.fsencode(entry.path))
    return found


def _into(folder: str, inside: str, found: Walk, been: set[tuple[int, int]]) -> None:
    waiting = [(folder, inside)]
    while waiting:
        folder, inside = waiting.pop()
        try:
            known = Path(folder).stat()
            if (known.st_dev, known.st_ino) in been:
                continue
            been.add((known.st_dev, known.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = f"{inside}/{entry.name}" if inside else entry.name
                    if entry.name.startswith("."):
                        continue
                    if _is_folder(entry):
                        waiting.append((entry.path, path))
                    else:
                        _take(entry, path, inside, found)
        except OSError:
            found.unreadable.append(inside)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _take(entry: os.DirEntry[str], path: str, inside: str, found: Walk) -> None:
    suffix = f".{entry.name.rpartition('.')[2].lower()}"
    if suffix in _BESIDE:
        found.beside.append((inside, Path(entry.path)))
    elif suffix in SOUNDS:
        try:
            known = entry.stat()
        except OSError:
            found.unreadable.append(path)
            return
        found.files.append(Entry(path, known.st_size, known.st_mtime_ns))
