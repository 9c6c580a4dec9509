"""Lets a model hear the recordings that it has not heard yet, where there is such a model."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from v2a.errors import InputError
from v2a.model import Span
from v2a_retrieval import clap, ledger
from v2a_retrieval.index import Index

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 8


def listen(index: Index) -> int:
    """Hear what was not heard yet, a few recordings at a time; answers how many there were."""
    count = 0
    while clap.available() and (unheard := index.unheard(_BATCH)):
        waves = [_wave(path) for _, path in unheard]
        read = [wave for wave in waves if wave is not None]
        vectors = iter(clap.sounds(read) if read else [])
        kept = [(digest, b"" if wave is None else next(vectors)) for (digest, _), wave in zip(unheard, waves)]
        ledger.keep_heard(index, kept)
        count += len(kept)
    return count


def _wave(path: Path) -> NDArray[np.float32] | None:
    """The first seconds of a recording; nothing where it cannot be read now."""
    from v2a.media import sound

    try:
        audio = sound.read(path, rate=clap.RATE, channels=1, span=Span(Fraction(0), Fraction(clap.SECONDS)))
    except InputError:
        return None
    return np.asarray(np.nan_to_num(audio.samples[0]), np.float32)
