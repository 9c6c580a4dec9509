"""Where music may breathe: hold a beat, slow down, or begin again at another tempo."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.landing import important
from v2a.dsp.hitpoints.lattice import Lattice
from v2a.dsp.hitpoints.limits import Limits
from v2a.model.tempo import Hit
from v2a.model.time import Span

_SILENCE = Fraction(6)
_RUN = Fraction(12)
_TRIES = 6


def breaths(hits: Sequence[Hit], sections: Sequence[Span]) -> tuple[Fraction, ...]:
    """Where the picture breathes: a scene begins, or a strong hit comes after six seconds without any."""
    found = {section.start for section in sections[1:]}
    heavy = {hit.time for hit in important(hits)}
    times = sorted({Fraction(0), *(hit.time for hit in hits if hit.weight > 0)})
    found |= {after for before, after in pairwise(times) if after in heavy and after - before >= _SILENCE}
    return tuple(sorted(found))


@dataclass(frozen=True, eq=False)
class Breathing:
    """Breaths on a lattice: columns at which a bar may begin anew, and those before which the tempo may give way.

    `longest` is by how many steps a bar may be held; a breath that nobody asked to use is none.
    """

    anew: tuple[int, ...]
    giving: NDArray[np.bool_]
    longest: int

    @classmethod
    def on(cls, lattice: Lattice, times: Sequence[Fraction], bpm: float, limits: Limits) -> Breathing:
        """The breaths of a cue on its lattice."""
        giving = np.zeros(lattice.end, np.bool_)
        anew: set[int] = set()
        for time in times if limits.breathes else ():
            begin = lattice.lead + ceil((time + limits.early * limits.frame) / lattice.step)
            until = lattice.lead + floor((time + limits.late * limits.frame) / lattice.step)
            anew |= {
                n for n in range(begin, until + 1, max(1, (until - begin) // _TRIES)) if 0 < n < lattice.end
            }
            giving[max(0, begin - floor(_RUN / lattice.step)) : max(0, until)] = limits.rubato > limits.drift
        return cls(tuple(sorted(anew)), giving, floor(limits.fermata * 60 / Fraction(bpm) / lattice.step))

    def between(self, begin: int, until: int) -> tuple[int, ...]:
        """The columns of a stretch at which a bar may begin anew."""
        return self.anew[bisect_left(self.anew, begin) : bisect_left(self.anew, until)]
