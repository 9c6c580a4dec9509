"""How well times that were found agree with those that are known: one to one, precision, recall, F1, signed error.

A benchmark of any observer needs no more than lists of marks:

    found = [Mark(1.02, "cut"), Mark(7.5, "cut")]
    truth = [Mark(1.0, "cut"), Mark(4.0, "dissolve", half=0.5)]
    agreement(found, truth, within=0.08).f1
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from v2a.model import Span

_SLACK = 1e-6
_LEAVE, _PASS, _PAIR = range(3)


@dataclass(frozen=True, slots=True)
class Mark:
    """A time in seconds and what is there; a known one may last, from `time` − `half` to `time` + `half`."""

    time: float
    kind: str = ""
    half: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A mark that was found and the known one it belongs to, by their positions in what was given."""

    found: int
    truth: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of a comparison; `error` is the median of found minus known time, `spread` the 95th percentile of its size.

    `right` counts those found that belong to a known one, `met` the known ones that were found; for all kinds
    together these are the same. `named` is the share of pairs whose kinds agree.
    """

    found: int
    truth: int
    right: int
    met: int
    error: float | None = None
    spread: float | None = None
    named: float | None = None
    kinds: Mapping[str, Agreement] = field(default_factory=dict)

    @property
    def precision(self) -> float | None:
        """The share of those found that are right, or nothing where none was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of the known ones that were found, or nothing where none is known."""
        return self.met / self.truth if self.truth else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, or nothing where there is nothing to compare."""
        if not self.found and not self.truth:
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many seconds were found, are known, and are both."""

    found: float
    truth: float
    both: float

    @property
    def precision(self) -> float | None:
        """The share of the seconds found that are right, or nothing where none was found."""
        return self.both / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of the known seconds that were found, or nothing where none is known."""
        return self.both / self.truth if self.truth else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, or nothing where there is nothing to compare."""
        whole = self.found + self.truth
        return 2 * self.both / whole if whole else None


def agreement(found: Sequence[Mark], truth: Sequence[Mark], within: float) -> Agreement:
    """Compare marks; a pair is at most `within` seconds from the known mark, or from its ends where it lasts.

    Pairs are made whatever their kinds; `kinds` then has the precision of what was found by each name, and the
    recall and error of what is known by it.
    """
    pairs = matched(found, truth, within)
    whole = _agreement(found, truth, pairs)
    names = dict.fromkeys(m.kind for m in (*truth, *found))
    return Agreement(
        whole.found, whole.truth, whole.right, whole.met, whole.error, whole.spread, whole.named,
        {name: _of_kind(name, found, truth, pairs) for name in names},
    )  # fmt: skip


def _agreement(found: Sequence[Mark], truth: Sequence[Mark], pairs: Sequence[Pair]) -> Agreement:
    errors = [found[p.found].time - truth[p.truth].time for p in pairs]
    alike = [found[p.found].kind == truth[p.truth].kind for p in pairs]
    return Agreement(
        found=len(found),
        truth=len(truth),
        right=len(pairs),
        met=len(pairs),
        error=_quantile(errors, 0.5),
        spread=_quantile([abs(e) for e in errors], 0.95),
        named=sum(alike) / len(alike) if alike else None,
    )


def _of_kind(name: str, found: Sequence[Mark], truth: Sequence[Mark], pairs: Sequence[Pair]) -> Agreement:
    met = [p for p in pairs if truth[p.truth].kind == name]
    whole = _agreement(found, truth, met)
    return Agreement(
        found=sum(m.kind == name for m in found),
        truth=sum(m.kind == name for m in truth),
        right=sum(found[p.found].kind == name for p in pairs),
        met=len(met),
        error=whole.error,
        spread=whole.spread,
        named=whole.named,
    )


def _quantile(values: Sequence[float], share: float) -> float | None:
    """The quantile with straight lines between the values, or nothing of no values."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def matched(found: Sequence[Mark], truth: Sequence[Mark], within: float) -> tuple[Pair, ...]:
    """As many pairs as there can be, each mark in one at most; of those, the pairs with the least error in all.

    On a line the best pairs need not cross, so one walk over what was found, each with the few known marks in its
    reach, is enough: ten thousand of each take a fraction of a second.
    """
    ours = sorted(range(len(found)), key=lambda n: found[n].time)
    known = sorted(range(len(truth)), key=lambda n: truth[n].time - truth[n].half)
    reach = within + _SLACK
    walk = _Walk([truth[n] for n in known], reach)
    for n in ours:
        walk.take(found[n])
    return tuple(sorted((Pair(ours[a], known[b]) for a, b in walk.pairs()), key=lambda p: p.found))


class _Walk:
    """The best pairs of all marks found so far with the first known ones: how many, and minus their error."""

    def __init__(self, truth: Sequence[Mark], reach: float) -> None:
        self._truth, self._reach = truth, reach
        self._starts = [t.time - t.half for t in truth]
        self._ends = list(accumulate((t.time + t.half for t in truth), max))
        self._best = [(0, 0.0)] * (len(truth) + 1)
        self._seen = 0
        self._steps: list[tuple[int, bytes]] = []

    def take(self, mark: Mark) -> None:
        """Go on to the next mark found; their times do not fall."""
        low = bisect_left(self._ends, mark.time - self._reach)
        high = max(low, bisect_right(self._starts, mark.time + self._reach))
        best = self._best
        for column in range(self._seen + 1, high + 1):
            best[column] = best[self._seen]
        self._seen = max(self._seen, high)
        steps = bytearray()
        before = best[low]
        for column in range(low, high):
            options = [(best[column + 1], _LEAVE), (best[column], _PASS)]
            if self._near(mark, column):
                error = abs(mark.time - self._truth[column].time)
                options.append(((before[0] + 1, before[1] - error), _PAIR))
            before = best[column + 1]
            best[column + 1], step = max(options)
            steps.append(step)
        self._steps.append((low, bytes(steps)))

    def _near(self, mark: Mark, column: int) -> bool:
        known = self._truth[column]
        return abs(mark.time - known.time) - known.half <= self._reach

    def pairs(self) -> Iterable[tuple[int, int]]:
        """Which mark found goes with which known one, by their positions in order of time."""
        column = len(self._truth)
        for row in range(len(self._steps) - 1, -1, -1):
            low, steps = self._steps[row]
            column = min(column, low + len(steps))
            while column > low:
                step = steps[column - 1 - low]
                if step == _LEAVE:
                    break
                column -= 1
                if step == _PAIR:
                    yield row, column
                    break


def overlap(found: Iterable[Span], truth: Iterable[Span]) -> Overlap:
    """Compare stretches of time, second by second; stretches that overlap on one side count once."""
    ours, known = _joined(found), _joined(truth)
    both, at = 0.0, 0
    for start, end in ours:
        while at < len(known) and known[at][1] <= start:
            at += 1
        near = at
        while near < len(known) and known[near][0] < end:
            both += min(end, known[near][1]) - max(start, known[near][0])
            near += 1
    return Overlap(_length(ours), _length(known), both)


def _joined(spans: Iterable[Span]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for span in sorted(spans):
        start, end = float(span.start), float(span.end)
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif end > start:
            joined.append((start, end))
    return joined


def _length(spans: Iterable[tuple[float, float]]) -> float:
    return sum(end - start for start, end in spans)
