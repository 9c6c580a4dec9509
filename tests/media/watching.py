"""One decode pass, and all that it gave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tests.media.films import beeps_in, numbers_of
from v2a.media.decode import Seen, decode
from v2a.model import Video


@dataclass
class Watched:
    """All that one pass gave, by need."""

    times: dict = field(default_factory=dict)
    pixels: dict = field(default_factory=dict)
    starts: dict = field(default_factory=dict)
    sound: dict = field(default_factory=dict)
    lost: tuple = ()

    def numbers(self, need):
        return numbers_of(self.pixels[need])

    def beeps(self, need, channel=0):
        return [
            float(t) + float(self.starts[need][0]) for t in beeps_in(self.sound[need][channel], need.rate)
        ]


def watched(video: Video, pictures=(), sounds=(), span=None) -> Watched:
    got = Watched()
    with decode(video, pictures, sounds, span) as decoding:
        for item in decoding:
            if isinstance(item, Seen):
                got.times.setdefault(item.need, []).extend(item.frames.times.tolist())
                got.pixels.setdefault(item.need, []).append(item.frames.pixels)
            else:
                got.starts.setdefault(item.need, []).append(item.block.start)
                got.sound.setdefault(item.need, []).append(item.block.sound.samples)
        got.lost = decoding.lost
    got.pixels = {need: np.concatenate(parts) for need, parts in got.pixels.items()}
    got.sound = {need: np.concatenate(parts, axis=1) for need, parts in got.sound.items()}
    return got
