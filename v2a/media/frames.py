"""A few frames from anywhere in a film: decord in a process of its own, and PyAV behind it."""

from __future__ import annotations

import importlib.util
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import FileDamaged, ProgramError, V2aError
from v2a.files import writing
from v2a.interfaces import Frames, PictureNeed
from v2a.media import container as files
from v2a.media import programs
from v2a.media.fitting import Fitter, fitted_size, place, scaled_size
from v2a.media.losses import Losses
from v2a.media.shown import Shown, ShownFrames, half_tick
from v2a.model import Video

_START = 20.0
_EACH = 2.0
_LARGEST = 1 << 30
_LONGEST = 3600
_EARLY = 1e-4
_NEAR = 3
_LOOK = 600


def available() -> bool:
    """Whether decord is installed."""
    return importlib.util.find_spec("decord") is not None


def frames_at(video: Video, times: Sequence[Fraction], need: PictureNeed) -> Frames:
    """The frame shown at each of some times (in any order), fitted as a need asks; the need's rate does not count."""
    if not times:
        return Frames(np.zeros(0), np.zeros((0, *_shape(video, need)), np.uint8))
    pixels = _with_decord(video, times, need) if _suits(video, need) else None
    if pixels is None:
        pixels = _with_pyav(video, times, need)
    return Frames(np.array([float(time) for time in times]), pixels)


def _shape(video: Video, need: PictureNeed) -> tuple[int, int, int]:
    size = fitted_size(need, video.picture)
    return size.height, size.width, 3 if need.pixels == "rgb24" else 1


def _suits(video: Video, need: PictureNeed) -> bool:
    """Where decord gives the right frame in good time.

    It reads the whole file before the first frame, gives colours only, and is some frames off in transport streams
    and where frames that precede a key frame refer to what lies behind it.
    """
    exact = any(name in video.container for name in ("mov", "matroska"))
    small = video.identity.size <= _LARGEST and video.duration <= _LONGEST
    if not (exact and small and need.pixels == "rgb24" and available()):
        return False
    with files.opened(video.path) as opened:
        return _closed(opened, opened.streams[video.picture.index])


def _closed(opened: Any, stream: Any) -> bool:
    """Whether no frame at the head of the file is shown before the key frame that it is stored behind."""
    files.only(opened, stream)
    key: int | None = None
    try:
        for packet in itertools.islice(opened.demux(stream), _LOOK):
            if packet.pts is None:
                continue
            if packet.is_keyframe:
                key = packet.pts
            elif key is not None and packet.pts < key:
                return False
    except files.decode_errors():
        return False
    return True


def _with_decord(video: Video, times: Sequence[Fraction], need: PictureNeed) -> NDArray[np.uint8] | None:
    """The pixels, or nothing where decord fails, dies or takes too long."""
    scaled = scaled_size(need, video.picture)
    asked = {
        "path": video.path,
        "width": scaled.width,
        "height": scaled.height,
        "times": [max(float(time), 0.0) for time in times],
        "early": _EARLY + float(half_tick(video)),
        "frames": video.frames,
        "duration": float(video.duration),
    }
    worker = Path(__file__).with_name("frames_worker.py")
    with tempfile.TemporaryDirectory(prefix="v2a-", ignore_cleanup_errors=True) as name, writing(name):
        folder = Path(name)
        (folder / "request.json").write_text(json.dumps(asked), encoding="utf-8")
        try:
            programs.run([sys.executable, "-P", str(worker), name], timeout=_START + _EACH * len(times))
        except ProgramError:
            return None
        pixels = _loaded(folder / "frames.npy")
    if pixels is None or pixels.shape != (len(times), scaled.height, scaled.width, 3):
        return None
    return np.stack([place(picture, need, video.picture) for picture in pixels])


def _loaded(path: Path) -> NDArray[np.uint8] | None:
    try:
        pixels: NDArray[np.uint8] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return pixels


def _with_pyav(video: Video, times: Sequence[Fraction], need: PictureNeed) -> NDArray[np.uint8]:
    fitter = Fitter(need, video.picture)
    pixels = np.zeros((len(times), *fitter.shape), np.uint8)
    with ShownFrames(video, Losses(), lambda: False) as film:
        seat = _Seat(video, film)
        for number in sorted(range(len(times)), key=lambda n: times[n]):
            pixels[number] = fitter(seat.at(times[number]).frame)
    return pixels


class _Seat:
    """Where we are in a film: it plays on to a time that is near, and jumps to one that is far."""

    def __init__(self, video: Video, film: ShownFrames) -> None:
        self._video, self._film = video, film
        self._early = half_tick(video)
        self._frames: Iterator[Shown] = iter(())
        self._held: Shown | None = None
        self._next: Shown | None = None

    def at(self, time: Fraction) -> Shown:
        """The frame shown at a time that is no earlier than the last one asked for."""
        time = min(max(time, Fraction(0)), self._video.duration)
        if self._held is None or time - self._held.time > _NEAR:
            self._frames = self._film.since(time)
            self._next = next(self._frames, None)
        while self._next is not None and (self._held is None or self._next.time - self._early <= time):
            self._held = self._next
            self._next = next(self._frames, None)
        if self._held is None:
            raise _unreadable(self._video)
        return self._held


def _unreadable(video: Video) -> V2aError:
    return FileDamaged(
        "no picture in it can be read",
        where=video.path,
        remedy="Copy or export it again; it may be cut short.",
    )
