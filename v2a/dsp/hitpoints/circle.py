"""What an even beat lands, at its best place: hits as arcs on the circle that a bar is.

A hit is landed by a beat within a zone behind it. Taken modulo a bar those zones are arcs: one for each beat of the bar,
worth what landing on a beat is worth, and one more for what its first beat adds. The place that most arcs cover, by
weight, is where the bar begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.limits import Limits
from v2a.model.tempo import Hit

Values = NDArray[np.float64]

_BINS = 4
_INSIDE = 0.25


@dataclass(frozen=True, eq=False)
class Arcs:
    """Where the zones of hits begin and end in seconds, what a beat in them is worth, and what a downbeat adds."""

    begin: Values
    end: Values
    worth: Values
    extra: Values

    @classmethod
    def of(cls, hits: Sequence[Hit], limits: Limits) -> Arcs:
        """The zones of all hits that weigh something."""
        rows = [
            (
                float(hit.time + zone.early),
                float(hit.time + zone.late),
                hit.weight * zone.value,
                limits.bonus(hit),
            )
            for hit in hits
            if hit.weight > 0
            for zone in limits.zones(hit.kind)
        ]
        begin, end, worth, bonus = np.array(rows, np.float64).reshape(-1, 4).T
        return cls(begin, end, worth, worth * bonus)

    def __len__(self) -> int:
        return len(self.begin)


@dataclass(frozen=True, eq=False)
class Best:
    """For each of several tempi what it lands at its best, and where its bars begin then, in seconds."""

    worth: Values
    offset: Values


def best(tempi: Values, arcs: Arcs, beats: int, frame: float) -> Best:
    """The best place of the bar at each tempo, exactly: sums change only where an arc begins or ends."""
    beat = 60 / tempi[:, None]
    bar = beat * beats
    on = (
        np.concatenate(
            [arcs.begin + k * beat for k in range(beats)]
            + [np.broadcast_to(arcs.begin, (len(beat), len(arcs)))],
            1,
        )
        % bar
    )
    long = np.tile(arcs.end - arcs.begin, beats + 1)
    value = np.concatenate([np.tile(arcs.worth, beats), arcs.extra])
    off = on + long
    around = (off >= bar) @ value
    places = np.concatenate([on, off % bar], 1)
    order = np.argsort(places, 1, kind="stable")
    places = np.take_along_axis(places, order, 1)
    sums = np.cumsum(np.concatenate([value, -value])[order], 1) + around[:, None]
    n = sums.argmax(1)[:, None]
    following = np.take_along_axis(np.concatenate([places, places[:, :1] + bar], 1), n + 1, 1)
    here = np.take_along_axis(places, n, 1)
    offset = here + np.minimum((following - here) / 2, _INSIDE * frame)
    return Best(np.take_along_axis(sums, n, 1)[:, 0], offset[:, 0])


def bound(tempi: Values, arcs: Arcs, beats: int, frame: float, slack: float) -> Values:
    """What each tempo lands at most, were every arc longer by `slack` seconds at both ends: told in bins."""
    bins = int(np.ceil(60 / float(tempi.min()) / frame * _BINS))
    wide = bins * tempi[:, None] / 60
    begin = np.floor((arcs.begin - slack) * wide).astype(np.int64)
    end = np.ceil((arcs.end + slack) * wide).astype(np.int64)
    on_beat = _covered(begin, end, arcs.worth, bins)
    on_first = _covered(begin, end, arcs.extra, bins * beats).reshape(len(tempi), beats, bins)
    return np.asarray((on_first + on_beat[:, None]).max((1, 2)))


def _covered(begin: NDArray[np.int64], end: NDArray[np.int64], worth: Values, bins: int) -> Values:
    """The sum of the arcs that cover each bin of a circle, a row a tempo."""
    size = len(begin) * bins
    rows = np.arange(len(begin))[:, None] * bins
    given = np.broadcast_to(worth, begin.shape).ravel()
    changes = np.bincount((rows + begin % bins).ravel(), given, size) - np.bincount(
        (rows + end % bins).ravel(), given, size
    )
    around = (end // bins - begin // bins) @ worth
    return np.asarray(np.cumsum(changes.reshape(-1, bins), 1) + around[:, None])
