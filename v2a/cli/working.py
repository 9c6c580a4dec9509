"""From what was typed to an order that a session can work on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from v2a.cli.stop import Stop

if TYPE_CHECKING:
    from v2a.api import Order, Session


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
    )


def session_on(wanted: Order, **given: Any) -> Session:
    """A session on an order that ends when the user asks to stop."""
    stop = click.get_current_context().find_object(Stop)
    return wanted.session(**given, **({"cancelled": stop.is_wanted} if stop else {}))
