"""The timing of a cue of music: its tempo map, its hit points, its sections and the movement in the picture."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from v2a.dsp.hitpoints import Limits, breaths, fitted
from v2a.interfaces import Store
from v2a.model import Cue, Hit, Observations, Span, SpottingList, TempoMap, Timing, codec
from v2a.stages.scoring.following import followed
from v2a.stages.scoring.hits import Points, local
from v2a.stages.scoring.motion import Motion
from v2a.stages.scoring.options import TempoOptions

VERSION = "4"
_NUMBER = re.compile(r"\d{1,2}M\d{1,3}[A-Za-z]?")


@dataclass(frozen=True)
class Timings:
    """The timings of a film's cues, each worked out once, whatever the number of its takes; `store` keeps the search.

    Without a film a cue gets an even tempo and nothing to hit. Where the production sound has music with plain beats, and the
    cue names no tempo, the map follows those. `motion` is that of the film where none is given.
    """

    seen: Observations | None
    spotting: SpottingList
    options: TempoOptions = field(default_factory=TempoOptions)
    motion: Motion | None = None
    store: Store | None = None
    _found: dict[str, Timing] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, cue: Cue) -> Timing:
        """The timing of a cue of the list."""
        found = self._found.get(cue.id)
        if found is None:
            found = self._found[cue.id] = self._timing(cue)
        return found

    @cached_property
    def _points(self) -> Points:
        assert self.seen is not None
        return Points.of(self.seen, self.spotting.hits)

    def _timing(self, cue: Cue) -> Timing:
        seen = self.seen
        limits = self.options.limits_of(cue, None if seen is None else seen.video)
        number = cue.id if _NUMBER.fullmatch(cue.id) else ""
        if seen is None:
            return Timing(searched((), cue.span.duration, limits), number=number)
        hits = local(self._points.within(cue.span), cue.span.start)
        sections = sections_of(seen, cue.span)
        follows = None if cue.tempo else followed(seen.music, cue.span, limits.meter, hits)
        motion = Motion.of(seen) if self.motion is None else self.motion
        return Timing(
            follows or searched(hits, cue.span.duration, limits, self.store, sections),
            hits,
            sections,
            motion.over(cue.span),
            number,
        )


def searched(
    hits: Sequence[Hit],
    length: Fraction,
    limits: Limits,
    store: Store | None = None,
    sections: Sequence[Span] = (),
) -> TempoMap:
    """The tempo map that lands most of the hits of a piece of this length; a store remembers it."""
    calm = breaths(hits, sections)
    if store is None:
        return fitted(hits, length, limits, breaths=calm).tempo
    key = store.key("tempo", VERSION, hits, length, limits, calm)
    with contextlib.suppress(ValueError):
        return codec.decode(TempoMap, store.value(key))
    found = fitted(hits, length, limits, breaths=calm).tempo
    store.keep_value(key, found)
    return found


def sections_of(seen: Observations, span: Span) -> tuple[Span, ...]:
    """The scenes that a stretch goes through, in its time; all of it where none are known."""
    inside = [part for scene in seen.scenes if (part := scene.span.intersection(span)) is not None]
    return tuple(part.shifted(-span.start) for part in inside or [span])
