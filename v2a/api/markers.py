"""What was observed in a film as a CSV table: one row an item, with timecodes that an editor can go to."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a.files import whole
from v2a.model import Observations, Span

COLUMNS = (
    "type", "start", "end", "timecode_in", "timecode_out", "kind", "strength", "confidence", "x", "y", "level",
    "tempo", "about",
)  # fmt: skip
_TYPES = {
    "shots": "shot",
    "scenes": "scene",
    "moments": "moment",
    "speech": "speech",
    "music": "music",
    "onsets": "onset",
    "atmosphere": "atmosphere",
    "silence": "silence",
    "leader": "leader",
    "lost": "lost",
}


def write_markers(seen: Observations, path: Path) -> None:
    """Write the table, in order of time, whole or not at all; times are seconds on the film's clock."""
    with whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(markers(seen))


def markers(seen: Observations) -> Iterator[dict[str, str]]:
    """The rows of the table in order of time."""
    found = [
        (_span(item), order, number, name, item)
        for order, name in enumerate(_TYPES)
        for number, item in enumerate(getattr(seen, name))
    ]
    for span, _, number, name, item in sorted(found, key=lambda f: (f[0].start, *f[1:3])):
        yield _row(seen, name, number, span, item)


def _span(item: Any) -> Span:
    if isinstance(item, Span):
        return item
    span: Span = item.span if hasattr(item, "span") else Span(item.time, item.time)
    return span


def _row(seen: Observations, name: str, number: int, span: Span, item: Any) -> dict[str, str]:
    lasts = span.end > span.start
    row = {
        "type": _TYPES[name],
        "start": _number(span.start),
        "end": _number(span.end) if lasts else "",
        "timecode_in": str(seen.video.timecode_at(span.start)),
        "timecode_out": str(seen.video.timecode_at(span.end)) if lasts else "",
        "kind": item.transition_in if name == "shots" else getattr(item, "kind", getattr(item, "what", "")),
        "about": _about(name, number, item),
    }
    for column in ("strength", "confidence", "x", "y", "level", "tempo"):
        value = getattr(item, column, None)
        row[column] = "" if value is None else _number(value)
    return row


def _about(name: str, number: int, item: Any) -> str:
    if name == "shots":
        lasts = f", over {_number(item.transition)} s" if item.transition else ""
        return ", ".join(filter(None, [f"shot {number + 1}{lasts}", item.size]))
    if name == "scenes":
        return ", ".join(filter(None, [f"scene {number + 1}", place(item), *item.tags]))
    return ""


def place(scene: Any) -> str:
    """What is known of where and when a scene is, in words."""
    where = {True: "interior", False: "exterior"}.get(scene.interior, "")
    when = {True: "day", False: "night"}.get(scene.day, "")
    return ", ".join(filter(None, [where, when]))


def _number(value: Fraction | float) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")
