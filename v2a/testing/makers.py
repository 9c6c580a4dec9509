"""Small values for tests: a film that needs no file, requests, and a bench in a temporary folder."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a.interfaces import Bench
from v2a.model import Colour, Identity, Kind, Picture, Request, SoundTrack, Span, Timecode, Video

_RATE = Fraction(25)


def bench(folder: Path, **values: Any) -> Bench:
    """A bench whose scratch and weights folders lie in this folder; other fields by name."""
    scratch, weights = folder / "scratch", folder / "weights"
    scratch.mkdir(parents=True, exist_ok=True)
    weights.mkdir(exist_ok=True)
    return Bench(**{"scratch": scratch, "weights": weights, **values})


def request(
    seconds: float | Fraction = 1,
    *,
    kind: Kind = "fx",
    prompt: str = "a test sound",
    seed: int = 1,
    window: Span | None = None,
    **values: Any,
) -> Request:
    """A request for so many seconds of sound; `window` asks for a part of it, other fields by name."""
    whole = Fraction(seconds)
    given: dict[str, Any] = {"cue": f"{kind}1", "rate": 48_000, "channels": 2, **values}
    return Request(
        kind=kind, prompt=prompt, seed=seed, window=window or Span(Fraction(0), whole), whole=whole, **given
    )


def requests(
    count: int = 3, *, kind: Kind = "fx", seconds: Fraction = Fraction(1, 2), **values: Any
) -> tuple[Request, ...]:
    """Requests of different lengths and seeds, for one batch."""
    return tuple(request(seconds * (n + 1), kind=kind, seed=n + 1, **values) for n in range(count))


def film(
    seconds: float | Fraction = 10,
    *,
    frame_rate: Fraction = _RATE,
    start: Timecode | str | None = None,
    variable: bool = False,
    sound: bool = True,
    **values: Any,
) -> Video:
    """What a probe would say of a film; there is no file behind it."""
    duration = Fraction(seconds)
    timecode = Timecode.parse(start, frame_rate) if isinstance(start, str) else start
    track = SoundTrack(1, "aac", 48_000, 2, "stereo", Fraction(0), duration, default=True)
    given: Mapping[str, Any] = {
        "path": "film.mp4",
        "identity": Identity(1_000_000, "0" * 32),
        "container": "mov,mp4",
        "frames": int(duration * frame_rate),
        "start_time": Fraction(0),
        "timecode_from": "none" if timecode is None else "given",
        "picture": Picture(0, "h264", 320, 180, 0, "yuv420p", 8, Fraction(1), Colour()),
        "sound": (track,) if sound else (),
        **values,
    }
    return Video(
        duration=duration, frame_rate=frame_rate, variable=variable, start_timecode=timecode, **given
    )
