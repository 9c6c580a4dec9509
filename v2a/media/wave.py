"""The bytes of a WAV file around its samples; beyond 4 GB it becomes RF64 (EBU Tech 3306).

Written by hand because libsndfile's Python border has neither bext nor iXML.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_FOUR_GB = 0xFFFFFFFF
_MASKS = (0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F)
_SPEAKERS = (
    *("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"),
    *("TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR"),
)
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


@dataclass(frozen=True, slots=True)
class WaveFormat:
    """How samples lie in a WAV file: bytes for one sample, whether it is a float, and what loudspeakers the channels are
    for, as ffmpeg names them; without names those that so many usually have."""

    rate: int
    channels: int
    width: int
    floating: bool = False
    speakers: tuple[str, ...] = ()

    @property
    def frame(self) -> int:
        """Bytes of one sample of all channels."""
        return self.width * self.channels


def header(layout: WaveFormat, size: int, bext: bytes | None = None, ixml: bytes | None = None) -> bytes:
    """Everything before the samples, for `size` bytes of them; its own length does not depend on `size`."""
    chunks = b""
    if bext is not None:
        chunks += _chunk(b"bext", bext)
    chunks += _chunk(b"fmt ", _fmt(layout))
    if layout.floating:
        chunks += _chunk(b"fact", struct.pack("<I", min(size // layout.frame, _FOUR_GB)))
    if ixml is not None:
        chunks += _chunk(b"iXML", ixml)
    total = 4 + 36 + len(chunks) + 8 + size + size % 2
    if total > _FOUR_GB:
        ds64 = struct.pack("<QQQI", total, size, size // layout.frame, 0)
        start = b"RF64" + struct.pack("<I", _FOUR_GB) + b"WAVE" + _chunk(b"ds64", ds64)
        return start + chunks + b"data" + struct.pack("<I", _FOUR_GB)
    start = b"RIFF" + struct.pack("<I", total) + b"WAVE" + _chunk(b"JUNK", bytes(28))
    return start + chunks + b"data" + struct.pack("<I", size)


def _fmt(layout: WaveFormat) -> bytes:
    code = 3 if layout.floating else 1
    extended = layout.channels > 2
    plain = struct.pack(
        "<HHIIHH",
        0xFFFE if extended else code,
        layout.channels,
        layout.rate,
        layout.rate * layout.frame,
        layout.frame,
        layout.width * 8,
    )
    if not extended:
        return plain + (struct.pack("<H", 0) if layout.floating else b"")
    return plain + struct.pack("<HHIH", 22, layout.width * 8, _mask(layout), code) + _GUID_TAIL


def _mask(layout: WaveFormat) -> int:
    """The loudspeakers as bits; the standard wants the channels in the order of the bits."""
    places = [_SPEAKERS.index(name) for name in layout.speakers if name in _SPEAKERS]
    if len(places) == layout.channels and places == sorted(set(places)):
        return sum(1 << place for place in places)
    return _MASKS[layout.channels - 1] if layout.channels <= len(_MASKS) else 0


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def speakers(fmt: bytes) -> tuple[str, ...]:
    """The loudspeakers that a fmt chunk names, in order; none where it does not name one for each channel."""
    if len(fmt) < 40 or struct.unpack_from("<H", fmt)[0] != 0xFFFE:
        return ()
    channels, mask = struct.unpack_from("<H", fmt, 2)[0], struct.unpack_from("<I", fmt, 20)[0]
    named = tuple(name for place, name in enumerate(_SPEAKERS) if mask >> place & 1)
    return named if len(named) == channels else ()
