"""`spotting.toml`: the one document that users edit, out of a spotting list and back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from v2a.errors import SpottingSyntax, TimeOutsideFilm
from v2a.model import Cue, Reasoning, Span, SpottingList, Timecode, Unplaced, Video, in_order
from v2a.project.fields import PINNABLE, FieldError, read_cue
from v2a.project.marks import read_hit
from v2a.project.memory import Memory
from v2a.project.times import Clock, runs
from v2a.project.versions import Format

FORMAT = Format("v2a-spotting", 1)
_TOP = (
    "schema",
    "version",
    "revision",
    "seed",
    "brief",
    "preset",
    "film",
    "settings",
    "cue",
    "hit",
    "scene",
    "unplaced",
)
_GROUPS = ("generators", "planners")
_SCENE_TEXTS = ("sounds", "timing", "character", "space")
_SCENE = ("scene", "in", "out", *_SCENE_TEXTS)
_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A spotting list as it was read: `ids` in the order of the text, `pinned` up to date, deletions in `memory`.

    `named` where every cue in the text has an id.
    """

    spotting: SpottingList
    ids: tuple[str, ...]
    memory: Memory
    revision: int
    film: Mapping[str, Any]
    preset: str
    settings: Mapping[str, Mapping[str, Any]]
    named: bool


def parsed(text: str, where: str) -> dict[str, Any]:
    """The plain data of the text; raises SpottingSyntax with line and column."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.match(str(error))
        what = match[1] if match else str(error)
        line = int(match[2]) if match and match[2] else text.count("\n") + 1
        column = int(match[3]) if match and match[3] else 1
        raise SpottingSyntax(
            f"line {line}, column {column}: {what[:1].lower()}{what[1:]}",
            where=where,
            remedy="Correct that line; text stands in quotes, and a cue begins with [[cue]].",
        ) from error
    return FORMAT.upgraded(data, where, SpottingSyntax)


def read(data: Mapping[str, Any], video: Video, memory: Memory | None, where: str) -> Document:
    """The spotting list in the data, with what the user edited since `memory` pinned."""
    for key in data:
        if key not in _TOP:
            raise _wrong(where, f"{key!r} is not a key of a spotting list", f"There are: {', '.join(_TOP)}.")
    known = memory or Memory()
    clock = clock_of(data, video)
    cues = [
        _cue(table, clock, known, f"{where}: {_cue_name(table, n)}")
        for n, table in enumerate(_tables(data, "cue", where))
    ]
    _refuse_twins(cues, where)
    known = known.seen(c.id for c in cues if c.id)
    named = known.named(
        _fitted(c, _planned(c, known), video, f"{where}: {_named(c, n)}") for n, c in enumerate(cues)
    )
    spotting = SpottingList(
        video.identity,
        _expect(data, "seed", int, 0, where),
        _expect(data, "brief", str, "", where),
        in_order(named),
        tuple(_scene(t, clock, known, where) for t in _tables(data, "scene", where)),
        tuple(_unplaced(t, where) for t in _tables(data, "unplaced", where)),
        tuple(
            read_hit(t, clock, video, f"{where}: hit number {n + 1}")
            for n, t in enumerate(_tables(data, "hit", where))
        ),
    )
    return Document(
        spotting,
        tuple(c.id for c in named),
        known.with_numbers(c.id for c in named),
        _expect(data, "revision", int, 0, where),
        _film(data, where),
        _expect(data, "preset", str, "", where),
        _settings(data, where),
        all(c.id for c in cues),
    )


def clock_of(data: Mapping[str, Any], video: Video) -> Clock:
    """The clock in which the times of the data were written: that of its film, should it have got another since."""
    film = data.get("film")
    current = Clock.of(video)
    if not isinstance(film, dict):
        return current
    try:
        rate = Fraction(str(film["frame_rate"]))
        start = Timecode.parse(str(film["start"]), rate) if "start" in film else Timecode(0, rate)
    except (KeyError, ValueError, ZeroDivisionError):
        return current
    return replace(current, start=start)


def _tables(data: Mapping[str, Any], key: str, where: str) -> Sequence[Mapping[str, Any]]:
    tables = data.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise _wrong(where, f"{key} is not a list of tables", f"Begin each with [[{key}]].")
    return tables


def _expect(data: Mapping[str, Any], key: str, kind: type, default: Any, where: str) -> Any:
    value = data.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _wrong(where, f"{key} = {value!r} does not fit", f"Write {_WRITE[kind]}.")
    return value


_WRITE: Mapping[type, str] = {int: "a whole number", str: "text in quotes"}


def _film(data: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    film = data.get("film", {})
    if not isinstance(film, dict):
        raise _wrong(where, "film is not a table", "Remove it; v2a writes it again.")
    return film


def _settings(data: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, Any]]:
    settings = data.get("settings", {})
    if not isinstance(settings, dict) or not all(isinstance(s, dict) for s in settings.values()):
        raise _wrong(where, "settings are tables", "Begin each with its section, such as [settings.mix].")
    flat: dict[str, Mapping[str, Any]] = {}
    for section, values in settings.items():
        inner = all(isinstance(v, dict) for v in values.values()) and section in _GROUPS
        flat |= {f"{section}.{k}": v for k, v in values.items()} if inner else {section: values}
    return flat


def _wrong(where: str, what: str, remedy: str) -> SpottingSyntax:
    return SpottingSyntax(what, where=where, remedy=remedy)


def _cue_name(table: Mapping[str, Any], position: int) -> str:
    name = table.get("id")
    return f"cue {name}" if isinstance(name, str) and name else f"cue number {position + 1} (without id)"


def _named(cue: Cue, position: int) -> str:
    return _cue_name({"id": cue.id}, position)


def _cue(table: Mapping[str, Any], clock: Clock, memory: Memory, where: str) -> Cue:
    remembered = memory.cues.get(str(table.get("id", "")))
    written = remembered.written if remembered else None
    try:
        cue = read_cue(table, clock, written)
    except FieldError as error:
        raise _wrong(f"{where}, {error.key}", error.what, error.remedy) from error
    if written is None:
        return replace(cue, pinned=PINNABLE)
    edited = {name for name in PINNABLE if getattr(cue, name) != getattr(written, name)}
    return replace(cue, pinned=written.pinned | edited)


def _refuse_twins(cues: Sequence[Cue], where: str) -> None:
    seen: set[str] = set()
    for cue in cues:
        if cue.id and cue.id.lower() in seen:
            raise _wrong(
                f"{where}: cue {cue.id}, id",
                "two cues have this id",
                "Remove the id line of the copy; v2a gives it an id of its own.",
            )
        seen.add(cue.id.lower())


def _planned(cue: Cue, memory: Memory) -> Cue | None:
    remembered = memory.cues.get(cue.id)
    return None if remembered is None else remembered.planned


def _fitted(cue: Cue, planned: Cue | None, video: Video, where: str) -> Cue:
    """The cue within the film: an out that is late by at most a frame is trimmed.

    Only a cue that v2a itself had go over from or into another reel, and so gave a seed, may reach over the film's ends.
    """
    film, span = video.span, cue.span
    if film.end < span.end <= film.end + 1 / video.frame_rate and span.start < film.end:
        cue = replace(cue, span=Span(span.start, film.end))
    reach = film if planned is None or planned.seed is None else planned.span
    first, last = min(film.start, reach.start), max(film.end, reach.end)
    outside = not (first <= cue.span.start and cue.span.end <= last and cue.span.overlaps(film))
    if outside or (cue.sync is not None and not film.start <= cue.sync <= film.end):
        raise TimeOutsideFilm(
            f"{'in or out lies' if outside else 'sync lies'} outside the film",
            where=where,
            remedy=runs(video),
        )
    return cue


def _scene(table: Mapping[str, Any], clock: Clock, memory: Memory, where: str) -> Reasoning:
    number = table.get("scene")
    place = f"{where}: scene {number}"
    for key in table:
        if key not in _SCENE:
            raise _wrong(place, f"{key!r} is not a key of a scene", f"There are: {', '.join(_SCENE)}.")
    if not isinstance(number, int) or isinstance(number, bool):
        raise _wrong(place, "has no number", "Write scene = and the number of the scene, from 1 on.")
    texts = {key: _expect(table, key, str, "", place) for key in _SCENE_TEXTS}
    was = next((r for r in memory.reasoning if r.scene == number - 1), None)
    if was and scene_place(was, clock) == {k: table.get(k) for k in ("scene", "in", "out")}:
        return replace(was, **texts)
    try:
        span = Span(clock.read(table.get("in")), clock.read(table.get("out")))
    except ValueError as error:
        raise _wrong(place, str(error), "Write in and out as seconds or as timecode.") from error
    return Reasoning(number - 1, span, **texts)


def scene_place(reasoning: Reasoning, clock: Clock) -> dict[str, Any]:
    """Which scene, and where it lies; scenes are counted from 1 in the document."""
    return {
        "scene": reasoning.scene + 1,
        "in": clock.write(reasoning.span.start),
        "out": clock.write(reasoning.span.end),
    }


def _unplaced(table: Mapping[str, Any], where: str) -> Unplaced:
    for key in table:
        if key not in ("text", "why"):
            raise _wrong(f"{where}: unplaced", f"{key!r} is not a key", "There are: text, why.")
    place = f"{where}: unplaced"
    return Unplaced(_expect(table, "text", str, "", place), _expect(table, "why", str, "", place))
