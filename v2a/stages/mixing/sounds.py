"""The sounds that regions play: takes at the mix's rate, stretched where a region says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import finite
from v2a.dsp.offset import centred_on_zero, offset_of
from v2a.errors import FileDamaged
from v2a.interfaces import Bench
from v2a.media.resample import resample
from v2a.model import Anchor, Audio, Region, SoundFile, codec, nearest
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.extending import extended, stretched
from v2a.stages.mixing.splicing import spliced


@dataclass(frozen=True, slots=True, order=True)
class Heard:
    """A take as a region plays it; an edit by its digest."""

    take: str
    anchors: tuple[Anchor, ...]
    extended: Fraction
    edit: str = ""

    @classmethod
    def by(cls, region: Region) -> Heard:
        """What a region plays."""
        edit = "" if region.edit is None else codec.digest(region.edit)
        return cls(region.take.id, region.anchors, region.extended, edit)


def sounds_of(
    regions: Sequence[Region], folder: Path, rate: int, made: ExitStack, bench: Bench, by: str = "vocoder"
) -> Mapping[Heard, Audio]:
    """The sound of every region, by what is heard; what had to be made for it is removed when `made` closes."""
    sounds: dict[Heard, Audio] = {}
    for region in regions:
        heard = Heard.by(region)
        if heard in sounds:
            continue
        bench.check_cancelled()
        sound = _opened(region)
        offset = offset_of(_blocks(sound)).dominates
        changed = bool(region.anchors or region.extended or region.edit)
        if sound.rate != rate or changed or offset:
            path = folder / f".{len(sounds)}.part.npy"
            made.callback(path.unlink, missing_ok=True)
            sound = _fitted(region, resample(_centred(sound) if offset else sound, rate), path, by)
        sounds[heard] = sound
    return sounds


def _fitted(region: Region, sound: Audio, path: Path, by: str) -> Audio:
    """The sound as long as the region says, in a file."""
    length = nearest(region.length * sound.rate)
    if region.edit is not None:
        return spliced(sound, region.edit, by, path)
    if region.extended:
        return extended(sound, length, region.take.seed, path)
    if region.anchors:
        return stretched(sound, length, region.anchors[:-1], by, path)
    return SoundFile.write(path, sound).open()


def _blocks(sound: Audio) -> Iterator[NDArray[np.float32]]:
    for start in range(0, sound.length, BLOCK):
        yield finite(np.asarray(sound.samples[:, start : start + BLOCK]))


def _centred(sound: Audio) -> Audio:
    """The sound of a take that lies off the zero line, on it: it would begin and end with a click."""

    def read(start: int, stop: int) -> NDArray[np.float32]:
        return finite(np.asarray(sound.samples[:, start:stop]))

    blocks = centred_on_zero(read, sound.length, sound.rate, BLOCK)
    return Audio(np.concatenate(list(blocks), axis=1), sound.rate)


def _opened(region: Region) -> Audio:
    try:
        return region.take.sound.open()
    except (OSError, ValueError) as error:
        raise FileDamaged(
            "the sound of a take cannot be read",
            where=f"cue {region.cue}, take {region.take.id}",
            remedy="Remove the project's store and render again.",
        ) from error
