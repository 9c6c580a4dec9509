"""Drums: grooves in any metre, with fills where phrases end, and timpani and taikos that follow the bass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from v2a_composer.writing.bars import Bar, Grid
from v2a_composer.writing.choir import note_step
from v2a_composer.writing.dice import dice
from v2a_composer.writing.form import Section
from v2a_composer.writing.orchestra import Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.tones import Ground, Tone

KICK, STICK, SNARE, LOW_TOM, HAT, TOM, OPEN_HAT, RIDE = 36, 37, 38, 41, 42, 45, 46, 51
CRASH, TAMBOURINE, SHAKER, BASS_DRUM, HIGH_TOM, CLAP, FOOT_HAT = 49, 54, 82, 35, 48, 39, 44
MUTE_CONGA, HIGH_CONGA, LOW_CONGA = 62, 63, 64
ORCHESTRAL_CYMBAL = 57


@dataclass(frozen=True)
class _Beat:
    """A bar to be drummed: the bar, the metre's groups, a quick step, the energy, and where in the phrase it is."""

    grid: Grid
    bar: Bar
    step: float
    energy: float
    opens: bool
    closes: bool
    rng: np.random.Generator

    def groups(self) -> list[float]:
        """The beats at which groups begin."""
        return [self.bar.start + s for s in self.grid.strong if s < self.bar.beats - 1e-6]

    def steps(self, every: float) -> list[float]:
        """Beats at even steps through the bar."""
        return [float(b) for b in np.arange(self.bar.start, self.bar.end - 1e-6, every)]

    def chance(self, of: float) -> bool:
        """Whether something that happens so often happens now."""
        return bool(self.rng.random() < of)


_Groove = Callable[[_Beat], list[Tone]]


def drummed(plan: Plan, grid: Grid, section: Section) -> list[Tone]:
    """The drums of a section, in the groove of the genre."""
    groove = GROOVES.get(plan.genre.groove, _hand)
    tones: list[Tone] = []
    for phrase in section.phrases:
        rng = dice(plan.seed, "drums", phrase.first)
        for n in range(phrase.first, phrase.first + phrase.bars):
            bar = grid.bars[n]
            opens, closes = (
                n == section.first,
                n == phrase.first + phrase.bars - 1 and phrase.cadence != "final",
            )
            step = note_step(grid, bar.start, 0.2)
            tones += groove(_Beat(grid, bar, step, section.energy, opens, closes, rng))
    return sorted(t for t in tones if t.beat >= grid.head - 1e-6)


def tuned(plan: Plan, grid: Grid, ground: Ground, section: Section, chair: Chair) -> list[Tone]:
    """Timpani or taikos: the bass on the strong beats, a roll into the next section."""
    rng = dice(plan.seed, "tuned", section.first, chair.key)
    tones: list[Tone] = []
    for n in range(section.first, section.end):
        bar = grid.bars[n]
        beat = _Beat(
            grid,
            bar,
            note_step(grid, bar.start, 0.14),
            section.energy,
            n == section.first,
            n == section.end - 1,
            rng,
        )
        for k, at in enumerate(beat.groups()):
            if at < grid.head - 1e-6 or (k and not beat.chance(0.25 + 0.6 * section.energy)):
                continue
            pitch = ground.at(at).setting[0]
            tones.append(Tone(at, 1.0, chair.folded(pitch), 1.0 if k == 0 else 0.8))
            if chair.key == "taiko" and beat.chance(0.5 * section.energy):
                tones.append(Tone(at + beat.step, beat.step, chair.folded(pitch), 0.55))
        if beat.closes and section.energy > 0.6 and bar.beats >= 2:
            tones += _roll(beat, chair.folded(ground.at(bar.end - 1e-3).setting[0]))
    return sorted(tones)


def _roll(beat: _Beat, pitch: int) -> list[Tone]:
    """Quick strokes through the last part of a bar, growing."""
    start = beat.bar.end - min(beat.bar.beats / 2, 2.0)
    strokes = np.arange(start, beat.bar.end - 1e-6, beat.step)
    return [
        Tone(float(b), beat.step, pitch, 0.3 + 0.5 * n / max(1, len(strokes))) for n, b in enumerate(strokes)
    ]


def _fill(beat: _Beat, drums: tuple[int, ...]) -> list[Tone]:
    start = beat.bar.end - min(beat.bar.beats / 2, 2.0)
    strokes = [float(b) for b in np.arange(start, beat.bar.end - 1e-6, beat.step)]
    return [
        Tone(b, beat.step, drums[n * len(drums) // len(strokes)], 0.55 + 0.35 * n / len(strokes))
        for n, b in enumerate(strokes)
        if beat.chance(0.8)
    ]


def _rock(beat: _Beat) -> list[Tone]:
    tones = [Tone(beat.bar.start, 1, CRASH, 0.9)] if beat.opens else []
    for n, at in enumerate(beat.groups()):
        tones.append(Tone(at, 0.5, KICK if n % 2 == 0 else SNARE, 1.0))
        if len(beat.grid.groups) == 1:
            tones.append(Tone(at + beat.bar.beats * 2 / 3, 0.5, SNARE, 0.85))
        if n % 2 == 0 and beat.chance(0.6):
            tones.append(Tone(at + 1.5 * min(1, beat.bar.beats / 4), 0.5, KICK, 0.8))
    hats = beat.steps(beat.step * 2 if beat.energy < 0.6 else beat.step)
    tones += [
        Tone(b, 0.25, RIDE if beat.energy > 0.75 else HAT, 0.7 if n % 2 == 0 else 0.5)
        for n, b in enumerate(hats)
    ]
    return tones + (_fill(beat, (SNARE, HIGH_TOM, TOM, LOW_TOM)) if beat.closes else [])


def _machine(beat: _Beat) -> list[Tone]:
    tones = []
    for n, at in enumerate(
        beat.steps(1.0 if beat.grid.tempo.meter.unit <= 4 else float(beat.grid.groups[0]))
    ):
        tones.append(Tone(at, 0.5, KICK, 1.0 if n == 0 else 0.9))
        if n % 2 and beat.energy > 0.45:
            tones.append(Tone(at, 0.5, CLAP if beat.energy > 0.6 else STICK, 0.75))
        tones.append(Tone(at + 0.5, 0.25, OPEN_HAT if beat.chance(0.2) else HAT, 0.6))
    if beat.energy > 0.55:
        tones += [Tone(b, 0.2, HAT, 0.4) for b in beat.steps(beat.step) if beat.chance(0.7)]
    return [
        t
        for t in tones
        if not (beat.closes and t.pitch == KICK and t.beat > beat.bar.start + beat.bar.beats / 2)
    ]


def _hand(beat: _Beat) -> list[Tone]:
    tones = [
        Tone(b, 0.25, SHAKER, 0.7 if n % 2 == 0 else 0.5) for n, b in enumerate(beat.steps(beat.step * 2))
    ]
    for n, at in enumerate(beat.groups()):
        if beat.energy > 0.45:
            tones.append(Tone(at, 0.5, LOW_CONGA if n % 2 == 0 else TAMBOURINE, 0.75))
        if beat.chance(0.3 * beat.energy):
            tones.append(Tone(at + beat.step, 0.25, HIGH_CONGA, 0.55))
    return tones + (
        _fill(beat, (HIGH_CONGA, MUTE_CONGA, LOW_CONGA)) if beat.closes and beat.energy > 0.5 else []
    )


def _swing(beat: _Beat) -> list[Tone]:
    tones = []
    for n, at in enumerate(beat.steps(1.0)):
        tones.append(Tone(at, 0.5, RIDE, 0.75 if n % 2 else 0.62))
        if n % 2:
            tones += [Tone(at + 2 / 3, 0.25, RIDE, 0.5), Tone(at, 0.25, FOOT_HAT, 0.6)]
        if beat.chance(0.22):
            tones.append(Tone(at + 2 / 3, 0.25, SNARE, 0.38))
    return [t for t in tones if t.beat < beat.bar.end]


def _orchestral(beat: _Beat) -> list[Tone]:
    tones = [Tone(beat.bar.start, 2, ORCHESTRAL_CYMBAL, 0.75)] if beat.opens and beat.energy > 0.7 else []
    for n, at in enumerate(beat.groups()):
        if n == 0 or beat.chance(beat.energy - 0.3):
            tones.append(Tone(at, 1, BASS_DRUM if n == 0 else SNARE, 0.85 if n == 0 else 0.5))
    if beat.closes and beat.energy > 0.75:
        strokes = np.arange(beat.bar.end - min(beat.bar.beats / 2, 2), beat.bar.end - 1e-6, beat.step)
        tones += [
            Tone(float(b), beat.step, SNARE, 0.25 + 0.5 * n / len(strokes)) for n, b in enumerate(strokes)
        ]
    return tones


def _trailer(beat: _Beat) -> list[Tone]:
    """Low drums in a rhythm of long and short, and a cymbal where a section begins."""
    tones = [Tone(beat.bar.start, 2, ORCHESTRAL_CYMBAL, 0.9)] if beat.opens and beat.energy > 0.6 else []
    for n, at in enumerate(beat.groups()):
        tones.append(Tone(at, 1, BASS_DRUM, 1.0 if n == 0 else 0.8))
        if beat.chance(beat.energy - 0.2):
            tones.append(Tone(at + 3 * beat.step, 0.5, LOW_TOM, 0.65))
        if beat.energy > 0.75 and beat.chance(0.6):
            tones.append(Tone(at + 2 * beat.step, 0.5, TOM, 0.6))
    return [t for t in tones if t.beat < beat.bar.end] + (
        _fill(beat, (TOM, LOW_TOM, BASS_DRUM)) if beat.closes else []
    )


GROOVES: Mapping[str, _Groove] = {
    "rock": _rock, "machine": _machine, "hand": _hand, "swing": _swing, "orchestral": _orchestral, "trailer": _trailer,
}  # fmt: skip
"""Every groove by its name."""
