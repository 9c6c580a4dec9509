"""The timecode of a film's first frame, as the file says it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from v2a.errors import TimecodeError
from v2a.media import container as files
from v2a.model import Timecode, nearest

_SLOW = 30
Source = Literal["tmcd", "container", "stream", "mxf", "given", "none"]


@dataclass(frozen=True, slots=True)
class StartTimecode:
    """The timecode of the first frame and where it was found."""

    timecode: Timecode | None
    source: Source


def start_timecode(opened: Any, stream: Any, rate: Fraction, given: str | None) -> StartTimecode:
    """The start timecode: what the user says, else what the file says, else nothing."""
    if given:
        return StartTimecode(_given(given, rate), "given")
    for text, source in _said(opened, stream):
        code = _parsed(text, rate)
        if source == "tmcd" and nearest(rate) > _SLOW:
            code = _counted(text, rate, _first_count(Path(opened.name))) or code
        if code is not None:
            return StartTimecode(code, source)
    return StartTimecode(None, "none")


def _first_count(path: Path) -> int | None:
    """The frame number that the timecode track begins with."""
    with files.opened(path) as opened:
        track = next((s for s in opened.streams if s.type == "data" and "timecode" in s.metadata), None)
        if track is None:
            return None
        files.only(opened, track)
        try:
            packet = next(opened.demux(track), None)
        except files.decode_errors():
            return None
        return int.from_bytes(bytes(packet), "big") if packet is not None and packet.size == 4 else None


def _counted(text: str, rate: Fraction, count: int | None) -> Timecode | None:
    """The timecode of a track that may count every second or fourth frame only, as cameras at 50 and 60 do."""
    for every in (1, 2, 4):
        code = _parsed(text, rate / every)
        if code is not None and code.frame == count:
            return Timecode(code.frame * every, rate, code.drop)
    return None


def _given(text: str, rate: Fraction) -> Timecode:
    try:
        return Timecode.parse(text, rate)
    except ValueError as error:
        raise TimecodeError(
            str(error), where="--start-tc", remedy=f"Write HH:MM:SS:FF at {float(rate):g} frames a second."
        ) from error


def _said(opened: Any, stream: Any) -> list[tuple[str, Source]]:
    quicktime = "mov" in opened.format.name.split(",")
    found: list[tuple[str, Source]] = []
    if quicktime:
        tracks = [s for s in opened.streams if s.type == "data" and "timecode" in s.metadata]
        found += [(s.metadata["timecode"], "tmcd") for s in tracks]
    found += [(text, "tmcd" if quicktime and found else "stream") for text in _tags(stream.metadata)]
    whole: Source = "mxf" if opened.format.name.startswith("mxf") else "container"
    found += [(text, whole) for text in _tags(opened.metadata)]
    if whole == "mxf":
        found = [(text, "mxf") for text, _ in reversed(found)]
    return found


def _tags(metadata: dict[str, str]) -> list[str]:
    return [value for key, value in metadata.items() if key.lower() == "timecode"]


def _parsed(text: str, rate: Fraction) -> Timecode | None:
    try:
        return Timecode.parse(text, rate)
    except ValueError:
        return None
