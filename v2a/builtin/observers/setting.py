"""Interior or exterior, day or night: told from the cues of a scene's frames, and only where they are plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.scenery import CUES

_SKY, _WHITE, _EVENING, _LEAVES = 0.08, 0.12, 0.12, 0.12
_SOME = 0.85
_NONE = 0.03
_UNDER, _BUILT, _LIT = 0.38, 0.4, 0.25
_DARK, _DIM, _NEUTRAL = 0.4, 0.3, 0.62


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scene's frames tell of it, nothing where they do not; `tags` are words for what is seen."""

    interior: bool | None = None
    day: bool | None = None
    tags: tuple[str, ...] = ()


def setting(cues: NDArray[np.float32]) -> Setting:
    """What the rows of cues of one scene tell.

    What shows in a seventh of its frames is there: a scene in the open has its close shots, too. A sky or leaves are
    outside; a room shows itself by a ceiling darker than the rest over level and upright edges.
    """
    rows = cues[np.isfinite(cues).all(1)] if len(cues) else cues
    if not len(rows):
        return Setting()
    some = dict(zip(CUES, np.quantile(rows, _SOME, axis=0).tolist(), strict=True))
    most = dict(zip(CUES, np.median(rows, axis=0).tolist(), strict=True))
    sky = some["sky"] > _SKY or some["white"] > _WHITE
    leaves, evening = some["leaves"] > _LEAVES, some["evening"] > _EVENING
    night = evening or (most["dark"] > _DARK and most["light"] < _DIM and most["warm"] < _NEUTRAL)
    if sky or leaves or evening:
        seen = (("sky", sky), ("trees", leaves))
        return Setting(False, not night, tuple(tag for tag, there in seen if there and not night))
    nothing = max(some["sky"], some["white"], some["evening"], some["leaves"]) < _NONE
    room = most["overhead"] < _UNDER and most["straight"] > _BUILT and most["light"] > _LIT
    return Setting(True if nothing and room else None, False if night else None)
