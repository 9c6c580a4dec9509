"""What a model is to answer, as data: the one table from which it is told, constrained and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from v2a.model.spotting import ROOM_NAMES

REASONING = "reasoning"
CUES = "cues"
ROOM = "room"
ROOMS = tuple(filter(None, ROOM_NAMES))


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table: what it means, what it may hold, and whether it may be left out.

    `longest` is in letters; numbers below `low` or above `high` are brought back between them.
    """

    name: str
    holds: Literal["text", "number", "flag"]
    about: str
    needed: bool = False
    longest: int = 0
    low: float = 0.0
    high: float = 0.0


PARTS = (
    Field("sounds", "text", "which sounds there are, one sentence for each", True, 800),
    Field("timing", "text", "when each is heard", True, 800),
    Field("character", "text", "how each should sound: material, force, distance, mood", True, 800),
    Field("space", "text", "where each is: left, right, near, far, in which room", True, 800),
)
CUE = (
    Field("kind", "text", "the kind of sound", True, 24),
    Field("in", "number", "when it begins, in seconds from the start of the scene", True),
    Field("out", "number", "when it ends", True),
    Field("sync", "number", "for one hit: the exact time at which it is seen; else null"),
    Field("prompt", "text", "the sound itself, in a few plain words", True, 200),
    Field("avoid", "text", "what it must not contain, or null", longest=200),
    Field("pan", "number", "-1 left, 0 centre, 1 right, or null", low=-1.0, high=1.0),
    Field("confidence", "number", "how sure you are that it belongs there, 0 to 1", low=0.0, high=1.0),
    Field("asked", "flag", "true where the brief asks for this sound"),
)


def json_schema(kinds: Sequence[str]) -> dict[str, Any]:
    """The same as a JSON schema, for servers that hold a model to one: every key is there, and may be null."""
    cue = _table({f.name: _type(f) for f in CUE})
    cue["properties"]["kind"] = {"type": "string", "enum": list(kinds)}
    return _table(
        {
            REASONING: _table({f.name: _type(f) for f in PARTS}),
            ROOM: {"type": ["string", "null"], "enum": [*ROOMS, None]},
            CUES: {"type": "array", "items": cue},
        }
    )


def told() -> str:
    """The same in words, for the prompt."""
    cue = ", ".join(f'"{f.name}": {f.about}' for f in CUE)
    parts = ", ".join(f'"{f.name}": {f.about}' for f in PARTS)
    return (
        f'"{REASONING}": an object of {parts}. "{ROOM}": the space around it, one of {", ".join(ROOMS)}, or null. '
        f'"{CUES}": a list of objects, one a sound, of {cue}.'
    )


_TYPES = {"text": "string", "number": "number", "flag": "boolean"}


def _type(field: Field) -> dict[str, Any]:
    kind = _TYPES[field.holds]
    return {"type": kind if field.needed else [kind, "null"]}


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
