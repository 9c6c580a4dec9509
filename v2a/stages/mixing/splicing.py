"""Music as it was cut: its passages stretched and joined in a file, each read only where it sounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.crossfade import across
from v2a.dsp.stretch import pieces
from v2a.media.resample import reblocked
from v2a.model import Anchor, Audio, MusicEdit, Passage, nearest
from v2a.stages.generating.canvas import BLOCK, Canvas

# What a stretch sees of the music before and after a passage, so that its ends sound as they would within.
_AROUND = Fraction(1, 5)
_EVEN = 1e-9
# A short overlap holds the place where a crossfade half as long shows least; a long one is a crossfade itself.
_LONG = Fraction(1, 2)


def spliced(sound: Audio, edit: MusicEdit, by: str, path: Path) -> Audio:
    """The music of an edit; before it begins there is silence."""
    rate = sound.rate
    canvas = Canvas.new(path, rate, sound.channels, nearest(edit.span.end * rate))
    for passage in edit.passages:
        start, under = nearest(passage.target.start * rate), nearest(passage.crossfade * rate)
        at = start - under
        for block in reblocked(_played(sound, passage, by), BLOCK, sound.channels):
            if under:
                fade = under if passage.crossfade >= _LONG else max(1, under // 2)
                over = across(canvas.read(at, at + under), block[:, :under], min(fade, block.shape[1]))
                block = np.concatenate([over, block[:, under:]], axis=1)
                under = 0
            canvas.write(at, block)
            at += block.shape[1]
    return canvas.sound.open()


def _played(sound: Audio, passage: Passage, by: str) -> Iterator[NDArray[np.float32]]:
    """A passage with what comes in under the one before it."""
    rate = sound.rate
    first = nearest((passage.source.start - passage.crossfade) * rate)
    begin = nearest(passage.target.start * rate) - nearest(passage.crossfade * rate)
    length = nearest(passage.target.end * rate) - begin
    if all(abs(s - 1) < _EVEN for s in passage.stretches):
        yield from _copied(sound, first, length)
        return
    stop = nearest(passage.source.end * rate)
    low, high = max(0, first - nearest(_AROUND * rate)), min(sound.length, stop + nearest(_AROUND * rate))
    shift = first - low
    anchors = [
        Anchor(a.source - Fraction(low, rate), a.target - Fraction(begin - shift, rate))
        for a in _points(passage)
    ]
    inside = [a for a in anchors if 0 < a.source * rate < high - low and a.target > 0]
    whole = shift + length + high - stop
    inside = [a for a in inside if a.target * rate < whole]
    made = pieces(sound.samples[:, low:high], rate, whole, inside, by)
    yield from reblocked(made, BLOCK, sound.channels, shift, length)


def _points(passage: Passage) -> tuple[Anchor, ...]:
    """The anchors of a passage, and where it begins to come in."""
    if not passage.crossfade:
        return passage.points
    under = passage.crossfade
    return (Anchor(passage.source.start - under, passage.target.start - under), *passage.points)


def _copied(sound: Audio, first: int, length: int) -> Iterator[NDArray[np.float32]]:
    """A stretch of the music as it is, silence where there is none."""
    for at in range(first, first + length, BLOCK):
        stop = min(at + BLOCK, first + length)
        part = np.asarray(sound.samples[:, max(0, at) : max(0, stop)], np.float32)
        before = min(max(0, -at), stop - at)
        yield np.pad(part, ((0, 0), (before, stop - at - before - part.shape[1])))
