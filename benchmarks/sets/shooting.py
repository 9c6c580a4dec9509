"""Films shot on generated sets: camera positions cut back and forth, dissolves between places, grain; truth included."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sets import inside, outside
from sets.inside import Inside
from sets.outside import Outside
from sets.painting import HEIGHT, WIDTH, Picture, looks, person
from v2a.media import programs

SIZE = (320, 180)
RATE = 12
_GRAINS = 8
_NIGHT = 0.35


@dataclass(frozen=True)
class Staged:
    """A scene as it was made: where it lies in seconds, how long it dissolves in, and what place it is."""

    start: Fraction
    end: Fraction
    dissolve: Fraction
    interior: bool
    day: bool
    kind: str


@dataclass(frozen=True)
class Take:
    """A shot as it is made: its picture, larger than the frame, how the camera moves over it, and how long it is."""

    canvas: Picture
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    frames: int
    exposure: float


class Place:
    """A set with three camera positions and two people who keep their looks."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.interior = bool(rng.random() < 0.5)
        self.day = bool(rng.random() > _NIGHT)
        kinds = inside.KINDS if self.interior else outside.KINDS
        self.kind = str(rng.choice(kinds))
        built = (Inside if self.interior else Outside)(self.kind, self.day, rng)
        people = looks(rng), looks(rng)
        light = float(np.mean(built.light))
        wide, one, other = (built.view(rng, close) for close in (False, True, True))
        for n, who in enumerate(people):
            person(wide, 0.35 + 0.3 * n, rng.uniform(0.8, 0.95), rng.uniform(0.3, 0.5), who, light)
        near = [cv2.GaussianBlur(view, (0, 0), rng.uniform(0.5, 6)) for view in (one, other)]
        for view, who in zip(near, people):
            tall = rng.uniform(1.3, 3.0)
            person(view, rng.uniform(0.35, 0.65), tall + rng.uniform(0.1, 0.3), tall, who, light)
        self.views = [_shown(view) for view in (wide, *near)]

    def takes(self, rng: np.random.Generator) -> Iterator[Take]:
        """The shots of one scene here: perhaps the whole place, then back and forth, perhaps the whole place again."""
        order = [0] if rng.random() < 0.7 else []
        order += [1 + (n % 2) for n in range(int(rng.integers(2, 6)))]
        order += [0] if rng.random() < 0.3 else []
        for view in order:
            yield Take(
                self.views[view],
                rng.uniform(0, 1, 3),
                rng.uniform(0, 1, 3),
                int(rng.uniform(1.2, 5) * RATE),
                float(rng.uniform(0.92, 1.08)),
            )


def shoot(seed: int, scenes: int) -> tuple[list[tuple[Take, ...]], list[Staged]]:
    """The takes of every scene of a film, and its truth; one in five scenes goes back to an earlier place."""
    rng = np.random.default_rng(seed)
    places = [Place(rng)]
    played, staged, at = [], [], 0
    for n in range(scenes):
        earlier = [p for p in places if p is not places[-1]]
        if n:
            places.append(
                earlier[int(rng.integers(len(earlier)))] if earlier and rng.random() < 0.2 else Place(rng)
            )
        place = places[-1]
        takes = tuple(place.takes(rng))
        dissolve = int(rng.uniform(0.5, 1.5) * RATE) if n and rng.random() < 0.3 else 0
        length = sum(take.frames for take in takes)
        staged.append(
            Staged(
                Fraction(at, RATE),
                Fraction(at + length, RATE),
                Fraction(dissolve, RATE),
                place.interior,
                place.day,
                place.kind,
            )
        )
        played.append(takes)
        at += length
    return played, staged


def frames(seed: int, scenes: int) -> Iterator[NDArray[np.uint8]]:
    """The frames of a film; a dissolve lies in the first frames of the scene that it leads into."""
    played, staged = shoot(seed, scenes)
    rng = np.random.default_rng(seed + 1)
    grains = rng.normal(0, 3, (_GRAINS, SIZE[1], SIZE[0], 3)).astype(np.float32)
    last: NDArray[np.float32] | None = None
    for takes, scene in zip(played, staged):
        left = blended = round(scene.dissolve * RATE)
        for take in takes:
            for n in range(take.frames):
                picture = _framed(take, n / take.frames)
                if left and last is not None:
                    share = 1 - left / (blended + 1)
                    picture = share * picture + (1 - share) * last
                    left -= 1
                yield np.clip(picture + grains[rng.integers(_GRAINS)], 0, 255).astype(np.uint8)
        last = _framed(takes[-1], 1.0)


def _shown(view: Picture) -> Picture:
    """Light as a screen shows it, 0 to 255, with room above for what is overexposed."""
    return np.asarray(255 * np.clip(view, 0, 1.5) ** (1 / 1.8), np.float32)


def _framed(take: Take, share: float) -> NDArray[np.float32]:
    """The camera's part of the canvas."""
    x, y, zoom = take.start * (1 - 0.35 * share) + take.end * 0.35 * share
    scale = 0.7 + 0.25 * zoom
    wide, high = scale * WIDTH, scale * HEIGHT
    left, top = x * (WIDTH - wide), y * (HEIGHT - high)
    move = np.array([[wide / SIZE[0], 0, left], [0, high / SIZE[1], top]], np.float32)
    part = cv2.warpAffine(take.canvas, move, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.asarray(part * take.exposure, np.float32)


def film(folder: Path, seed: int, scenes: int) -> tuple[Path, list[Staged]]:
    """A film of so many scenes, rendered once and kept, and its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"scenes-{seed}-{scenes}.mp4"
    if not path.exists():
        size, part = f"{SIZE[0]}x{SIZE[1]}", path.with_suffix(".part.mp4")
        command = [programs.ffmpeg(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size,
                   "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
                   "-pix_fmt", "yuv420p", str(part)]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin is not None
            for frame in frames(seed, scenes):
                encoder.stdin.write(frame.tobytes())
        part.replace(path)
    return path, shoot(seed, scenes)[1]
