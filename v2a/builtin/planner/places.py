"""What a scene's place sounds like: its background, what may lie on top, its ground and its space."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from v2a.builtin.planner.tokens import Token, stem, stems_of
from v2a.builtin.planner.vocabulary import table
from v2a.model.observations import Scene
from v2a.model.spotting import RoomName


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place, told by what is seen in it."""

    tags: frozenset[str]
    interior: bool | None
    day: bool | None
    prompt: str
    needs: str
    layers: tuple[str, ...]
    surface: str
    space: str
    room: RoomName

    def fits(self, scene: Scene) -> bool:
        """Whether a scene is such a place."""
        if self.tags and not self.tags & {stem(tag) for tag in scene.tags}:
            return False
        if self.interior is not None and scene.interior is not self.interior:
            return False
        return self.day is None or scene.day is self.day or (bool(self.tags) and scene.day is None)


@functools.cache
def places() -> tuple[Place, ...]:
    """All kinds of place, in the order they are tried."""
    return tuple(
        Place(
            frozenset(stem(tag) for tag in row.get("tags", [])),
            row.get("interior"),
            row.get("day"),
            row["prompt"],
            " ".join(row["needs"]),
            tuple(row["layers"]),
            row["surface"],
            row["space"],
            row.get("room", ""),
        )
        for row in table("places")["place"]
    )


def place_of(scene: Scene) -> Place:
    """The kind of place a scene is; the last one fits any."""
    return next(place for place in places() if place.fits(scene))


_INSIDE = frozenset({"in", "inside", "into", "within", "through", "across", "down", "along"})
_UPON, _OPEN = frozenset({"on", "at"}), frozenset({"street", "hall"})
_BETWEEN = 3


@functools.cache
def _said() -> Mapping[tuple[str, ...], RoomName]:
    return {stems_of(words): row["room"] for row in table("places")["said"] for words in row["words"]}


def room_said(tokens: Sequence[Token]) -> RoomName:
    """The room in which the words of a brief set a sound (`in a large empty church`), if they do."""
    stems = [stem(token.text) for token in tokens]
    for at, token in enumerate(tokens):
        room = named_room(stems[at + 1 :], _BETWEEN)
        if (token.word in _INSIDE and room) or (token.word in _UPON and room in _OPEN):
            return room
    return ""


def named_room(stems: Sequence[str], reach: int) -> RoomName:
    """The room that is named within the first so many words and the next; longer names come first."""
    for at in range(min(reach + 1, len(stems))):
        for size in (2, 1):
            room = _said().get(tuple(stems[at : at + size]))
            if room:
                return room
    return ""
