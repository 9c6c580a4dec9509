"""From what was typed to an order that a session can work on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from v2a.api import Order


def order(video: Path, given: Mapping[str, Any], settings: Mapping[str, Mapping[str, Any]]) -> Order:
    """The order that the given options make."""
    from v2a.api import Order

    layered = {section: dict(values) for section, values in settings.items()}
    if given.get("no_music"):
        layered.setdefault("spot", {})["without"] = ["mx"]
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
        settings=layered,
        exports=tuple(given.get("exports") or ()),
    )
