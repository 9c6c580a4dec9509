"""Where a bed is wanted: shots that the production sound leaves bare."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

from v2a.builtin.planner.spans import merged, minus, overlapping
from v2a.model.time import Span

_TONE = ("room tone", "low hum", "quiet hum")


def is_tone(prompt: str) -> bool:
    """Whether a bed is what a recording made in a room has by itself."""
    return any(words in prompt for words in _TONE)


def bare(piece: Span, cuts: Sequence[Fraction], atmosphere: Sequence[Span]) -> tuple[Span, ...]:
    """Of a stretch, the shots that have no atmosphere for half of them and more: a bed begins and ends with its shot."""
    return merged(shot for shot in _shots(piece, cuts) if 2 * _left(shot, atmosphere) >= shot.duration)


def silent(pieces: Sequence[Span], cuts: Sequence[Fraction], audible: Sequence[Span]) -> tuple[Span, ...]:
    """Of some stretches, the shots in which production sound has nothing at all: a synthetic tone never doubles its own."""
    shots = (shot for piece in pieces for shot in _shots(piece, cuts))
    return merged(shot for shot in shots if not overlapping(audible, shot))


def _shots(piece: Span, cuts: Sequence[Fraction]) -> list[Span]:
    inside = cuts[bisect_right(cuts, piece.start) : bisect_left(cuts, piece.end)]
    return [Span(*edges) for edges in itertools.pairwise((piece.start, *inside, piece.end))]


def _left(shot: Span, covered: Sequence[Span]) -> Fraction:
    return sum((span.duration for span in minus(shot, covered)), Fraction(0))
