"""Arithmetic on stretches of time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction

from v2a.model.time import Span


def merged(spans: Iterable[Span], gap: Fraction = Fraction(0)) -> tuple[Span, ...]:
    """The same stretches in order, with those that overlap or lie no further apart than `gap` made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end + gap:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def overlapping(spans: Sequence[Span], span: Span) -> Sequence[Span]:
    """Those of some stretches (in order, apart) that share more than an edge with another one."""
    first = bisect_right(spans, span.start, key=lambda s: s.end)
    return spans[first : bisect_left(spans, span.end, key=lambda s: s.start)]


def minus(span: Span, holes: Sequence[Span], shortest: Fraction = Fraction(0)) -> tuple[Span, ...]:
    """What is left of a stretch without some others (in order, apart); pieces under `shortest` seconds are given up."""
    left: list[Span] = []
    start = span.start
    for hole in overlapping(holes, span):
        if hole.start > start:
            left.append(Span(start, hole.start))
        start = hole.end
    if start < span.end:
        left.append(Span(start, span.end))
    return tuple(piece for piece in left if piece.duration > 0 and piece.duration >= shortest)
