"""What a WAV file says of its sound beside the samples: bext, iXML, and the loudspeakers of its channels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from v2a.media.bwf import Bext
from v2a.media.wave import speakers

_KINDS = (b"RIFF", b"RF64", b"BW64")
_KEPT = (b"fmt ", b"bext", b"iXML", b"ds64")
_LARGEST = 1 << 24
_IN_DS64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The chunks of a Broadcast Wave file; nothing of what it does not have."""

    bext: Bext | None = None
    ixml: str | None = None
    speakers: tuple[str, ...] = ()


def broadcast(path: Path | str) -> Broadcast:
    """What a WAV file says of itself; of any other file nothing."""
    with Path(path).open("rb") as file:
        found = dict(_chunks(file))
    bext, ixml = found.get(b"bext"), found.get(b"iXML")
    return Broadcast(
        None if bext is None else Bext.read(bext),
        None if ixml is None else ixml.decode("utf-8", "replace").rstrip("\0"),
        speakers(found.get(b"fmt ", b"")),
    )


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    head = file.read(12)
    if head[:4] not in _KINDS or head[8:] != b"WAVE":
        return
    long = b""
    while len(start := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", start)
        if size == _IN_DS64 and name == b"data" and len(long) >= 16:
            size = struct.unpack_from("<Q", long, 8)[0]
        after = file.tell() + size + size % 2
        if name in _KEPT and size <= _LARGEST:
            data = file.read(size)
            long = data if name == b"ds64" else long
            yield name, data
        file.seek(after)
