"""Sound made longer or shorter, in a file: backgrounds go on by grains of themselves, music is stretched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from v2a.dsp.crossfade import across
from v2a.dsp.grains import Texture, steady
from v2a.dsp.stretch import pieces
from v2a.media.resample import reblocked
from v2a.model import Anchor, Audio, derived_seed
from v2a.stages.generating.canvas import BLOCK, Canvas

_LONGEST = 60


def stretched(sound: Audio, length: int, anchors: Sequence[Anchor], by: str, path: Path) -> Audio:
    """The sound made so many samples long, with anchors between its ends."""
    canvas, at = Canvas.new(path, sound.rate, sound.channels, length), 0
    made = pieces(sound.samples, sound.rate, length, anchors, by)
    for block in reblocked(made, BLOCK, sound.channels):
        canvas.write(at, block)
        at += block.shape[1]
    return canvas.sound.open()


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
    canvas, alone = Canvas.new(path, rate, sound.channels, length), left - overlap
    for at in range(0, alone, BLOCK):
        canvas.write(at, sound.samples[:, at : min(at + BLOCK, alone)])
    leaving, coming = sound.samples[:, alone:left], texture.window(0, overlap)
    canvas.write(alone, across(leaving, coming, max(1, overlap // 2)))
    for at in range(left, length, BLOCK):
        canvas.write(at, texture.window(at - alone, min(BLOCK, length - at)))
    return canvas.sound.open()
