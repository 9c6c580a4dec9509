"""What a scene's place sounds like: its background, what may lie on top, its ground and its space."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from v2a.builtin.planner.tokens import stem
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
