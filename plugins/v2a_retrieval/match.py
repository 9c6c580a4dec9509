"""How much a take sounds like its prompt: the cosine of what CLAP hears and what it reads, where a checkpoint is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import v2a
from v2a.media.resample import resample, to_channels
from v2a_retrieval import clap
from v2a_retrieval.meaning import cosines

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECES = 3
# With the published checkpoints a sound and its own caption come to about this, and strangers to a tenth or two.
_ALIKE = 0.5


class TextMatch(v2a.Metric):
    """The likeness of a take and its prompt, of a long take that of three stretches of ten seconds."""

    card = v2a.MetricCard("text", "1", "share", about="how much a take sounds like its prompt, told by CLAP")

    def measure(
        self, bench: v2a.Bench, sound: v2a.Audio, take: v2a.Take, observations: v2a.Observations
    ) -> float | None:
        """From 0 (a stranger) to 1 (as its own caption); nothing without a checkpoint, a prompt or any sound."""
        if not take.prompt or not sound.samples.any() or not clap.available():
            return None
        heard = np.stack([np.frombuffer(row, np.int8) for row in clap.sounds(_pieces(sound))])
        alike = float(cosines(heard, clap.text(take.prompt)).mean())
        return min(1.0, max(0.0, alike / _ALIKE))


def _pieces(sound: v2a.Audio) -> list[NDArray[np.float32]]:
    """What is heard of a take, in mono at CLAP's rate."""
    wide = clap.SECONDS * sound.rate
    length = sound.samples.shape[1]
    starts = [0] if length <= wide else [(length - wide) * n // (_PIECES - 1) for n in range(_PIECES)]
    cut = (v2a.Audio(np.array(sound.samples[:, at : at + wide]), sound.rate) for at in starts)
    return [resample(to_channels(piece, 1), clap.RATE).samples[0] for piece in cut]
