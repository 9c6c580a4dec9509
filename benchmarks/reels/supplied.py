"""Supplied footage: a folder of films, cut up where their pictures jump, divided between the two halves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from reels.painting import HEIGHT, WIDTH, Image, Take
from v2a.interfaces import PictureNeed
from v2a.media.decode import Seen, decode
from v2a.media.probe import probe

_SHORTEST = 40
_EDGE = 3


@dataclass(frozen=True, eq=False)
class Stretch:
    """Frames of one film in a row without a jump."""

    film: str
    frames: np.ndarray
    rate: float

    def take(self, rng: np.random.Generator) -> Take:
        """The stretch from anywhere on; where it ends it runs back."""
        start = rng.uniform(0, 0.7 * len(self.frames) / self.rate)
        turned = rng.random() < 0.5

        def frame(time: float) -> Image:
            last = len(self.frames) - 1
            at = round((start + time) * self.rate) % (2 * last)
            picture = self.frames[at if at <= last else 2 * last - at]
            return np.ascontiguousarray(picture[:, ::-1] if turned else picture)

        return frame


def stretches(folder: Path | None, held_out: bool) -> list[Stretch]:
    """The stretches of every second film of a folder, in order of names; the other half's are the rest."""
    if folder is None:
        return []
    films = [
        f for f in sorted(folder.iterdir()) if f.suffix.lower() in (".mp4", ".mov", ".mkv", ".webm", ".avi")
    ]
    return [stretch for film in films[0 if held_out else 1 :: 2] for stretch in _stretches(film)]


def _stretches(path: Path) -> list[Stretch]:
    video = probe(path)
    need = PictureNeed(WIDTH, HEIGHT, fit="crop")
    with decode(video, (need,), ()) as stream:
        pieces = [item.frames.pixels for item in stream if isinstance(item, Seen)]
    frames = np.concatenate(pieces)
    found, start = [], 0
    for jump in [*_jumps(frames), len(frames)]:
        if jump - start >= _SHORTEST:
            found.append(Stretch(path.name, frames[start + _EDGE : jump - _EDGE], float(video.frame_rate)))
        start = jump
    return found


def _jumps(frames: np.ndarray) -> list[int]:
    """Where a frame differs far more from the one before than those around it do: a film's own cuts, and more."""
    tiny = np.stack([cv2.resize(f, (32, 18), interpolation=cv2.INTER_AREA) for f in frames]).astype(
        np.float32
    )
    apart = np.concatenate([[0], np.abs(np.diff(tiny, axis=0)).mean((1, 2, 3))])
    usual = np.array([np.median(apart[max(0, n - 12) : n + 13]) for n in range(len(apart))])
    return [int(n) for n in np.flatnonzero(apart > 4 * usual + 5)]
