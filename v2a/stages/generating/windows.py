"""How a cue is split into windows that a generator can make."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.interfaces import GeneratorCard
from v2a.model import Request, Span, derived_seed, nearest

EXACT_WINDOW = Fraction(60)
_NEAR = Fraction(1, 8)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a cue: what is asked for, and the part of it that is used; neighbours may overlap."""

    asked: Span
    used: Span


def plan(card: GeneratorCard, whole: Fraction, cuts: Sequence[Fraction] = ()) -> tuple[Window, ...]:
    """The windows of a cue `whole` seconds long; joins are moved to cuts that lie near."""
    if card.windowing == "whole":
        return (_asked(card, Span(Fraction(0), whole)),)
    if card.windowing == "exact":
        return _abutting(card, whole)
    return _overlapping(card, whole, cuts)


def request_for(request: Request, card: GeneratorCard, window: Window, number: int) -> Request:
    """The request for one window; where windows are drawn anew each has a seed of its own."""
    drawn = card.windowing in ("overlapped", "continued") and number > 0
    seed = derived_seed(request.seed, "window", number) if drawn else request.seed
    return replace(request, window=window.asked, seed=seed)


def _abutting(card: GeneratorCard, whole: Fraction) -> tuple[Window, ...]:
    step = _reach(card, card.window or EXACT_WINDOW)
    count = max(1, math.ceil(whole / step))
    return tuple(_asked(card, Span(step * n, min(step * (n + 1), whole))) for n in range(count))


def _overlapping(card: GeneratorCard, whole: Fraction, cuts: Sequence[Fraction]) -> tuple[Window, ...]:
    assert card.window is not None
    reach = _reach(card, card.window)
    overlap = min(card.overlap, reach / 2)
    stride = reach - overlap
    count = max(1, math.ceil((whole - overlap) / stride))
    joins = _joins(whole, count, overlap, reach, cuts)
    edges = [Fraction(0), *joins, whole]
    half = overlap / 2
    spans = [
        Span(max(Fraction(0), low - half) if n else low, high + half if n + 1 < count else high)
        for n, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    return tuple(_asked(card, span) for span in spans)


def _joins(
    whole: Fraction, count: int, overlap: Fraction, reach: Fraction, cuts: Sequence[Fraction]
) -> list[Fraction]:
    """The middles of the overlaps: evenly set, each moved to a near cut if all windows stay within reach."""
    joins: list[Fraction] = []
    before, half = Fraction(0), overlap / 2
    for n in range(1, count):
        left = count - n
        lead = half if n == 1 else overlap
        earliest = max(whole - left * (reach - overlap) - half, before + overlap)
        latest = before + reach - lead
        even = Fraction(nearest((before + (whole - before) / (left + 1)) * 1000), 1000)
        join = min(max(even, earliest), latest)
        near = [c for c in cuts if earliest <= c <= latest and abs(c - join) <= reach * _NEAR]
        before = min(near, key=lambda c: (abs(c - join), c), default=join)
        joins.append(before)
    return joins


def _reach(card: GeneratorCard, window: Fraction) -> Fraction:
    """The longest window that is a whole number of the generator's steps."""
    if card.quantum is None:
        return window
    return max(1, window // card.quantum) * card.quantum


def _asked(card: GeneratorCard, used: Span) -> Window:
    if card.quantum is None:
        return Window(used, used)
    steps = max(1, math.ceil(used.duration / card.quantum))
    return Window(Span(used.start, used.start + steps * card.quantum), used)
