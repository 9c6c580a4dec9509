"""What a film says of itself that ffmpeg forgets unless it is told: its date, its reel and its camera's own keys."""

from __future__ import annotations

from dataclasses import dataclass

from v2a.media.container import opened
from v2a.model import Video

_CAMERA = "com.apple."


@dataclass(frozen=True, slots=True)
class Tags:
    """The date of the recording, the reel of the timecode track, and whether there are keys of a camera's own."""

    date: str = ""
    reel: str = ""
    camera: bool = False


def tags(video: Video) -> Tags:
    """Read them from the file."""
    container = opened(video.path)
    try:
        said = dict(container.metadata)
        reels = [stream.metadata.get("reel_name", "") for stream in container.streams]
    finally:
        container.close()
    return Tags(
        said.get("creation_time", ""),
        next((reel for reel in [said.get("reel_name", ""), *reels] if reel), ""),
        any(key.startswith(_CAMERA) for key in said),
    )
