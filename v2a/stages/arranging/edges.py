"""Where two backgrounds meet: a crossfade around the cut, out of what the takes have beyond it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.model import Cue, Region, Shot, Span, nearest

_RATE = 48_000
_ZERO = Fraction(0)
# Two backgrounds this near to each other are meant to meet.
_NEAR = Fraction(1, 20)
# Where neither take has anything beyond the cut: short enough to hide behind it, long enough not to click.
_BUTT = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class Placed:
    """A region with its cue, and the crossfades that were settled for its two ends, in seconds."""

    cue: Cue
    region: Region
    into: Fraction | None = None
    out: Fraction | None = None


def joined(placed: Sequence[Placed], shots: Sequence[Shot], cut: Fraction, film: Span) -> list[Placed]:
    """The same regions, with those backgrounds that meet at a cut or a dissolve overlapping there.

    `cut` is the length in seconds of the crossfade at a hard cut; a dissolve has its own, and at a fade the picture is
    followed.
    """
    result = list(placed)
    beds = [n for n, p in enumerate(placed) if p.region.stem == "bg"]
    for left, right in itertools.permutations(beds, 2):
        gap = placed[right].region.span.start - placed[left].region.span.end
        if abs(gap) > _NEAR or placed[right].region.span.start <= placed[left].region.span.start:
            continue
        meeting = placed[right].region.span.start
        shot = _entered(shots, meeting)
        if shot is not None and shot.transition_in == "fade" and shot.transition:
            continue
        width = shot.transition if shot is not None and shot.transition else cut
        first, second = result[left], result[right]
        earlier = _until(first.region, meeting + width / 2, film)
        later = _from(second.region, meeting - width / 2, film)
        overlap = max(earlier.span.end - later.span.start, _BUTT)
        if first.cue.fade_out == 0:
            result[left] = replace(first, region=earlier, out=overlap)
        if second.cue.fade_in == 0:
            result[right] = replace(second, region=later, into=overlap)
    return result


def _entered(shots: Sequence[Shot], time: Fraction) -> Shot | None:
    """The shot that a slow transition leads into at a time."""
    for shot in shots:
        reach = max(shot.transition, _NEAR)
        if shot.transition_in in ("dissolve", "wipe", "fade") and abs(shot.span.start - time) <= reach:
            return shot
    return None


def _until(region: Region, end: Fraction, film: Span) -> Region:
    """The region made to end later, as far as its take goes."""
    length = Fraction(nearest(region.length * _RATE), _RATE)
    last = region.span.start + length - region.offset
    wanted = Fraction(nearest(end * _RATE), _RATE)
    stop = max(region.span.end, min(wanted, last, film.end)) if wanted > region.span.end else wanted
    return replace(region, span=Span(region.span.start, max(stop, region.span.start)))


def _from(region: Region, start: Fraction, film: Span) -> Region:
    """The region made to begin earlier, as far as its take has something before."""
    wanted = Fraction(nearest(start * _RATE), _RATE)
    first = max(wanted, region.span.start - region.offset, film.start)
    if first >= region.span.start:
        return region
    return replace(
        region,
        span=Span(first, region.span.end),
        offset=region.offset - (region.span.start - first),
    )
