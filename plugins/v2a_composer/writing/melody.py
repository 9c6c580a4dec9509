"""The melody: motifs set upon the chords, phrase by phrase, with leaps that resolve and closes that rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.form import Phrase, Section
from v2a_composer.writing.motifs import Motif
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.telling import Cell, cells
from v2a_composer.writing.tones import BassLine, Footing, Ground, Tone

_CLOSES = {"full": (0, 2), "final": (1, 6, 3), "half": (1, 6, 4), "open": (2, 4, 5), "turned": (2, 0, 5)}
_AWKWARD = (6, 10, 11)
_TRIES, _FEW = 5, 4
_AROUND = (0, 1, -1, 2, -2, 3, -3, 4, -4)


@dataclass(frozen=True)
class Compass:
    """Where a melody may go: its lowest and highest pitch, and where it is at home."""

    low: int
    high: int
    home: float

    def against(self, pitch: int) -> float:
        """What is against a pitch: far too much outside the range."""
        return 60.0 if not self.low <= pitch <= self.high else 0.0


class Singer:
    """Writes melodies over a ground."""

    def __init__(self, plan: Plan, grid: Grid, ground: Ground, bass: BassLine) -> None:
        """Take what the melody stands on."""
        self._plan, self._grid, self._ground, self._bass = plan, grid, ground, bass
        self._heard: set[tuple[tuple[float, int], ...]] = set()

    def sing(
        self, section: Section, themes: Mapping[str, Motif], compass: Compass, before: Tone | None
    ) -> list[Tone]:
        """The melody of a section, going on from the note before it."""
        tones: list[Tone] = [] if before is None else [before]
        for phrase in section.phrases:
            tones += self._fresh(section, phrase, themes, compass, tones[-1] if tones else None)
        return tones if before is None else tones[1:]

    def _fresh(
        self,
        section: Section,
        phrase: Phrase,
        themes: Mapping[str, Motif],
        compass: Compass,
        before: Tone | None,
    ) -> list[Tone]:
        """A phrase that was not heard before in any key, as far as a few ways of telling it go."""
        for again in range(_TRIES):
            told = cells(self._plan, self._grid, section, phrase, themes, again)
            tones = self._phrase(section, phrase, told, compass, before)
            shape = tuple((round(t.beat - tones[0].beat, 3), t.pitch - tones[0].pitch) for t in tones)
            if len(shape) < _FEW or shape not in self._heard:
                break
        self._heard.add(shape)
        return tones

    def _phrase(
        self, section: Section, phrase: Phrase, told: Sequence[Cell], compass: Compass, before: Tone | None
    ) -> list[Tone]:
        tones: list[Tone] = []
        anchor: int | None = None
        drift = pick(dice(self._plan.seed, "drift", phrase.first), (-3, -1, 0, 2, 4))
        last = before.pitch if before else round(compass.home)
        for n, cell in enumerate(told):
            target = compass.home + drift + _arch(n, len(told)) + 5 * (section.energy - 0.4)
            wanted = None if anchor is None or cell.move is None else anchor + cell.move
            anchor = self._anchor(cell, compass, target, wanted, last)
            tones += self._set(cell, anchor)
            last = tones[-1].pitch
        if told or phrase.bars - (1 if self._grid.lead and phrase.first == 0 else 0) <= 1:
            tones += self._close(phrase, compass, last)
            tones = self._mended(tones, compass, before)
            tones = self._upbeat(phrase, tones, compass, before)
        return tones

    def _anchor(self, cell: Cell, compass: Compass, target: float, wanted: int | None, last: int) -> int:
        """The place of the motif's first note at which it fits its chords, its range and what went before."""
        notes = [
            (step, self._ground.at(cell.start + beat), self._strong(cell.start + beat))
            for beat, step in zip(cell.motif.beats, cell.motif.steps)
        ]
        first = notes[0][1]
        best, chosen = float("inf"), 35
        for place in range(first.place(compass.low), first.place(compass.high) + 1):
            cost = 0.0 if wanted is None else 1.2 * abs(place - wanted)
            total = 0
            for step, footing, strong in notes:
                pitch = footing.pitch(place + step)
                total += pitch
                cost += compass.against(pitch)
                if not footing.inside(place + step):
                    cost += 2.2 if strong else 0.3
            leap = abs(first.pitch(place) - last)
            cost += 0.22 * max(0, leap - 2) + (3.0 if leap > 12 or leap in _AWKWARD else 0.0)
            cost += 0.3 * abs(total / len(notes) - target)
            if cost < best:
                best, chosen = cost, place
        return chosen

    def _set(self, cell: Cell, anchor: int) -> list[Tone]:
        tones = []
        for beat, length, step in zip(cell.motif.beats, cell.motif.lengths, cell.motif.steps):
            at = cell.start + beat
            footing, place = self._ground.at(at), anchor + step
            strong = self._strong(at)
            if strong and not footing.inside(place):
                place = footing.nearest(place, toward=step)
            tones.append(Tone(at, length, footing.pitch(place), 1.0 if strong else 0.85))
        return tones

    def _close(self, phrase: Phrase, compass: Compass, last: int) -> list[Tone]:
        """The note on which a phrase rests, at times after the one above it has hung over."""
        bars = self._grid.bars
        bar = bars[phrase.first + phrase.bars - 1]
        footing = self._ground.at(bar.end - 1e-3)
        start = max(bar.start, footing.start)
        rng = dice(self._plan.seed, "close", phrase.first)
        known = [s for s in _CLOSES[phrase.cadence] if s in footing.steps] or sorted(footing.steps)
        near = footing.place(last)
        places = [
            p for p in range(near - 5, near + 6) if p % 7 in known and not compass.against(footing.pitch(p))
        ]
        place = min(places or [near], key=lambda p: (abs(p - near) if p != near else 1.5, p))
        room, groups = bar.end - start, self._grid.groups
        tones = []
        if start > bar.start:
            tones += self._approach(bar.start, start, place, footing)
        if rng.random() < self._plan.mood.suspense and len(groups) > 1 and room > groups[0] + 0.5:
            tones.append(Tone(start, float(groups[0]), footing.pitch(place + 1), 1.0))
            start, room = start + groups[0], room - groups[0]
        held = room if phrase.cadence == "final" else room * pick(rng, (0.6, 0.75, 0.85))
        tones.append(Tone(start, held, footing.pitch(place), 0.92))
        return tones

    def _approach(self, start: float, end: float, place: int, after: Footing) -> list[Tone]:
        """The first chord of a bar that has two: a chord's note near the one that follows."""
        footing = self._ground.at(start)
        near = footing.nearest(footing.place(after.pitch(place)) + 1)
        return [Tone(start, end - start, footing.pitch(near), 0.95)]

    def _upbeat(self, phrase: Phrase, tones: list[Tone], compass: Compass, before: Tone | None) -> list[Tone]:
        """A note or two that step into the phrase, where there is room before it."""
        rng = dice(self._plan.seed, "upbeat", phrase.first)
        first = tones[0]
        room = first.beat - max(self._grid.head, before.end if before else self._grid.head)
        half = 0.5 if self._grid.tempo.meter.unit <= 4 else 1.0
        if first.beat > self._grid.bars[phrase.first].end or room < half or rng.random() > 0.55:
            return tones
        count = 2 if room >= 2 * half and rng.random() < 0.6 else 1
        side = pick(rng, (-1, -1, 1))
        upbeats: list[Tone] = []
        for n in range(count, 0, -1):
            at = first.beat - n * half
            footing = self._ground.at(at)
            upbeats.append(Tone(at, half, footing.pitch(footing.place(first.pitch) + side * n), 0.78))
        line = [t.pitch for t in ([before] if before else [])]
        for tone in (*upbeats, first):
            if self._offence(tone.pitch, tone.beat, line[-2:], compass) >= 4.0:
                return tones
            line.append(tone.pitch)
        return [*upbeats, *tones]

    def _mended(self, tones: list[Tone], compass: Compass, before: Tone | None) -> list[Tone]:
        """The line with what offends put right: awkward leaps, leaps that run on, parallels with the bass, unresolved leading tones."""
        done: list[Tone] = []
        for tone in tones:
            history = [t.pitch for t in ([before] if before else []) + done][-2:]
            cost = self._offence(tone.pitch, tone.beat, history, compass)
            if history and cost >= 2.0:
                footing = self._ground.at(tone.beat)
                near = footing.place(tone.pitch)
                pitches = [footing.pitch(near + away) for away in _AROUND]
                costs = [
                    0.8 * abs(away) + self._offence(p, tone.beat, history, compass)
                    for away, p in zip(_AROUND, pitches)
                ]
                tone = tone._replace(pitch=pitches[costs.index(min(costs))])
            done.append(tone)
        return done

    def _offence(self, pitch: int, beat: float, history: Sequence[int], compass: Compass) -> float:
        cost = compass.against(pitch)
        footing = self._ground.at(beat)
        foreign = pitch % 12 not in footing.pitches or pitch % 12 == footing.resolving(beat)
        cost += 2.5 if foreign and self._strong(beat) else 0.0
        if not history:
            return cost
        leap = pitch - history[-1]
        cost += 6.0 if abs(leap) in _AWKWARD or abs(leap) > 12 else 0.0
        cost += 2.0 if foreign and abs(leap) > 4 else 0.0
        if len(history) > 1:
            jump = history[-1] - history[-2]
            cost += 4.0 if abs(jump) >= 8 and (leap * jump > 0 or abs(leap) > 7) else 0.0
        cost += 200.0 if self._bass.parallel(beat, history[-1], pitch) else 0.0
        owed = self._ground.at(beat - 1e-3).leading
        if owed is not None and history[-1] % 12 == owed and (owed + 1) % 12 in footing.pitches and leap != 1:
            cost += 30.0 if footing.start > beat - 1e-3 else 0.0
        return cost

    def _strong(self, beat: float) -> bool:
        """Whether a group of the bar begins here."""
        bar = self._grid.bars[self._grid.bar_of(beat)]
        inside = beat - bar.start
        return any(abs(inside - s) < 1e-6 for s in self._grid.strong)


def _arch(n: int, count: int) -> float:
    """The register of a phrase: it rises to its third quarter and falls."""
    place = n / max(1, count - 1) if count > 1 else 0.5
    return 4.0 * (1 - abs(place - 0.66) / 0.66) - 1.5
