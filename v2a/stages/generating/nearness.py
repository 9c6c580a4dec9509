"""References as sound: read once for each rate and number of channels, bounded, and the part that a window is given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.errors import FileEmpty, V2aError
from v2a.files import writing
from v2a.interfaces import GeneratorCard, StageBench, Store
from v2a.media import sound
from v2a.model import Audio, Failure, Request, SoundFile, Span
from v2a.stages.generating.references import Reference, unusable

VERSION, NAME = "1", "reference sound"
LEAST, MOST = 30, 300
_SILENT = 10 ** (-80 / 20)


@dataclass(frozen=True)
class Near:
    """A reference as one generator is given it, how much of it is wanted, and what it counts by."""

    sound: SoundFile
    strength: float
    key: str


def key(reference: Reference, card: GeneratorCard, whole: Fraction, store: Store) -> str:
    """What a reference counts by for a cue of that length: its content, never its path."""
    return store.key("reference", VERSION, reference.identity, card.rate, card.channels, reach(whole))


def reach(whole: Fraction) -> int:
    """The longest stretch of a reference in seconds that a cue is given: its own length, within bounds."""
    return min(max(LEAST, math.ceil(whole)), MOST)


def read(reference: Reference, card: GeneratorCard, whole: Fraction, bench: StageBench) -> Near | Failure:
    """The reference at a generator's rate and in its channels, read once; of a longer one the loudest stretch."""
    kept = key(reference, card, whole, bench.store)
    path = bench.store.path(kept, ".npy")
    try:
        if path is None:
            span = _loudest(reference.path, reach(whole), bench)
            heard = sound.read(reference.path, rate=card.rate, channels=card.channels, span=span)
            path = bench.store.keep(kept, _written(heard, bench.store))
    except V2aError as error:
        return unusable(reference.path.name, error)
    shape = np.load(path, mmap_mode="r", allow_pickle=False).shape
    return Near(SoundFile(str(path), card.rate, int(shape[0]), int(shape[1])), reference.strength, kept)


def _loudest(path: Path, reach: int, bench: StageBench) -> Span | None:
    """Where the stretch of so many seconds with the most sound lies, to the second; nothing where all of it will do."""
    known = sound.info(path)
    if known.length is not None and known.length <= reach * known.rate:
        return None
    powers = [0.0]
    with sound.blocks(path, known.rate, 1, known.rate) as seconds:
        for block in seconds:
            bench.check_cancelled()
            powers.append(powers[-1] + float(np.sum(np.nan_to_num(block).astype(np.float64) ** 2)))
    if len(powers) <= reach + 1:
        return None
    total = np.array(powers)
    start = Fraction(int(np.argmax(total[reach:] - total[:-reach])))
    return Span(start, start + reach)


def _written(heard: Audio, store: Store) -> Path:
    """The sound in a scratch file; what is no number is silence, and silence all through is refused."""
    samples = np.nan_to_num(heard.samples, nan=0.0, posinf=0.0, neginf=0.0)
    if not np.abs(samples).max(initial=0.0) > _SILENT:
        raise FileEmpty("there is nothing to be heard in it", remedy="Name another sound.")
    path = store.scratch(".npy")
    with writing(path):
        SoundFile.write(path, Audio(samples, heard.rate))
    return path


def part(reference: SoundFile, request: Request, store: Store) -> SoundFile:
    """What the window of a request hears of a reference: all of one that is no longer than the window.

    Of a longer one, or where the window begins before the cue, it hears the part that lies where the window does in the
    cue; one that ends before begins again.
    """
    if reference.length <= request.length and request.start >= 0:
        return reference
    kept = store.key("reference part", reference, request.start, request.length)
    path = store.path(kept, ".npy")
    if path is None:
        at = (request.start + np.arange(request.length)) % reference.length
        path = store.scratch(".npy")
        with writing(path):
            SoundFile.write(path, Audio(reference.open().samples[:, at], reference.rate))
        path = store.keep(kept, path)
    return SoundFile(str(path), reference.rate, reference.channels, request.length)
