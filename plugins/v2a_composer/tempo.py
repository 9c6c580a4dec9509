"""The constant tempo that puts most of what matters on a beat, found by trying them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Hit:
    """Something in the picture that wants a beat: its time in seconds and how much it matters."""

    time: float
    weight: float


def best_tempo(hits: Sequence[Hit], slow: float, fast: float, *, near: float = 0.05) -> float:
    """Beats a minute between two bounds; a hit counts fully on its beat and not at all `near` seconds off it.

    The cue's start is a beat. Among tempi that are equally good the one nearest the middle is taken.
    """
    middle = (slow + fast) / 2
    if not hits:
        return round(middle, 2)
    tempi = np.arange(slow, fast + 1e-9, 0.05)
    beat = 60.0 / tempi[:, None]
    times = np.array([h.time for h in hits])[None, :]
    off = np.abs((times + beat / 2) % beat - beat / 2)
    score = (np.clip(1 - off / near, 0, 1) * np.array([h.weight for h in hits])).sum(axis=1)
    score -= 1e-3 * np.abs(tempi - middle) / max(1.0, fast - slow)
    return float(round(tempi[int(np.argmax(score))], 2))
