"""The best run of bars through a cue: every bar line on every step of time, at every tempo in reach.

A bar is worth what its beats are worth, and that is known for every step at which it may begin. Before it came one that
differs from it by what the limits allow. So the best that can end at a step with a bar of one shape follows from
earlier steps alone (dynamic programming), and the whole is as good as bars of whole steps can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hitpoints.breaths import Breathing
from v2a.dsp.hitpoints.lattice import Lattice
from v2a.dsp.hitpoints.shapes import Shapes, place

Worth = NDArray[np.float32]

# In plain cuts: a bar that changes by all it may, one at the edge of what the tempo may be, one that leans, a new tempo
# behind a breath, a beat that is held.
_CHANGE, _EDGE, _LEANING, _ANEW, _HOLDING = 0.03, 0.0005, 0.02, 0.1, 0.5
_NEVER = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that begins so many steps after the cue does, its length, how its beats lean, how long its last is held."""

    begin: int
    length: int
    lean: float = 0.0
    held: int = 0

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.begin + self.length + self.held


@dataclass(frozen=True, slots=True)
class _Held:
    worth: np.float32
    begin: int


class Search:
    """The best that ends at each step (the last axis) with a bar of each length, by how it leans.

    `after` is the bar that a run goes on from; without one it begins anywhere in the bar that sounds at the start.
    """

    def __init__(
        self, lattice: Lattice, shapes: Shapes, breathing: Breathing, after: Bar | None = None
    ) -> None:
        self._lattice, self._shapes, self._breathing = lattice, shapes, breathing
        self._price = np.float32(_CHANGE / max(1, shapes.furthest))
        self._follows = [[shapes.follows(a, b) for a in shapes.leans] for b in shapes.leans]
        self._moves = self._allowed()
        self._held: dict[tuple[int, int], _Held] = {}
        self._best = self._opened(after)
        self._fill(self._worths())

    def _allowed(self) -> dict[int, list[tuple[int, int]]]:
        """By how many steps a bar may be longer than the one before, and from which leans to which."""
        allowed: dict[int, list[tuple[int, int]]] = {}
        for into, sources in enumerate(self._follows):
            for source, changes in enumerate(sources):
                for more in changes:
                    allowed.setdefault(more, []).append((source, into))
        return allowed

    def _worths(self) -> Worth:
        """What a bar of each shape is worth that begins at each step."""
        end, shapes, parts = self._lattice.end, self._shapes, self._shapes.beats
        worths = np.empty((len(shapes.leans), len(shapes.lengths), end), np.float32)
        opening = self._lattice.beats[0, :end] + self._lattice.first[0, :end]
        for leaning, lean in zip(worths, shapes.leans):
            for row, length, tempo, may in zip(leaning, shapes.lengths, shapes.tempi, shapes.inside(lean)):
                row[:] = opening - np.float32(
                    _EDGE * abs(tempo) / max(shapes.drift, 1e-6) + _LEANING * (lean != 0)
                )
                if not may:
                    row[~self._breathing.giving if lean == 0 else slice(None)] = _NEVER
                for beat in range(1, parts):
                    whole, part = divmod(place(int(length), lean, beat, parts), parts)
                    row += self._lattice.beats[part, whole : whole + end]
        return worths

    def _opened(self, after: Bar | None) -> Worth:
        shapes, lead = self._shapes, self._lattice.lead
        size = (len(shapes.leans), len(shapes.lengths), self._lattice.end + shapes.longest)
        best = np.full(size, _NEVER, np.float32)
        if after is None:
            best[..., : lead + 1] = 0.0
        else:
            best[shapes.leans.index(after.lean), after.length - shapes.shortest, lead] = 0.0
        return best

    def _fill(self, laid: Worth) -> None:
        """Bars are laid in stretches as long as the shortest: what leads into one is known before it."""
        end, shapes = self._lattice.end, self._shapes
        first = self._lattice.lead - shapes.longest + 1
        laid[..., :first] = _NEVER
        ends = self._ends()
        for begin in range(first, end, shapes.shortest):
            until = min(begin + shapes.shortest, end)
            for column in self._breathing.between(begin, until):
                self._hold(laid[0], column)
            laid[..., begin:until] += self._reached(begin, until)
            np.maximum(ends[..., begin:until], laid[..., begin:until], out=ends[..., begin:until])

    def _ends(self) -> Worth:
        """The best of each shape as a view by where the bar begins: each row is one step longer than the one before."""
        shapes, best = self._shapes, self._best
        outer, row, column = best.strides
        size = (*best.shape[:2], self._lattice.end)
        return np.lib.stride_tricks.as_strided(
            best[..., shapes.shortest :], size, (outer, row + column, column)
        )

    def _hold(self, laid: Worth, column: int) -> None:
        """Even bars that are held until a breath, of each length the best."""
        if not self._breathing.longest:
            return
        held = np.arange(1, self._breathing.longest + 1)
        begins = np.maximum(column - self._shapes.lengths[:, None] - held, 0)
        offered = np.take_along_axis(laid, begins, axis=1) - np.float32(_HOLDING)
        for row, n in enumerate(offered.argmax(1)):
            if offered[row, n] > self._best[0, row, column]:
                self._best[0, row, column] = offered[row, n]
                self._held[row, column] = _Held(offered[row, n], int(begins[row, n]))

    def _reached(self, begin: int, until: int) -> Worth:
        """The best that a bar of each shape can follow, less what the change costs."""
        best = self._best[..., begin:until]
        reached = np.full_like(best, _NEVER)
        for more, pairs in self._moves.items():
            offered = best - self._price * np.float32(abs(more)) if more else best
            low, high = max(0, more), len(best[0]) + min(0, more)
            for source, into in pairs:
                rows = reached[into, low:high]
                np.maximum(rows, offered[source, low - more : high - more], out=rows)
        for column in self._breathing.between(begin, until):
            reached[..., column - begin] = np.maximum(reached[..., column - begin], self._anew(column))
        return reached

    def _anew(self, column: int) -> np.float32:
        return np.float32(self._best[..., column].max() - np.float32(_ANEW))

    @property
    def _last(self) -> Worth:
        return self._best[..., self._lattice.end :]

    @property
    def worth(self) -> float:
        """What the best run is worth."""
        return float(self._last.max())

    def run(self) -> tuple[Bar, ...]:
        """The best run of bars, from the one that sounds when the cue begins to the one that sounds when it ends."""
        shapes, lead = self._shapes, self._lattice.lead
        lean, row, column = (int(n) for n in np.unravel_index(int(np.argmax(self._last)), self._last.shape))
        at, bars = column + self._lattice.end, []
        while at > lead:
            length = int(shapes.lengths[row])
            held = None if lean else self._held.get((row, at))
            begin = held.begin if held and held.worth == self._best[0, row, at] else at - length
            bars.append(Bar(begin - lead, length, shapes.leans[lean], at - length - begin))
            at = begin
            lean, row = self._before(at, lean, row)
        return tuple(reversed(bars))

    def _before(self, at: int, lean: int, row: int) -> tuple[int, int]:
        """The shape of the best bar that ends where one of this shape begins."""
        found = [
            (
                self._best[source, row - more, at] - self._price * np.float32(abs(more)),
                -abs(more),
                source,
                row - more,
            )
            for source, changes in enumerate(self._follows[lean])
            for more in changes
            if 0 <= row - more < len(self._shapes.lengths)
        ]
        worth, _, source, before = max(found)
        if at in self._breathing.anew and self._anew(at) > worth:
            source, before = (
                int(n) for n in np.unravel_index(int(self._best[..., at].argmax()), self._best.shape[:2])
            )
        return source, before
