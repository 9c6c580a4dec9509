"""Sound made longer or shorter, in a file: backgrounds go on by grains of themselves, music is stretched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from v2a.dsp.crossfade import across
from v2a.dsp.grains import Texture, steady
from v2a.dsp.stretch import fill
from v2a.model import Anchor, Audio, SoundFile, derived_seed

_LONGEST = 300
_BLOCK = 1 << 18


def stretched(sound: Audio, length: int, anchors: Sequence[Anchor], by: str, path: Path) -> Audio:
    """The sound made so many samples long, with anchors between its ends."""
    made = np.lib.format.open_memmap(path, "w+", np.float32, (sound.channels, length))
    fill(made, sound.samples, sound.rate, anchors, by)
    made.flush()
    return SoundFile(str(path), sound.rate, sound.channels, length).open()


def extended(sound: Audio, length: int, seed: int, path: Path) -> Audio:
    """The sound made so many samples long: it goes over into grains of itself where both are most alike."""
    rate = sound.rate
    first = max(0, sound.length - _LONGEST * rate)
    part = steady(sound.samples[:, first:], rate)
    left = min(first + part.stop, length)
    texture = Texture(
        sound.samples[:, first + part.start : first + part.stop], rate, derived_seed(seed, "on")
    )
    overlap = min(rate, left // 2)
    made = np.lib.format.open_memmap(path, "w+", np.float32, (sound.channels, length))
    made[:, : left - overlap] = sound.samples[:, : left - overlap]
    leaving = sound.samples[:, left - overlap : left]
    made[:, left - overlap : left] = across(leaving, texture.window(0, overlap), max(1, overlap // 2))
    for at in range(left, length, _BLOCK):
        stop = min(at + _BLOCK, length)
        made[:, at:stop] = texture.window(at - left + overlap, stop - at)
    made.flush()
    return SoundFile(str(path), rate, sound.channels, length).open()
