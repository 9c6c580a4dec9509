"""A tempo map that follows music which is there already: beat by beat, and on at its tempo before and behind it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from v2a.model import Hit, Meter, Music, Span, TempoMap, nearest

_FEWEST, _SPREAD = 4, 16
_NEAR = Fraction(1, 12)
_PLACES = 1_000_000


def followed(music: Sequence[Music], span: Span, meter: Meter, hits: Sequence[Hit]) -> TempoMap | None:
    """The map that has the beats of the music in a stretch of the film, in its own time; nothing where none are plain.

    Where one piece ends and the next begins the beats in between are as long as those before. The downbeats are where
    most of the hit points are.
    """
    near = (piece for piece in music if piece.span.overlaps(span))
    pieces = [inside for piece in near if len(inside := _inside(piece, span)) >= _FEWEST]
    if not pieces:
        return None
    points = list(_numbered(pieces))
    through = _extended(points, span.duration)
    free = TempoMap.through(through, meter)
    weights = [0.0] * meter.counted
    for hit in hits:
        beat = nearest(free.beat(hit.time))
        if abs(free.time(beat) - hit.time) <= _NEAR:
            weights[beat % meter.counted] += hit.weight
    return TempoMap.through(through, meter, weights.index(max(weights)))


def _inside(piece: Music, span: Span) -> list[Fraction]:
    """The beats of a piece in a stretch, in its time, to the microsecond."""
    first, last = (bisect_left(piece.beats, time) for time in (span.start, span.end))
    beats = piece.beats[first:last]
    return sorted({Fraction(nearest((beat - span.start) * _PLACES), _PLACES) for beat in beats})


def _numbered(pieces: Sequence[Sequence[Fraction]]) -> Iterator[tuple[Fraction, Fraction]]:
    """Each beat with its number; where beats were left out, and between two pieces, they are counted."""
    number, last, usual = Fraction(0), pieces[0][0], _usual(pieces[0])
    yield number, last
    for times in pieces:
        own = _usual(times)
        for time in times:
            if time - last >= usual / 2:
                number, last = number + max(1, nearest((time - last) / usual)), time
                yield number, last
            usual = own


def _usual(times: Sequence[Fraction]) -> Fraction:
    """The usual length of a beat."""
    gaps = np.diff([float(time) for time in times])
    return Fraction(nearest(Fraction(float(np.median(gaps))) * _PLACES), _PLACES)


def _extended(
    points: Sequence[tuple[Fraction, Fraction]], length: Fraction
) -> list[tuple[Fraction, Fraction]]:
    """The points with one at each end where the music does not reach: so many beats further."""
    (first, start), (last, end) = points[0], points[-1]
    opening, closing = _slope(points[:_SPREAD]), _slope(points[-_SPREAD:])
    before, behind = -(-start // opening), -(-(length - end) // closing)
    head = [(first - before, start - before * opening)] if before else []
    tail = [(last + behind, end + behind * closing)] if behind > 0 else []
    return [*head, *points, *tail]


def _slope(points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Seconds a beat over some points."""
    (first, start), (last, end) = points[0], points[-1]
    return (end - start) / (last - first)
