"""Music cut to its cue: which bars of it are played when, stretched so that its beats fall on those of the tempo map.

The map is the cue's own where the music's tempo lies near enough, unless that keeps it from landing on hit points or, at a
tempo that nobody named, from ending well; else the music keeps its own time and gives way to them. Music without a plain
beat is never stretched to one: it goes over into itself where that is heard least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from v2a.dsp.cuts import Cut, Measure, cut
from v2a.dsp.form import form
from v2a.dsp.hitpoints import Limits
from v2a.dsp.owntime import Wish, own_time
from v2a.dsp.seams import Seam, seam
from v2a.dsp.songs import Song, begun, counted
from v2a.interfaces import Store
from v2a.model import Cue, Hit, Meter, MusicEdit, Passage, Span, Take, TempoMap, Timing, nearest
from v2a.stages.arranging.fitting import place_to_end
from v2a.stages.arranging.marks import strong
from v2a.stages.arranging.passages import OPENING, RUNG, Splicer, grid
from v2a.stages.arranging.ringing import rung
from v2a.stages.arranging.songs import song_of
from v2a.stages.scoring.timing import Timings, searched

_RATE = 48_000
_SHORTEST = 4.0
_PLAIN = 0.3
_BASE, _DRIFT, _STEP = 0.02, 0.02, 0.01
_UNDER, _AMBIENT = 0.12, 1.0
_OVER, _APART = 0.5, 0.015
_LESS, _SILENT, _ENDED = 0.05, 0.1, {"own": 0.0, "bar": 0.1, "fade": 0.2}


@dataclass(frozen=True)
class Editor:
    """Cuts music to cues: what it is timed to, how far it may be stretched, as a part of it, how far before its cue's end it
    may end for want of a better place, and where it is remembered.
    """

    timings: Timings
    most: float
    reach: Fraction = Fraction(3, 2)
    store: Store | None = None

    def edit(self, cue: Cue, take: Take) -> MusicEdit | None:
        """How a take of music is cut to its cue; nothing where it is too short for that, or as long as the cue already."""
        length = float(cue.span.duration)
        if length < _SHORTEST or take.sound.duration < _SHORTEST:
            return None
        song = song_of(take, self.store)
        if not song.beaten or song.sure < _PLAIN:
            return self._beatless(song, take, cue)
        timing = self.timings.of(cue)
        other = counted(song, _pace(timing.tempo, cue))
        song = begun(other if self._follows(other, cue, timing) else song)
        free = self._in_own_time(song, take, cue, timing)
        if not self._follows(song, cue, timing):
            return None if free is None else free.edit
        mapped = self._on_map(song, take, cue, timing.hits, timing.tempo)
        if mapped is None or free is None:
            return None if free is None else free.edit
        worse = 0.0 if cue.tempo else mapped.unended - free.unended
        keeps = mapped.apart <= _APART and free.landed - mapped.landed + worse <= _LESS
        return mapped.edit if keeps else free.edit

    def _on_map(self, song: Song, take: Take, cue: Cue, hits: Sequence[Hit], tempo: TempoMap) -> _Way | None:
        """A song set on the beats of a map."""
        length = float(cue.span.duration)
        measure = _measure(tempo, hits, song, length)
        found = cut(song, form(song.sounds), measure)
        return None if found is None else self._way(song, take, hits, found, measure, tempo)

    def _in_own_time(self, song: Song, take: Take, cue: Cue, timing: Timing) -> _Way | None:
        """A song that keeps its own time, but for what it gives way to land on hit points."""
        length = float(cue.span.duration)
        found = own_time(song, form(song.sounds), self._wishes(cue, timing.hits), length, self.most)
        if found is None:
            return self._on_map(song, take, cue, timing.hits, self._own(song, cue, timing))
        tempo = _map(found.measure, song)
        return self._way(song, take, timing.hits, found.cut, found.measure, tempo)

    def _way(
        self, song: Song, take: Take, hits: Sequence[Hit], found: Cut, measure: Measure, tempo: TempoMap
    ) -> _Way:
        splicer = Splicer(song, measure, self.most, self._frame)
        heavy = strong(hits)
        made = splicer.edit(found, [float(h.time) for h in heavy])
        if made.ending == "bar":
            made = rung(made, take, splicer.strike(found))
        return _Way(
            replace(made, follows=tempo),
            splicer.landed(found, heavy),
            splicer.apart(found),
            measure.length - float(made.span.end),
        )

    def _wishes(self, cue: Cue, hits: Sequence[Hit]) -> list[Wish]:
        """Where beats are wished: from each hit point on, as long as one lands on it."""
        limits = self._limits(cue)
        return [
            Wish(float(hit.time + zone.early), float(hit.time + zone.late), hit.weight * zone.value)
            for hit in hits
            for zone in limits.zones(hit.kind)
        ]

    def _limits(self, cue: Cue) -> Limits:
        seen = self.timings.seen
        return self.timings.options.limits_of(cue, None if seen is None else seen.video)

    def _beatless(self, song: Song, take: Take, cue: Cue) -> MusicEdit | None:
        """Music without a plain beat: left and entered again where that is heard least, else ended where it may end."""
        length = float(cue.span.duration)
        found = seam(song, length)
        if found is not None:
            return _gone_over(song, found, length)
        begin = grid(max(0.0, song.opens - OPENING))
        if song.ends - float(begin) <= length + _OVER:
            return None
        end = begin + cue.span.duration
        if not cue.fade_out and "span" not in cue.pinned:
            end = place_to_end(take, end, min(self.reach, cue.span.duration / 4))
        stop = grid(float(end - begin))
        return MusicEdit((Passage(Span(begin, begin + stop), Span(Fraction(0), stop)),))

    def _follows(self, song: Song, cue: Cue, timing: Timing) -> bool:
        """Whether the tempo of music comes near enough to the cue's map to be set on it."""
        own = float(song.tempo or 0.0)
        tempi = [m.bpm for m in timing.tempo.marks if m.time < cue.span.duration]
        return all(abs(bpm / own - 1) <= self.most for bpm in [_pace(timing.tempo, cue), *tempi])

    def _own(self, song: Song, cue: Cue, timing: Timing) -> TempoMap:
        """A map at the music's own tempo, which lands what it can of the hit points."""
        own = float(song.tempo or 0.0)
        asked = replace(
            cue, tempo=f"{own / (1 + _BASE):.2f}:{own * (1 + _BASE):.2f}", meter=f"{song.meter}/4"
        )
        limits = self._limits(asked)
        limits = replace(limits, drift=min(limits.drift, _DRIFT), step=min(limits.step, _STEP))
        return searched(timing.hits, cue.span.duration, limits, self.store)

    @property
    def _frame(self) -> float:
        """How long a frame lasts."""
        seen = self.timings.seen
        return 1 / 24 if seen is None else float(1 / seen.video.frame_rate)


@dataclass(frozen=True)
class _Way:
    """A way to cut a song: the share of the hit points that it lands on, how far it stays from its beats, and for how many
    seconds it leaves the end of its cue silent.
    """

    edit: MusicEdit
    landed: float
    apart: float
    silent: float

    @property
    def unended(self) -> float:
        """How much less well it ends than a song does by itself with its cue."""
        beat = 60 / self.edit.tempo if self.edit.tempo else 0.0
        return _ENDED[self.edit.ending] + (_SILENT if self.silent > beat else 0.0)


def _pace(tempo: TempoMap, cue: Cue) -> float:
    """The tempo of a map over a cue, in beats a minute."""
    return float(60 * (tempo.beat(cue.span.duration) - tempo.beat(Fraction(0))) / cue.span.duration)


def _map(measure: Measure, song: Song) -> TempoMap:
    """The tempo map of the beats of a measure, by its bars."""
    beats = np.flatnonzero(measure.firsts | (np.arange(len(measure.times)) == len(measure.times) - 1))
    points = [(Fraction(int(n)), grid(float(measure.times[n]))) for n in beats]
    return TempoMap.through(points, Meter(song.meter))


def _measure(tempo: TempoMap, hits: Sequence[Hit], song: Song, length: float) -> Measure:
    """The beats of a map from the start of a cue to a few bars behind its end, and the hit points on them."""
    first = int(-(-tempo.beat(-Fraction(1, 1000)) // 1))
    last = int(tempo.beat(Fraction(nearest(Fraction(length) * _RATE), _RATE))) + 4 * song.meter + 2
    numbers = np.arange(first, last + 1)
    times = np.maximum(tempo.seconds(numbers.astype(np.float64)), 0.0)
    firsts = np.ones(len(numbers), bool)
    if tempo.meter.counted % song.meter == 0 or song.meter % tempo.meter.counted == 0:
        firsts = np.array([tempo.first(int(n)) for n in numbers])
    weights = np.zeros(len(numbers))
    for hit in hits:
        beat = int(np.abs(times - float(hit.time)).argmin())
        if abs(times[beat] - float(hit.time)) < _UNDER:
            weights[beat] += hit.weight
    return Measure(times, firsts, weights, length)


def _gone_over(song: Song, found: Seam, length: float) -> MusicEdit:
    """Music that goes over into itself at a seam."""
    begin = max(0.0, song.opens - OPENING)
    passages: list[Passage] = []
    at = 0.0
    for start, end in _stretches(found, begin, song.ends):
        stop = min(length, at + end - start)
        under = min(_AMBIENT, start) if passages else 0.0
        passages.append(Passage(_span(start, start + stop - at), _span(at, stop), (), grid(under)))
        at = stop
    own = song.ending is not None
    return MusicEdit(tuple(passages), ending="own" if own else "fade", fade=RUNG if own else Fraction(0))


def _stretches(found: Seam, begin: float, ends: float) -> list[tuple[float, float]]:
    middle = [(found.into, found.out)] * (found.times - 1)
    return [(begin, found.out), *middle, (found.into, ends)]


def _span(start: float, end: float) -> Span:
    return Span(grid(start), grid(end))
