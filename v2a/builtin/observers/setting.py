"""Interior or exterior, day or night: told from the cues of a scene's frames, and only where they are plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.scenery import CUES

_SKY, _WHITE, _EVENING, _LEAVES = 0.08, 0.12, 0.12, 0.12
_NONE = 0.03
_UNDER, _BUILT, _LIT = 0.38, 0.4, 0.25
_DARK, _DIM, _NEUTRAL = 0.4, 0.3, 0.62
_BLANK = 0.01
_LIGHT_CUE = CUES.index("light")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scene's frames tell of it, nothing where they do not; `tags` are words for what is seen."""

    interior: bool | None = None
    day: bool | None = None
    tags: tuple[str, ...] = ()


def setting(shots: Sequence[NDArray[np.float32]]) -> Setting:
    """What the rows of cues of a scene's shots tell.

    What one shot shows is there: a scene in the open has its close shots, too. A sky or leaves are outside; a room shows
    itself by a ceiling darker than the rest over level and upright edges. Frames without any light tell nothing.
    """
    finite = [rows[np.isfinite(rows).all(1) & (rows[:, _LIGHT_CUE] > _BLANK)] for rows in shots]
    seen = [rows for rows in finite if len(rows)]
    if not seen:
        return Setting()
    some = _named(np.max([np.median(rows, axis=0) for rows in seen], axis=0))
    most = _named(np.median(np.concatenate(seen), axis=0))
    sky = some["sky"] > _SKY or some["white"] > _WHITE
    leaves, evening = some["leaves"] > _LEAVES, some["evening"] > _EVENING
    dark = most["dark"] > _DARK and most["light"] < _DIM and most["warm"] < _NEUTRAL
    night = dark or (evening and not sky)
    if sky or leaves or evening:
        tags = (("sky", sky), ("trees", leaves))
        return Setting(False, not night, tuple(tag for tag, there in tags if there and not night))
    nothing = max(some["sky"], some["white"], some["evening"], some["leaves"]) < _NONE
    room = most["overhead"] < _UNDER and most["straight"] > _BUILT and most["light"] > _LIT
    return Setting(True if nothing and room else None, False if night else None)


def _named(cues: NDArray[np.float32]) -> dict[str, float]:
    return dict(zip(CUES, cues.tolist(), strict=True))
