"""Perspective: how near a sound is for the size of the shot, and which room is heard around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from v2a.builtin.planner.desk import Desk
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.places import place_of
from v2a.model.observations import ShotSize
from v2a.model.spotting import Cue, RoomName


@dataclass(frozen=True, slots=True)
class _Perspective:
    """The trim in dB and the microphone's distance in metres."""

    gain: float
    distance: float


_SIZES: Mapping[ShotSize | None, _Perspective] = {
    "close": _Perspective(0.0, 0.5),
    "medium": _Perspective(-2.0, 1.0),
    "wide": _Perspective(-5.0, 2.5),
    None: _Perspective(0.0, 1.0),
}


# A room that the brief names is meant to be heard.
_HEARD = 2.5


def in_perspective(cue: Cue, desk: Desk) -> Cue:
    """Foley and effects as far away as the shot is wide, in the room that the brief names or their scene is; other
    cues as they are.
    """
    if cue.kind not in ("fo", "fx"):
        return cue
    time = cue.sync if cue.sync is not None else cue.span.start
    shot = desk.film.shot_at(time)
    far = _SIZES[shot.size if shot is not None else None]
    named = cue.room or desk.room_at(time)
    room = named or _room(desk.film, desk.film.scene_at(time))
    distance = max(far.distance, _HEARD) if named else far.distance
    return replace(cue, gain=round(cue.gain + far.gain, 1), room=room, distance=distance if room else 1.0)


def _room(film: Film, number: int) -> RoomName:
    """The room of a scene whose place is known; nothing is heard around a sound that may be anywhere."""
    scene = film.scenes[number]
    place = place_of(scene)
    return place.room if place.tags or scene.interior is not None else ""
