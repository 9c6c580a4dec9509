"""Frames to a film: H.264 in mp4 or mov. v2a never re-encodes a user's picture; this is for films of our own."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.files import whole
from v2a.model import Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    rate: Fraction,
    *,
    sound: Audio | None = None,
    quality: int = 20,
) -> None:
    """Write frames (height × width × 3, RGB, one after another) and sound, if there is any, as a film."""
    import av

    with whole(path) as temporary, av.open(str(temporary), "w", options={"movflags": "+faststart"}) as film:
        film.flags |= 0x0400  # AVFMT_FLAG_BITEXACT: the same frames give the same bytes
        picture: Any = None
        for frame in frames:
            if picture is None:
                options = {"crf": str(quality), "preset": "veryfast", "threads": "1"}
                picture = film.add_stream("libx264", rate=rate, options=options)
                picture.height, picture.width = frame.shape[:2]
                picture.pix_fmt = "yuv420p"
                track = _add_sound(film, sound)
            film.mux(picture.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        if picture is None:
            raise ValueError("a film has at least one frame")
        film.mux(picture.encode(None))
        if sound is not None:
            _write_sound(film, track, sound)


def _add_sound(film: Any, sound: Audio | None) -> Any:
    if sound is None:
        return None
    layout = "mono" if sound.channels == 1 else "stereo"
    return film.add_stream("aac", rate=sound.rate, layout=layout, options={"b": "192k"})


def _write_sound(film: Any, track: Any, sound: Audio) -> None:
    import av
    import numpy as np

    for start in range(0, sound.length, 1024):
        block = np.ascontiguousarray(sound.samples[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(block, "fltp", layout="mono" if sound.channels == 1 else "stereo")
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, start, Fraction(1, sound.rate)
        film.mux(track.encode(frame))
    film.mux(track.encode(None))
