"""Interior or exterior, day or night: told from the cues of a scene's frames, and only where they are plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.scenery import CUES


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scene's frames tell of it, nothing where they do not; `tags` are words for what is seen."""

    interior: bool | None = None
    day: bool | None = None
    tags: tuple[str, ...] = ()


_SKY = 0.15
_BLUE = 0.1
_LEAVES = 0.15
_NIGHT = 0.6
_SEEN = 0.25


def setting(cues: NDArray[np.float32]) -> Setting:
    """What the rows of cues of one scene tell."""
    rows = cues[np.isfinite(cues).all(1)] if len(cues) else cues
    if not len(rows):
        return Setting()
    told = dict(zip(CUES, np.quantile(rows, 0.6, axis=0).tolist(), strict=True))
    sky = told["sky"] > _SKY and told["blue"] > _BLUE
    leaves = told["leaves"] > _LEAVES
    tags = [name for name, seen in (("sky", told["sky"] > _SEEN and sky), ("trees", leaves)) if seen]
    if sky or leaves:
        return Setting(interior=False, day=True, tags=tuple(tags))
    return Setting()
