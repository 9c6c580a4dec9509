"""How good a finished take is: what no mix can use is refused, and of several candidates the best is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a.model import SoundFile
from v2a.stages.generating.canvas import BLOCK

_FULL, _RUN = 0.985, 4
_SILENT = 10.0 ** (-70.0 / 20.0)
_FRAME = 0.05
# What counts how much against a take: the share that is flat at full scale, the share that is silent, a click at its edge.
_CLIPPED, _EMPTY = 20.0, 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether all samples are numbers, the share that is clipped, and the share of frames that are silent."""

    numbers: bool
    clipped: float
    silent: float

    def score(self, fit: float | None = None) -> float:
        """From 0 to 1; `fit` is how well its onsets meet the moments, where that says something of it."""
        plain = max(0.0, 1.0 - min(1.0, _CLIPPED * self.clipped) - _EMPTY * self.silent)
        return round(plain if fit is None else 0.5 * plain + 0.5 * fit, 4)


def judged(sound: SoundFile) -> Judged:
    """Look through a take, block by block."""
    samples, frame = sound.open().samples, max(1, round(_FRAME * sound.rate))
    size = BLOCK // frame * frame
    clipped = silent = frames = 0
    for start in range(0, sound.length, size):
        block = np.abs(np.array(samples[:, start : start + size]))
        if not np.isfinite(block).all():
            return Judged(False, 1.0, 1.0)
        clipped += sum(_flat(channel) for channel in block)
        highest = block.max(axis=0)
        peaks = np.maximum.reduceat(highest, np.arange(0, len(highest), frame))
        silent, frames = silent + int((peaks < _SILENT).sum()), frames + len(peaks)
    total = max(1, sound.length * sound.channels)
    return Judged(True, clipped / total, silent / max(1, frames))


def _flat(channel: np.ndarray) -> int:
    """How many samples lie in runs that stay at one value at full scale."""
    high = (channel >= _FULL) & (np.abs(np.diff(channel, prepend=channel[:1])) < 1e-4)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], high, [False]]).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return int(runs[runs >= _RUN].sum())
