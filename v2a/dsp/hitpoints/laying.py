"""Bars laid through a whole cue, however long: a few minutes at a time, each going on from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.dsp.hitpoints.bars import Bar, Search
from v2a.dsp.hitpoints.breaths import Breathing
from v2a.dsp.hitpoints.lattice import Lattice
from v2a.dsp.hitpoints.limits import Limits
from v2a.dsp.hitpoints.shapes import Shapes, place
from v2a.model.tempo import Hit, TempoMap
from v2a.model.time import to_seconds

_AT_ONCE, _AHEAD, _BEHIND = Fraction(150), Fraction(30), Fraction(1)
_LENGTHS, _FINELY = 100, 200


@dataclass(frozen=True, slots=True)
class Picture:
    """What a cue is fitted to: its hits, its length, where it may breathe, and the limits."""

    hits: tuple[Hit, ...]
    length: Fraction
    limits: Limits
    breaths: tuple[Fraction, ...] = ()

    def part(self, begin: Fraction, length: Fraction) -> Picture:
        """A stretch of it, in its own time, and hits just before it that its first beat may still land."""
        end = min(self.length, begin + length)
        hits = tuple(
            replace(hit, time=hit.time - begin) for hit in self.hits if begin - _BEHIND <= hit.time <= end
        )
        breaths = tuple(time - begin for time in self.breaths if begin - _BEHIND <= time <= end)
        return Picture(hits, end - begin, self.limits, breaths)

    def lattice(self, step: Fraction) -> Lattice:
        """What beats are worth in it, with room for any bar within the limits."""
        slowest = Fraction(60 * self.limits.meter.counted) / Fraction(self.limits.low)
        widest = 1 - Fraction(max(self.limits.drift, self.limits.rubato))
        hold = self.limits.fermata * 60 / Fraction(self.limits.low)
        return Lattice.of(
            self.hits, self.length, self.limits, step, int((slowest / widest + hold) / step) + 2
        )

    def step(self, about: Fraction, bpm: float) -> Fraction:
        """A whole part of a frame that is about so long: short enough for bars about a tempo to change by little, and
        so long that there are not too many of them to try."""
        bar = 60 * self.limits.meter.counted / to_seconds(bpm)
        reach = to_seconds(max(self.limits.drift, self.limits.rubato))
        wanted = min(max(about, 2 * reach * bar / _LENGTHS), bar / _FINELY)
        return self.limits.frame / max(2, round(self.limits.frame / wanted))


def search(
    picture: Picture, lattice: Lattice, bpm: float, leans: Sequence[float] = (0.0,), after: Bar | None = None
) -> Search:
    """The best bars about a tempo."""
    shapes = Shapes.about(bpm, float(lattice.step), picture.limits, leans)
    return Search(lattice, shapes, Breathing.on(lattice, picture.breaths, bpm, picture.limits), after)


def laid(picture: Picture, bpm: float, step: Fraction, leans: Sequence[float]) -> tuple[Bar, ...]:
    """The bars of a cue about a tempo: of each stretch but the last what comes after its end has had a say in."""
    bars: list[Bar] = []
    while True:
        done = bars[-1].end if bars else 0
        rest = picture.part(done * step, _AT_ONCE + _AHEAD)
        run = search(rest, rest.lattice(step), bpm, leans, bars[-1] if bars else None).run()
        last = done * step + rest.length >= picture.length
        kept = [bar for bar in run if last or bar.end * step <= _AT_ONCE] or run[:1]
        bars += [replace(bar, begin=bar.begin + done) for bar in kept]
        if last:
            return tuple(bars)


def mapped(bars: Sequence[Bar], step: Fraction, limits: Limits) -> TempoMap:
    """Bars as a tempo map, with a mark where the tempo changes; beat 0 is the first bar line in the cue."""
    beats = limits.meter.counted
    first = -beats * sum(bar.begin < 0 for bar in bars)
    times = [
        (bar.begin + Fraction(place(bar.length, bar.lean, beat, beats), beats)) * step
        for bar in bars
        for beat in range(beats)
    ]
    points = [(Fraction(first + n), time) for n, time in enumerate([*times, bars[-1].end * step])]
    turns = [
        here
        for before, here, after in zip(points, points[1:], points[2:])
        if here[1] - before[1] != after[1] - here[1]
    ]
    tempo = TempoMap.through([points[0], *turns, points[-1]], limits.meter)
    return tempo if turns else TempoMap(tempo.marks[:1], limits.meter)
