"""How takes of another length than their cue are fitted: music is stretched a little, or ends where it may end."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.transients import onsets, rises
from v2a.model import Anchor, Cue, Region, Take, nearest
from v2a.stages.arranging.telling import told

_AUDIBLE = Fraction(1, 1000)
_SHORT = Fraction(1, 4)
# Grains of less than this are no texture; and so much more is made as a crossfade behind the cue may want.
_LEAST, _HANDLE = Fraction(1), Fraction(3)
_SUDDEN = 6.0
_APART = 0.1
_STEP = 0.02
_QUIETER = 6.0


def anchors(cue: Cue, take: Take, most: Fraction) -> tuple[Anchor, ...]:
    """How music is stretched, by no more than `most` of any part, so that its sync point and its end fall where they should.

    What misses by more is not stretched at all; nor is anything but music.
    """
    has = take.sound.duration
    if cue.kind != "mx" or not has:
        return ()
    fixed, before, after = take.lead, take.lead, cue.span.duration
    if cue.sync is not None and take.sync is not None:
        fixed, before, after = take.sync, cue.sync - cue.span.start + take.lead, cue.span.end - cue.sync
    if not 0 <= fixed < has:
        return ()
    middle, rest = _near(fixed, before, most), _near(has - fixed, after, most)
    if (middle, rest) == (fixed, has - fixed):
        return ()
    ends = (Anchor(has, middle + rest),)
    return (Anchor(fixed, middle), *ends) if fixed else ends


def extended(cue: Cue, take: Take) -> Fraction:
    """To how many seconds a background goes on by grains of itself that is shorter than its cue, or 0 where it need not."""
    has, wanted = take.sound.duration, cue.span.duration + take.lead
    short = cue.kind == "bg" and _LEAST <= has < wanted - _AUDIBLE
    return wanted + _HANDLE if short else Fraction(0)


def _near(has: Fraction, wanted: Fraction, most: Fraction) -> Fraction:
    """The wanted length where it is near enough, else the length that there is."""
    if has <= 0 or wanted <= 0 or abs(wanted - has) <= _AUDIBLE:
        return has
    return wanted if abs(wanted / has - 1) <= most else has


def heard(time: Fraction, points: Sequence[Anchor]) -> Fraction:
    """When a time of a take is heard, counted from the take's start."""
    before = Anchor(Fraction(0), Fraction(0))
    for point in points:
        if time <= point.source:
            share = (time - before.source) / (point.source - before.source)
            return before.target + share * (point.target - before.target)
        before = point
    return before.target + time - before.source


def place_to_end(take: Take, end: Fraction, reach: Fraction) -> Fraction:
    """Where music may end that has to by `end` (both in its own time): just before the most sudden thing that sets in within
    `reach` before, which is a bar more often than not, else where it is quiet; where nothing of this is, at the end.
    """
    try:
        sound = take.sound.open()
    except (OSError, ValueError):
        return end
    stop = min(nearest(end * sound.rate), sound.length)
    first = max(0, stop - nearest(reach * sound.rate))
    part = sound.samples[:, first:stop]
    sudden = _most_sudden(part, sound.rate)
    place = _quietest(part, sound.rate) if sudden is None else sudden
    return end if place is None else Fraction(first + place, sound.rate)


def _most_sudden(part: NDArray[np.float32], rate: int) -> int | None:
    found = rises(part, rate)
    peaks = found.peaks(_SUDDEN, _APART * rate)
    if not len(peaks):
        return None
    greatest = float(found.by[peaks].max())
    at = onsets(part, found, greatest, _APART * rate)
    return int(at[-1]) if len(at) and at[-1] > 0 else None


def _quietest(part: NDArray[np.float32], rate: int) -> int | None:
    """The middle of the quietest fiftieth of a second, if that is much quieter than the end."""
    step = round(_STEP * rate)
    count = part.shape[1] // step
    if count < 2:
        return None
    power = (part[:, : count * step].astype(np.float64) ** 2).sum(axis=0).reshape(count, step).mean(
        axis=1
    ) + 1e-12
    best = int(power.argmin())
    return best * step + step // 2 if 10 * np.log10(power[-1] / power[best]) > _QUIETER else None


def remarks(cues: Sequence[Cue], regions: Sequence[Region]) -> tuple[str, ...]:
    """What is said of takes that were cut, or are much shorter than their cue: which end early, and which are extended."""
    wanted = {cue.id: cue for cue in cues}
    said = []
    for region in regions:
        cue = wanted.get(region.cue)
        if region.edit is not None:
            said.append(told(region))
            continue
        missing = _missing(region, cue) if cue is not None else Fraction(0)
        if region.extended - region.take.sound.duration > _SHORT + _HANDLE:
            seconds = float(region.take.sound.duration)
            said.append(
                f"The take of background {region.cue} is {seconds:.1f} s long and goes on by grains of itself."
            )
        if cue is not None and missing > _SHORT:
            what = "music" if cue.kind == "mx" else "background"
            said.append(
                f"The {what} of cue {cue.id} ends {float(missing):.2f} s before its cue, as its take does: "
                f"v2a takes reroll {cue.id} makes one that is long enough."
            )
    return tuple(said)


def _missing(region: Region, cue: Cue) -> Fraction:
    """How much of the end of its cue a region leaves empty because its take has no more."""
    if region.stem not in ("bg", "mx") or region.offset + region.span.duration < region.length - _AUDIBLE:
        return Fraction(0)
    return cue.span.end + region.moved - region.span.end
