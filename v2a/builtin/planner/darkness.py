"""Fades of the picture through black (or white): how long it takes to go, is gone, and takes to come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from v2a.builtin.observers.gradual import blank
from v2a.model.observations import Observations, Shot
from v2a.model.time import Span

_NEAR = Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Fade:
    """A fade at a shot's border (or at the film's end): the stretch in which nothing is seen, and the seconds in which
    the picture goes before it and comes back after it.

    `black` is a shot that has no picture of its own.
    """

    at: Fraction
    dark: Span
    out: Fraction
    back: Fraction
    black: Span | None = None


def dark(seen: Observations) -> tuple[Span, ...]:
    """The stretches in which the picture is blank, where the picture was observed."""
    brightness, colour = (seen.features.get(name) for name in ("brightness", "colour"))
    if brightness is None or colour is None:
        return ()
    clock, video = brightness.clock(), seen.video
    found = blank(np.asarray(brightness.values()), np.asarray(colour.values()[:, 5]))
    edges = [*(video.frame_time(float(time)) for time in clock), video.duration]
    return tuple(
        Span(edges[first], edges[last + 1]) for first, last in found if edges[first] < edges[last + 1]
    )


def fades(shots: Sequence[Shot], blanks: Sequence[Span], ends: Fraction) -> Iterator[Fade]:
    """The fades between shots, and those in which the film opens or closes."""
    for number, shot in enumerate(shots):
        if shot.transition_in != "fade" or not shot.transition:
            continue
        if shot.span.start <= 0:
            gone = _nearest(blanks, Span(Fraction(0), shot.transition))
            lit = gone.end if gone is not None and gone.end < shot.transition else Fraction(0)
            yield Fade(shot.span.start, Span(Fraction(0), lit), Fraction(0), shot.transition - lit)
            continue
        yield from _between(shots[number - 1], shot, blanks, ends)


def _between(before: Shot, shot: Shot, blanks: Sequence[Span], ends: Fraction) -> Iterator[Fade]:
    """The fade that leads from one shot into another; one of them may be nothing but black."""
    at, half = shot.span.start, shot.transition / 2
    reach = Span(at - half, at + half)
    gone = _nearest(blanks, reach)
    if gone is None:
        yield Fade(at, Span(at, at), half, half)
        return
    if gone.end >= shot.span.end - _NEAR and gone.start > at:
        since = min(max(gone.start, reach.end), gone.end)
        closed = Fade(at, Span(since, gone.end), since - reach.start, Fraction(0), shot.span)
        yield closed
        if shot.span.end >= ends:
            yield Fade(ends, closed.dark, closed.out, Fraction(0))
        return
    if gone.start <= before.span.start + _NEAR and gone.end < at:
        until = max(min(gone.end, reach.start), gone.start)
        yield Fade(at, Span(gone.start, until), Fraction(0), reach.end - until, before.span)
        return
    start, end = _ends(shot, gone)
    yield Fade(at, gone, max(Fraction(0), gone.start - start), max(Fraction(0), end - gone.end))


def _ends(shot: Shot, gone: Span) -> tuple[Fraction, Fraction]:
    """Where a fade begins and ends: around its border, or wholly on one side of the black where that begins or ends there."""
    at, length = shot.span.start, shot.transition
    if at <= gone.start:
        return gone.end - length, gone.end
    if at >= gone.end - _NEAR / 4 and at - length / 2 > gone.start:
        return gone.start, gone.start + length
    return at - length / 2, at + length / 2


def _nearest(blanks: Sequence[Span], reach: Span) -> Span | None:
    """The blank stretch that lies in a transition, or right beside it."""
    wide = Span(max(Fraction(0), reach.start - _NEAR), reach.end + _NEAR)
    inside = [(part.duration, -n) for n, b in enumerate(blanks) if (part := b.intersection(wide)) is not None]
    return blanks[-max(inside)[1]] if inside else None
