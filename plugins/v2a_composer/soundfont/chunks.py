"""The outer shape of a soundfont: RIFF chunks, found in a file that is mapped into memory."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import v2a

REMEDY = (
    "Give an .sf2 or .sf3 file, or none: then a font of the system is played, or the one that v2a brings."
)


class FontError(v2a.V2aError):
    """A file that is no soundfont, or a broken one."""

    exit_code = 14


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the bytes of a chunk lie."""

    start: int
    size: int


def mapped(path: Path) -> memoryview:
    """A file's bytes, read as they are used."""
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except ValueError:
        raise FontError("is an empty file", where=path.name, remedy=REMEDY) from None
    except OSError as error:
        raise FontError(f"cannot be read ({error.strerror})", where=path.name, remedy=REMEDY) from None


def chunks(data: memoryview, name: str) -> Mapping[str, Stretch]:
    """The chunks of the three lists of a soundfont by their four letters."""
    if bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"sfbk":
        raise FontError("is not a soundfont", where=name, remedy=REMEDY)
    found: dict[str, Stretch] = {}
    for kind, outer in _walk(data, 12, len(data)):
        if kind == b"LIST":
            for letters, inner in _walk(data, outer.start + 4, outer.start + outer.size):
                found.setdefault(letters.decode("latin-1"), inner)
    return found


def _walk(data: memoryview, start: int, end: int) -> Iterator[tuple[bytes, Stretch]]:
    """Chunk after chunk; one of odd size may or may not be padded, whatever the format says."""
    while start + 8 <= min(end, len(data)):
        letters, size = bytes(data[start : start + 4]), struct.unpack_from("<I", data, start + 4)[0]
        yield letters, Stretch(start + 8, min(size, len(data) - start - 8))
        start += 8 + size
        if size % 2 and not _starts(data, start):
            start += 1


def _starts(data: memoryview, start: int) -> bool:
    """Whether a chunk may begin here: four letters or digits."""
    letters = bytes(data[start : start + 4])
    return len(letters) == 4 and all(32 < c < 127 for c in letters)
