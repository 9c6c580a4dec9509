"""Fill: room tone grown from the pauses of the production sound, over the gaps in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.crossfade import Weights, correlation, weights
from v2a.dsp.dropouts import STEPS, WINDOW, Course
from v2a.dsp.levels import gain_of
from v2a.dsp.partials import Stretch
from v2a.dsp.pauses import Pauses
from v2a.dsp.tone import RoomTone
from v2a.interfaces import Bench
from v2a.model import Filled, Observations, Span, derived_seed
from v2a.stages.mixing.gaps import REACH, Gap, Heard, seconds_of
from v2a.stages.mixing.spool import Spool

_BLOCK = 1 << 17
_FADE, _SHORT = 0.05, 0.02
_SEARCH = 0.06
_NAMED = 3
_NEAR = 6.0


@dataclass(frozen=True)
class Filling:
    """The gaps that were filled, and what is said of them and of those that were not."""

    filled: tuple[Filled, ...] = ()
    notes: tuple[str, ...] = ()


NOTHING = Filling(notes=("fill: there is no production sound in the mix.",))


@dataclass(frozen=True)
class Recording:
    """Production sound on a spool from time `start` of the film on (on the grid of the levels); `part` is mixed."""

    spool: Spool
    rate: int
    start: Fraction
    part: Span


@dataclass(frozen=True)
class _Patch:
    """Samples of a spool that tone replaces, and over how many before and after them it is crossfaded."""

    start: int
    stop: int
    before: int
    after: int


def needed(part: Span, film: Span) -> Span:
    """What has to be heard to fill a part of a film as in the whole of it, on the grid of the levels."""
    start = max(film.start, part.start - REACH - 5)
    return Span(Fraction(int(start * STEPS), STEPS), min(film.end, part.end + REACH + 5))


def fill(recording: Recording, seen: Observations, seed: int, bench: Bench) -> Filling:
    """Fill the gaps of a recording in place."""
    work = _Work(recording, derived_seed(seed, "fill"))
    course = Course(recording.rate)
    for block in recording.spool.blocks(_BLOCK):
        bench.check_cancelled()
        course.add(block)
    heard = Heard(course.levels(), course.brightness(), course.ticks(), work.origin, seen)
    gaps = [gap for gap in heard.gaps() if _span(gap, heard).overlaps(recording.part)]
    grown = [gap for gap in gaps if gap.pauses is not None]
    for patch, gap in zip(work.patches(grown, heard), grown):
        assert gap.pauses is not None
        work.lay(patch, work.tone(gap.pauses), bench)
    filled = tuple(Filled(_span(gap, heard), round(seconds_of([gap]), 2)) for gap in grown)
    return Filling(
        filled, _said(filled, seconds_of(grown), [_span(g, heard) for g in gaps if g.pauses is None])
    )


def _span(gap: Gap, heard: Heard) -> Span:
    return Span(heard.time(gap.first), heard.time(gap.stop))


def _said(filled: Sequence[Filled], pauses: float, left: Sequence[Span]) -> tuple[str, ...]:
    notes = []
    if filled:
        count, total = len(filled), float(sum(f.span.duration for f in filled))
        gaps = "1 gap" if count == 1 else f"{count} gaps"
        notes.append(f"fill: {gaps}, {total:.1f} s, grown from {pauses:.1f} s of pauses.")
    if left:
        named = ", ".join(f"{float(s.start):.2f} to {float(s.end):.2f} s" for s in left[:_NAMED])
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        notes.append(f"fill: left silent, because their scene has no pauses to grow from: {named}{more}.")
    return tuple(notes) or ("fill: there are no gaps in the production sound.",)


class _Work:
    """The spool that is filled, and the tone that was grown last."""

    def __init__(self, recording: Recording, seed: int) -> None:
        self.origin = round(recording.start * STEPS)
        self._spool, self._rate, self._seed = recording.spool, recording.rate, seed
        self._hop = self._rate // STEPS
        self._last: tuple[Sequence[tuple[int, int]], RoomTone] | None = None

    def tone(self, pauses: Pauses) -> RoomTone:
        """The tone out of some pauses."""
        if self._last is None or self._last[0] != pauses.runs:
            shift = self.origin * self._hop
            stretches = []
            for first, stop in pauses.runs:
                start, end = first * self._hop, (stop - 1 + WINDOW) * self._hop
                stretches.append(Stretch(start + shift, self._spool.read(start, end)))
            self._last = (pauses.runs, RoomTone.grown(stretches, self._rate, self._seed))
        return self._last[1]

    def patches(self, gaps: Sequence[Gap], heard: Heard) -> list[_Patch]:
        """The samples of each gap, and crossfades that reach no further than half the sound left between two."""
        edges = [self._edges(gap) for gap in gaps]
        made = []
        for n, (gap, (start, stop)) in enumerate(zip(gaps, edges)):
            assert gap.pauses is not None
            free = start - (edges[n - 1][1] if n else 0)
            left = self._spool.length - stop if n + 1 == len(gaps) else edges[n + 1][0] - stop
            before = min(self._fade(heard, gap.first, -1, gap.pauses.level), free // (2 if n else 1))
            after = min(
                self._fade(heard, gap.stop, 1, gap.pauses.level), left // (2 if n + 1 < len(gaps) else 1)
            )
            made.append(_Patch(start, stop, before, after))
        return [self._joined(made, gaps, n) for n in range(len(made))]

    def _joined(self, made: Sequence[_Patch], gaps: Sequence[Gap], n: int) -> _Patch:
        """A patch that meets another one reaches half a crossfade into it, and the other begins as much later."""
        patch, half = made[n], round(_FADE * self._rate) // 2
        if n and gaps[n - 1].joined:
            patch = replace(patch, start=patch.start + half, before=2 * half)
        return replace(patch, stop=patch.stop + half, after=0) if gaps[n].joined else patch

    def _fade(self, heard: Heard, step: int, way: int, level: float) -> int:
        """How long a crossfade is: short where something louder than the tone is next to the gap."""
        near = slice(step + 2, step + 12) if way > 0 else slice(max(0, step - 16), max(0, step - 6))
        beside = heard.levels[near]
        loud = len(beside) > 0 and float(beside.max()) > level + _NEAR
        return round((_SHORT if loud else _FADE) * self._rate)

    def _edges(self, gap: Gap) -> tuple[int, int]:
        """The samples of a gap: it begins right after the last one, before it, that stands out of it."""
        start, stop = gap.first * self._hop, min(gap.stop * self._hop, self._spool.length)
        assert gap.pauses is not None
        over, search = gain_of(gap.pauses.level) / 2, round(_SEARCH * self._rate)
        before = self._spool.read(start - search, start + self._hop)
        after = self._spool.read(stop - self._hop, stop + search)[:, ::-1]
        first = start - search + _sounding(before, self._hop, over)
        last = stop + search - _sounding(after, self._hop, over)
        whole = self._spool.length
        return max(0, first), whole if whole - last < self._hop else last

    def lay(self, patch: _Patch, tone: RoomTone, bench: Bench) -> None:
        """Write the tone over a patch, crossfaded at both ends."""
        fade = patch.start - patch.before, patch.start
        self._cross(fade, tone, coming=True)
        for start in range(patch.start, patch.stop, _BLOCK):
            bench.check_cancelled()
            stop = min(start + _BLOCK, patch.stop)
            self._spool.replace(start, self._window(tone, start, stop))
        self._cross((patch.stop, patch.stop + patch.after), tone, coming=False)

    def _cross(self, span: tuple[int, int], tone: RoomTone, *, coming: bool) -> None:
        start, stop = span
        if start >= stop:
            return
        kept, grown = self._spool.read(start, stop), self._window(tone, start, stop)
        gains = weights(stop - start, correlation(kept, grown))
        if not coming:
            gains = Weights(gains.into, gains.out)
        self._spool.replace(start, kept * gains.out + grown * gains.into)

    def _window(self, tone: RoomTone, start: int, stop: int) -> NDArray[np.float32]:
        shift = self.origin * self._hop
        return tone.window(start + shift, stop + shift)


def _sounding(sound: NDArray[np.float32], gone: int, over: float) -> int:
    """How many samples there are up to the last millisecond that stands out of the `gone` samples at the end."""
    middle = np.median(sound[:, sound.shape[1] - gone :], axis=1, keepdims=True)
    step = max(1, gone // 5)
    whole: int = sound.shape[1]
    length = whole // step * step
    heights = np.abs(sound - middle).max(0)[whole - length :].reshape(-1, step).max(1)
    loud = np.flatnonzero(heights > over)
    return whole - length + (int(loud[-1]) + 1) * step if len(loud) else whole - gone
