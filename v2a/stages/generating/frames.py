"""The frames that encoders look at: just the cues' spans are decoded, all needs of a span together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.files import writing
from v2a.interfaces import EncodeRequest, Frames, PictureNeed, StageBench
from v2a.media import decode
from v2a.model import Span, Video, nearest

_MOST_BYTES = 2 << 30


@dataclass(frozen=True, slots=True)
class Look:
    """The frames of a span of the film that are wanted under a key, and how."""

    key: str
    span: Span
    need: PictureNeed


def portions(looks: Sequence[Look], video: Video, most: int = _MOST_BYTES) -> list[list[Look]]:
    """The looks span by span, in portions whose frames take at most so many bytes where that is possible."""
    spans: dict[Span, list[Look]] = {}
    for look in looks:
        spans.setdefault(look.span, []).append(look)
    found: list[list[Look]] = []
    room = 0
    for together in spans.values():
        size = sum(_size(look, video) for look in together)
        if not found or size > room:
            found.append([])
            room = most
        found[-1] += together
        room -= size
    return found


def decoded(looks: Sequence[Look], video: Video, bench: StageBench) -> dict[str, EncodeRequest]:
    """Decode the spans of the looks; a request with its frames in a scratch file for each.

    Where a span reaches over the film's ends its first and last frames are held, so that frames keep to their times.
    """
    spans: dict[Span, list[Look]] = {}
    for look in looks:
        spans.setdefault(look.span, []).append(look)
    requests: dict[str, EncodeRequest] = {}
    for span, together in spans.items():
        seen = span.intersection(video.span) or span
        before = seen.start - span.start
        growing = {
            look.need: _Growing(bench.store.scratch(".raw"), nearest(before * _rate(look.need, video)))
            for look in together
        }
        with decode.decode(video, list(growing), [], seen, bench.cancelled) as decoding:
            for step in decoding:
                if isinstance(step, decode.Seen):
                    growing[step.need].add(step.frames)
        for need, rows in growing.items():
            rows.hold(nearest(span.duration * _rate(need, video)))
        paths = {need: g.finished(bench.store.scratch(".npy"), need) for need, g in growing.items()}
        requests |= {look.key: EncodeRequest(frames=str(paths[look.need]), span=span) for look in together}
    return requests


def remove(requests: Iterable[EncodeRequest]) -> None:
    """Remove the scratch files of frames."""
    for request in requests:
        if request.frames is not None:
            Path(request.frames).unlink(missing_ok=True)


@dataclass
class _Growing:
    """Frames one after another in a file, whose number is known at the end; the first stands `before` times more."""

    path: Path
    before: int = 0
    count: int = 0
    shape: tuple[int, ...] = field(default=())

    def add(self, frames: Frames) -> None:
        pixels = np.ascontiguousarray(frames.pixels)
        with writing(self.path), self.path.open("ab") as file:
            for _ in range(0 if self.count else self.before):
                file.write(pixels[:1].data)
                self.count += 1
            file.write(pixels.data)
        self.count += len(pixels)
        self.shape = pixels.shape[1:]

    def hold(self, count: int) -> None:
        """Repeat the last frame until there are so many."""
        if not 0 < self.count < count:
            return
        size = int(np.prod(self.shape))
        with self.path.open("rb") as raw:
            raw.seek(-size, os.SEEK_END)
            last = raw.read(size)
        with writing(self.path), self.path.open("ab") as file:
            for _ in range(count - self.count):
                file.write(last)
        self.count = count

    def finished(self, path: Path, need: PictureNeed) -> Path:
        shape = (self.count, *(self.shape or (need.height, need.width, 3)))
        header: Mapping[str, object] = {"descr": "|u1", "fortran_order": False, "shape": shape}
        with writing(path), path.open("wb") as out:
            np.lib.format.write_array_header_1_0(out, dict(header))
            if self.path.exists():
                with self.path.open("rb") as raw:
                    shutil.copyfileobj(raw, out, 1 << 20)
        self.path.unlink(missing_ok=True)
        return path


def _size(look: Look, video: Video) -> int:
    colours = 1 if look.need.pixels == "gray" else 3
    return (
        int(look.span.duration * _rate(look.need, video) + 1) * look.need.width * look.need.height * colours
    )


def _rate(need: PictureNeed, video: Video) -> Fraction:
    return Fraction(need.rate or video.frame_rate)
