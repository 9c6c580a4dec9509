"""Rendering reels: films in a folder, each with its truth beside it, kept for the next run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np

from reels import held_out, tuning
from reels.kinds import KINDS, Laid, Pace, Pool, laid
from reels.painting import HEIGHT, WIDTH, Image
from reels.supplied import stretches

_VERSION = 3


@dataclass(frozen=True, slots=True)
class Transition:
    """Its first changed frame, and the first frame that is wholly of the new shot; a cut has both in one."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Shelf:
    """Reels of a sort: their kinds, their rates in turn, and whether their dissolves, fades and wipes take 2 to 4 s."""

    name: str
    kinds: tuple[str, ...]
    rates: tuple[int, ...]
    slow: bool = False


_MIXED = ("dissolve", "fade", "wipe")
SHELVES = (
    Shelf("24 to 30 fps", KINDS, (25, 24, 30)),
    Shelf("50 and 60 fps", KINDS, (50, 60)),
    Shelf("2 to 4 s", _MIXED, (25, 24, 30), slow=True),
    Shelf("2 to 4 s at 50 and 60 fps", _MIXED, (50, 60), slow=True),
)


@dataclass(frozen=True)
class Reel:
    """A film of one kind, and what is in it."""

    kind: str
    path: Path
    frames: int
    transitions: tuple[Transition, ...]


@dataclass(frozen=True)
class Half:
    """One of the two halves: which footage, and how many transitions each reel has; `seed` gives others like them."""

    held_out: bool
    count: int = 24
    footage: Path | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """What the files begin with."""
        films = sorted((f.name, f.stat().st_size) for f in self.footage.iterdir()) if self.footage else ""
        told = hashlib.sha256(repr((films, self.count, self.seed, _VERSION)).encode()).hexdigest()[:8]
        return f"{'held-out' if self.held_out else 'tuning'}-{told}"


def reels(half: Half, folder: Path, kinds: Sequence[str] = KINDS, shelf: Shelf = SHELVES[0]) -> list[Reel]:
    """The reels of a half on a shelf; those that are not there are rendered."""
    folder.mkdir(parents=True, exist_ok=True)
    number = SHELVES.index(shelf)
    name = f"{half.name}-{shelf.name.replace(' ', '-')}"
    wanted = [kind for kind in shelf.kinds if kind in kinds]
    targets = {kind: folder / f"{name}-{kind.replace(' ', '-')}.mp4" for kind in wanted}
    lacking = [kind for kind, path in targets.items() if not path.with_suffix(".json").exists()]
    found = stretches(half.footage, half.held_out) if lacking else []
    for kind in lacking:
        at = KINDS.index(kind)
        rng = np.random.default_rng((half.seed, int(half.held_out), at, *([number] if number else ())))
        places = held_out.PLACES if half.held_out else tuning.PLACES
        pace = Pace(shelf.rates[at % len(shelf.rates)], shelf.slow)
        shots = laid(kind, Pool(places, found, rng), half.count, pace, rng)
        _write(targets[kind], _frames(shots, pace.rate), pace.rate)
        truth = [asdict(t) for t in _truth(shots)]
        length = sum(s.count - s.overlap for s in shots)
        targets[kind].with_suffix(".json").write_text(json.dumps({"frames": length, "transitions": truth}))
    return [_read(kind, path) for kind, path in targets.items()]


def _read(kind: str, path: Path) -> Reel:
    told = json.loads(path.with_suffix(".json").read_text())
    return Reel(kind, path, told["frames"], tuple(Transition(**t) for t in told["transitions"]))


def _truth(shots: Sequence[Laid]) -> Iterator[Transition]:
    end = shots[0].count
    for shot in shots[1:]:
        yield Transition(shot.kind, end - shot.overlap, end)
        end += shot.count - shot.overlap


def _frames(shots: Sequence[Laid], rate: float) -> Iterator[Image]:
    """All frames in order; where a shot overlaps the one before, both run on."""
    begun = 0
    for shot, after in zip(shots, [*shots[1:], None]):
        over = after.overlap if after is not None else 0
        for n in range(begun, shot.count - over):
            yield shot.take(n / rate)
        for n in range(over):
            assert after is not None and after.mix is not None
            old, new = shot.take((shot.count - over + n) / rate), after.take(n / rate)
            yield after.mix(old, new, (n + 1) / (over + 1))
        begun = over


def _write(path: Path, frames: Iterator[Image], rate: int) -> None:
    partial = path.with_name(f"partial-{path.name}")
    with av.open(str(partial), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "21", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")))
        container.mux(stream.encode())
    partial.replace(path)
