"""Maps of time: which sample of a sound is heard when, through anchors that are kept to the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.errors import StretchRefused
from v2a.model import Anchor

# Nothing between two onsets that are kept runs faster than this: what makes up for them is heard, too.
_SLOWEST = 0.25
_ROOM = 1.25


@dataclass(frozen=True, eq=False)
class TimeMap:
    """Points of a map in samples, both ends included; between them time runs evenly."""

    source: NDArray[np.float64]
    target: NDArray[np.float64]

    @classmethod
    def of(cls, before: int, after: int, rate: int, anchors: Sequence[Anchor] = ()) -> TimeMap:
        """A sound of `before` samples made `after` samples long; anchors that do not run forward are refused."""
        if before <= 0 or after <= 0:
            raise StretchRefused(
                f"a sound of {before} samples cannot become one of {after}",
                remedy="Stretch a sound that has some length to a length above 0.",
            )
        source = np.array([0.0, *(float(a.source * rate) for a in anchors), before])
        target = np.array([0.0, *(float(a.target * rate) for a in anchors), after])
        if (np.diff(source) <= 0).any() or (np.diff(target) <= 0).any():
            raise StretchRefused(
                "the anchors of a stretch do not run forward",
                remedy="Give them in order, within the sound and within its new length.",
            )
        return cls(source, target)

    @property
    def length(self) -> int:
        """How many samples are heard."""
        return int(self.target[-1])

    @property
    def slopes(self) -> NDArray[np.float64]:
        """How much longer the sound becomes, from each point to the next."""
        return np.asarray(np.diff(self.target) / np.diff(self.source))

    def heard_at(self, source: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where samples of the sound are heard."""
        return np.interp(source, self.source, self.target)

    def played_at(self, target: NDArray[np.float64]) -> NDArray[np.float64]:
        """Which sample of the sound is heard at each of these; before and behind the sound time runs as it did."""
        inside = np.interp(target, self.target, self.source)
        before, behind = np.minimum(target, 0.0), np.maximum(target - self.target[-1], 0.0)
        return np.asarray(inside + before + behind)

    def apart(self, reach: float) -> float:
        """How far apart onsets lie that can all be kept `reach` samples to either side."""
        slope = float(self.slopes.min())
        if slope <= _SLOWEST:
            return np.inf
        return 2 * reach * max(_ROOM, (1 - _SLOWEST) / (slope - _SLOWEST))

    def keeping(self, onsets: NDArray[np.int64], reach: float) -> TimeMap:
        """The same map, but as the sound was for `reach` samples to either side of each of these onsets."""
        if not len(onsets):
            return self
        middles = self._beside(onsets.astype(np.float64), 2 * reach)
        free = np.abs(self.source[1:-1, None] - onsets[None, :]).min(axis=1) > reach
        source = np.concatenate([self.source[1:-1][free], onsets - reach, onsets + reach])
        target = np.concatenate([self.target[1:-1][free], middles - reach, middles + reach])
        return self._through(source, target)

    def _beside(self, onsets: NDArray[np.float64], near: float) -> NDArray[np.float64]:
        """Where onsets are heard: one near an anchor as far from it as it was, so that both are right."""
        nearest = np.abs(self.source[:, None] - onsets[None, :]).argmin(axis=0)
        off = onsets - self.source[nearest]
        return np.where(np.abs(off) <= near, self.target[nearest] + off, self.heard_at(onsets))

    def _through(self, source: NDArray[np.float64], target: NDArray[np.float64]) -> TimeMap:
        """The map between the same ends through these points, without those at which it would not run forward."""
        order = np.argsort(source, kind="stable")
        kept = [(self.source[0], self.target[0])]
        for point in zip(source[order], target[order], strict=True):
            if kept[-1][0] < point[0] < self.source[-1] and kept[-1][1] < point[1] < self.target[-1]:
                kept.append(point)
        kept.append((self.source[-1], self.target[-1]))
        return TimeMap(np.array([p[0] for p in kept]), np.array([p[1] for p in kept]))
