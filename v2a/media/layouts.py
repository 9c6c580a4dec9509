"""The loudspeakers of a sound track, as PyAV tells them."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from v2a.media.channels import names


@dataclass(frozen=True, slots=True)
class Layout:
    """The loudspeakers of a track in the order of its channels, and what ffmpeg calls them together."""

    name: str
    speakers: tuple[str, ...]


def layout_of(context: Any) -> Layout:
    """The layout of a codec context that is not opened yet, which is left with one that can be read again.

    PyAV frees a layout with an order of its own (7.1 in MOV, say) each time that it is read, here and with every
    frame: it is read once, kept from being freed, and the context told of the number of its channels only.
    """
    read = context.layout
    found = Layout(read.name, _speakers(read))
    if " channels (" in found.name:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(read))
        context.layout = f"{read.nb_channels} channels"
    return found


def _speakers(read: Any) -> tuple[str, ...]:
    found = tuple(channel.name for channel in read.channels)
    known = len(set(found)) == len(found) and not any(
        n.upper().startswith(("UNK", "NONE", "AMB")) for n in found
    )
    return found if known and len(found) > 1 else names(read.nb_channels)
