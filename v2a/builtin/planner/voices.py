"""Narration that the brief asks for: where it says, else from the start."""

from __future__ import annotations

from fractions import Fraction

from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Cue, Unplaced
from v2a.model.time import Span

_WORDS_A_SECOND = Fraction(5, 2)


def place_voices(desk: Desk) -> Placed:
    """The narration of a film."""
    cues, unplaced = [], []
    for wish in desk.wished("vo"):
        spans = [s for s in map(desk.film.clamped, _wanted(wish, desk)) if s is not None]
        if not spans:
            unplaced.append(Unplaced(wish.text, "it lies outside the part of the film that is spotted"))
        cues += [
            Cue("", "vo", span, wish.prompt, gain=round(wish.gain, 1), why=f"brief: {wish.text!r}")
            for span in spans
        ]
    return Placed(tuple(cues), tuple(unplaced))


def _wanted(wish: Wish, desk: Desk) -> list[Span]:
    length = wish.when.length or max(Fraction(2), len(wish.prompt.split()) / _WORDS_A_SECOND)
    if wish.when.spans:
        return list(wish.when.spans)
    return [Span(p, p + length) for p in wish.when.points or (desk.film.scope.start,)]
