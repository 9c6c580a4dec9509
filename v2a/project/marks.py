"""The marks in the spotting list: `[[hit]]` tables, read, written where they changed, and merged with the brief's."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from v2a.errors import SpottingSyntax, TimeOutsideFilm, V2aError
from v2a.model import Hit, Video
from v2a.project.text import Block, changed_block, new_block, without_body, woven
from v2a.project.times import Clock, runs

KEYS = ("time", "weight", "name")
WEIGHT, HEAVIEST = 10.0, 1000.0
Table = Mapping[str, Any]
_NEAR = Fraction(1, 2000)


def hit_table(hit: Hit, clock: Clock) -> dict[str, Any]:
    """The table of a hit point: its time, and of the rest what differs from the defaults."""
    table: dict[str, Any] = {"time": clock.write(hit.time)}
    if hit.weight != WEIGHT:
        table["weight"] = int(hit.weight) if hit.weight.is_integer() else hit.weight
    if hit.name:
        table["name"] = hit.name
    return table


def read_hit(table: Table, clock: Clock, video: Video, where: str) -> Hit:
    """The hit point of a table; what does not fit is said of it and its key."""
    for key in table:
        if key not in KEYS:
            raise _wrong(f"{where}, {key}", "is not a key of a hit", f"There are: {', '.join(KEYS)}.")
    if "time" not in table:
        raise _wrong(where, "has no time", "Write time = and seconds, or timecode in quotes.")
    try:
        time = clock.read(table["time"])
    except ValueError as error:
        remedy = "Write seconds such as 12.5, or timecode such as 01:00:12:13."
        raise _wrong(f"{where}, time", str(error), remedy) from error
    if not video.span.contains(time):
        raise TimeOutsideFilm("the hit lies outside the film", where=f"{where}, time", remedy=runs(video))
    name = table.get("name", "")
    if not isinstance(name, str):
        raise _wrong(f"{where}, name", f"{name!r} does not fit", "Write text in quotes.")
    return Hit(time, _weight(table.get("weight", WEIGHT), where), "mark", " ".join(name.split()))


def _weight(value: Any, where: str) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not 0 < value <= HEAVIEST:
        what, remedy = f"{value!r} does not fit", "Write a number above 0; a plain cut weighs 1."
        raise _wrong(f"{where}, weight", what, remedy)
    return float(value)


def _wrong(where: str, what: str, remedy: str) -> SpottingSyntax:
    return SpottingSyntax(what, where=where, remedy=remedy)


def updated_hits(
    parts: Sequence[Block], tables: Sequence[Table], hits: Sequence[Hit], video: Video
) -> list[Block]:
    """The blocks of a text with these hit points in its `[[hit]]` tables, in the order in which they stand there.

    A table that means the same is left as the user wrote it.
    """
    clock = Clock.of(video)
    places = [n for n, part in enumerate(parts) if part.name == "hit"]
    done = list(parts)
    for place, table, hit in zip_longest(places, tables, hits[: len(places)]):
        if hit is None:
            done[place] = without_body(parts[place])
        elif not _means(table, hit, clock, video):
            done[place] = changed_block(parts[place], table, hit_table(hit, clock))
    cues = [n for n, part in enumerate(parts) if part.name == "cue"]
    behind = max([*places, *cues], default=len(parts) - 1) + 1
    return woven(done, {behind: [new_block("hit", hit_table(h, clock)) for h in hits[len(places) :]]})


def _means(table: Table, hit: Hit, clock: Clock, video: Video) -> bool:
    try:
        return read_hit(table, clock, video, "") == hit
    except V2aError:
        return False


@dataclass(frozen=True, slots=True)
class Asked:
    """The hit points of a list after it was spotted again, and which of them the brief asked for."""

    listed: tuple[Hit, ...]
    wanted: tuple[Hit, ...]


def asked(
    old: Sequence[Hit], known: Sequence[Hit], new: Sequence[Hit], again: Callable[[Hit], bool]
) -> Asked:
    """The hits of a list with those that the brief asks for now in the place of those that it asked for before.

    The user's own stay, also where he changed one of the brief's; what he took out stays out. `again` tells which of
    those that the brief asked for before it would ask for now.
    """
    kept = [hit for hit in old if not _among(hit, known) or _among(hit, new) or not again(hit)]
    there = {round(hit.time / _NEAR) for hit in kept}
    added = [hit for hit in new if not _among(hit, known) and round(hit.time / _NEAR) not in there]
    wanted = [*(hit for hit in known if not again(hit)), *new]
    return Asked((*kept, *added), tuple(wanted))


def _among(hit: Hit, others: Sequence[Hit]) -> bool:
    """Whether a hit is one of others, as near as times are written."""
    return any(
        abs(hit.time - other.time) < _NEAR and (hit.weight, hit.name) == (other.weight, other.name)
        for other in others
    )
