"""The sounds that regions play: takes at the mix's rate, stretched where a region says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from v2a.dsp.stretch import to_map
from v2a.errors import FileDamaged
from v2a.interfaces import Bench
from v2a.media.resample import resample
from v2a.model import Anchor, Audio, Region, SoundFile, nearest


@dataclass(frozen=True, slots=True, order=True)
class Heard:
    """A take as a region plays it."""

    take: str
    anchors: tuple[Anchor, ...]

    @classmethod
    def by(cls, region: Region) -> Heard:
        """What a region plays."""
        return cls(region.take.id, region.anchors)


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
        if sound.rate != rate or region.anchors:
            sound = resample(sound, rate)
            if region.anchors:
                length = nearest(region.length * rate)
                sound = Audio(to_map(sound.samples, rate, length, region.anchors[:-1], by), rate)
            path = folder / f".{len(sounds)}.part.npy"
            made.callback(path.unlink, missing_ok=True)
            sound = SoundFile.write(path, sound).open()
        sounds[heard] = sound
    return sounds


def _opened(region: Region) -> Audio:
    try:
        return region.take.sound.open()
    except (OSError, ValueError) as error:
        raise FileDamaged(
            "the sound of a take cannot be read",
            where=f"cue {region.cue}, take {region.take.id}",
            remedy="Remove the project's store and render again.",
        ) from error
