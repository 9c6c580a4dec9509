"""What was observed in a film, as one object of plain values for scripts: the layout of `v2a analyze --json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from v2a.model import Observations, Span, Video

SCHEMA = "v2a-analysis"
VERSION = 1
TIMED = ("shots", "scenes", "moments", "speech", "music", "onsets", "atmosphere", "silence", "leader", "lost")


def analysis(seen: Observations) -> dict[str, Any]:
    """The object, its keys always in the same order; times are numbers of seconds on the film's clock."""
    items = {name: [_item(entry) for entry in getattr(seen, name)] for name in TIMED}
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "video": _video(seen.video),
        **items,
        "notes": list(dict.fromkeys(seen.notes)),
    }


def part(seen: Observations, span: Span | None) -> Observations:
    """What was observed in a part of the film; a shot or the like that reaches into it is there as a whole."""
    if span is None:
        return seen
    changes: dict[str, Any] = {
        name: tuple(e for e in getattr(seen, name) if _reaches(e, span)) for name in TIMED
    }
    moved = {old: new for new, old in enumerate(n for n, s in enumerate(seen.shots) if _reaches(s, span))}
    changes["scenes"] = tuple(
        replace(scene, shots=tuple(moved[n] for n in scene.shots if n in moved))
        for scene in changes["scenes"]
    )
    return replace(seen, **changes)


def _reaches(entry: Any, span: Span) -> bool:
    if hasattr(entry, "time"):
        return span.contains(entry.time)
    own: Span = entry if isinstance(entry, Span) else entry.span
    return own.overlaps(span)


def text(data: Mapping[str, Any]) -> str:
    """The object as JSON with one shot, moment or the like a line, so that two analyses can be compared by lines."""
    lines = [f"  {_line(name)}: {_lines(value)}" for name, value in data.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, dict) and any(isinstance(entry, dict) for entry in value.values()):
        return "{\n" + ",\n".join(f"    {_line(k)}: {_line(v)}" for k, v in value.items()) + "\n  }"
    if not isinstance(value, list) or not value:
        return _line(value)
    return "[\n" + ",\n".join(f"    {_line(entry)}" for entry in value) + "\n  ]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _item(entry: Any) -> dict[str, Any]:
    if isinstance(entry, Span):
        return {"start": seconds(entry.start), "end": seconds(entry.end)}
    told: dict[str, Any] = {}
    for field in fields(entry):
        value = getattr(entry, field.name)
        told |= _item(value) if isinstance(value, Span) else {field.name: _plain(value)}
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return seconds(value)
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def seconds(time: Fraction) -> float:
    """A time as a number of seconds, to the nanosecond."""
    return round(float(time), 9)


def _video(video: Video) -> dict[str, Any]:
    start = video.start_timecode
    return {
        "path": video.path,
        "duration": seconds(video.duration),
        "frame_rate": seconds(video.frame_rate),
        "frame_rate_exact": f"{video.frame_rate.numerator}/{video.frame_rate.denominator}",
        "variable": video.variable,
        "frames": video.frames,
        "width": video.picture.width,
        "height": video.picture.height,
        "start_timecode": None if start is None else str(start),
        "sound": [
            {
                "codec": t.codec,
                "rate": t.rate,
                "channels": t.channels,
                "layout": t.layout,
                "language": t.language,
            }
            for t in video.sound
        ],
    }
