"""From what was typed to an order that a session can work on."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from v2a.cli.stop import Stop

_MMAP_THRESHOLD = -3
_LARGE = 4 << 20

if TYPE_CHECKING:
    from v2a.api import Order, Session
    from v2a.api.reels import Reels


def order(video: Path, given: Mapping[str, Any], settings: Mapping[str, Mapping[str, Any]]) -> Order:
    """The order that the given options make."""
    from v2a.api import Order

    return Order(
        video=video,
        output=given.get("output"),
        project=given.get("project"),
        stems=given.get("stems"),
        brief=given.get("brief"),
        preset=given.get("preset"),
        seed=given.get("seed"),
        start=given.get("start"),
        end=given.get("end"),
        start_tc=given.get("start_tc"),
        without=("mx",) if given.get("no_music") else (),
        settings=settings,
        exports=tuple(given.get("exports") or ()),
        device=given.get("device") or "auto",
    )


def reels_on(wanted: Sequence[Order], **given: Any) -> Reels:
    """Sessions on the orders of a programme's reels, or of one film, that end when the user asks to stop."""
    from v2a.api.reels import Reels

    _give_back()
    return Reels(wanted, **given, **stopping())


def session_on(wanted: Order, **given: Any) -> Session:
    """A session on an order that ends when the user asks to stop."""
    _give_back()
    return wanted.session(**given, **stopping())


def stopping() -> dict[str, Any]:
    """What lets the user stop a bench or a session: the wish that the command line listens for."""
    stop = click.get_current_context().find_object(Stop)
    return {"cancelled": stop.is_wanted} if stop else {}


def _give_back() -> None:
    """Let the C library hand large arrays back to the system as soon as they are let go, where it is glibc.

    Left to itself it keeps ever larger ones for later, and memory grows with the length of the film.
    """
    import ctypes
    import sys

    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
