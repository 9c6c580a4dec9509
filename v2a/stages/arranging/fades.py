"""How a region begins and ends: as its cue says, else safely, and never over what is in sync."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.model import Kind, Region, Shot, Span
from v2a.stages.arranging.edges import Placed

_ZERO = Fraction(0)
_CUT_SHORT = Fraction(1, 50)


@dataclass(frozen=True, slots=True)
class Defaults:
    """Fades in seconds where a cue has none of its own."""

    spot: Fraction
    bg: Fraction
    mx_in: Fraction
    mx_out: Fraction

    def fade_in(self, kind: Kind) -> Fraction:
        """How a kind of sound comes in."""
        return {"bg": self.bg, "mx": self.mx_in}.get(kind, self.spot)

    def fade_out(self, kind: Kind) -> Fraction:
        """How a kind of sound goes out."""
        return {"bg": self.bg, "mx": self.mx_out}.get(kind, self.spot)


def faded(placed: Placed, defaults: Defaults, shots: Sequence[Shot], programme: Span) -> Region:
    """The region with its fades: the cue's own, a crossfade's, the picture's, or the defaults.

    Music that was composed to its cue has an ending of its own, which no default fades.
    A cue that began before the programme, or goes on behind it, is heard there in another reel: it has no fade.
    """
    region = _with_fades(placed, defaults, shots)
    wanted = placed.cue.span.shifted(region.moved)
    began = wanted.start < programme.start == region.span.start
    goes_on = wanted.end > programme.end == region.span.end
    return replace(
        region, fade_in=_ZERO if began else region.fade_in, fade_out=_ZERO if goes_on else region.fade_out
    )


def _with_fades(placed: Placed, defaults: Defaults, shots: Sequence[Shot]) -> Region:
    cue, region = placed.cue, placed.region
    fade_in = cue.fade_in or placed.into or _picture_in(region, shots)
    if not fade_in:
        fade_in = _before_sync(placed, _safe(defaults.fade_in(region.stem), region))
    fade_out = cue.fade_out or placed.out or _picture_out(region, shots)
    if not fade_out:
        composed = bool(region.take.sheet) and not _cut_short(region)
        fade_out = _safe(defaults.spot if composed else defaults.fade_out(region.stem), region)
        if _cut_short(region):
            fade_out = max(fade_out, min(_CUT_SHORT, region.span.duration / 4))
    length = region.span.duration
    if fade_in + fade_out > length:
        share = length / (fade_in + fade_out)
        fade_in, fade_out = fade_in * share, fade_out * share
    return replace(region, fade_in=fade_in, fade_out=fade_out)


def _safe(fade: Fraction, region: Region) -> Fraction:
    """A default never takes more than a quarter of the region at one end."""
    return min(fade, region.span.duration / 4)


def _before_sync(placed: Placed, fade: Fraction) -> Fraction:
    """No longer than what lies before the sync point: a fade would dull the hit."""
    take, region = placed.region.take, placed.region
    if region.stem in ("bg", "mx"):
        return fade
    sync = take.sync if take.sync is not None else take.lead
    room = sync - region.offset
    return min(fade, room) if room >= 0 else fade


def _cut_short(region: Region) -> bool:
    """Whether the take goes on behind the region's end."""
    return region.offset + region.span.duration < region.length


def _picture_in(region: Region, shots: Sequence[Shot]) -> Fraction:
    """How long the picture takes to come where a background or music begins with it: half of a fade, all of the first."""
    if region.stem not in ("bg", "mx"):
        return _ZERO
    for shot in shots:
        near = abs(shot.span.start - region.span.start) <= Fraction(1, 20)
        if near and shot.transition_in == "fade" and shot.transition:
            comes = shot.transition if shot.span.start <= 0 else shot.transition / 2
            return min(comes, region.span.duration / 2)
    return _ZERO


def _picture_out(region: Region, shots: Sequence[Shot]) -> Fraction:
    """How long the picture takes to go where a background or music ends with it."""
    if region.stem not in ("bg", "mx"):
        return _ZERO
    for before, after in itertools.pairwise(shots):
        near = abs(before.span.end - region.span.end) <= Fraction(1, 20)
        if near and after.transition_in == "fade" and after.transition:
            return min(after.transition / 2, region.span.duration / 2)
    return _ZERO
