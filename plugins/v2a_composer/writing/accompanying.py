"""Who accompanies: figures that change with every phrase and keep out of the melody's way, and pulses that drive."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.choir import note_step
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.figures import FIGURES, FigureBar
from v2a_composer.writing.form import Phrase, Section
from v2a_composer.writing.orchestra import Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.tones import Ground, Tone

_HIGH, _CLEAR, _MUDDY = 60, 2, 43


def accompanied(plan: Plan, grid: Grid, ground: Ground, section: Section, chair: Chair) -> list[Tone]:
    """A figure through a section, its order drawn anew with every phrase; it is written for a chair and fits its range."""
    kind = pick(dice(plan.seed, "figure", section.first, chair.key), plan.genre.figures)
    busy = plan.mood.motion * (0.65 + 0.6 * section.energy)
    lift = 12 if chair.low >= 60 else 0
    tones: list[Tone] = []
    for phrase in section.phrases:
        rng = dice(plan.seed, "order", phrase.first, chair.key)
        seconds = max(0.13, (0.66 - 0.46 * busy) * pick(rng, (1.0, 1.0, 1.25)))
        tones += _phrased(kind, grid, ground, phrase, seconds, rng)
    return [t._replace(pitch=chair.folded(t.pitch + lift)) for t in tones]


def beneath(tones: Sequence[Tone], melody: Sequence[Tone], chair: Chair) -> list[Tone]:
    """The figure an octave lower wherever it would cover the melody; what sits far above it, as bells do, may stay."""
    if chair.low >= _HIGH or not melody:
        return list(tones)
    starts, placed = [t.beat for t in melody], set()
    for tone in tones:
        n = bisect_right(starts, tone.beat + 1e-6) - 1
        sung = melody[n].pitch if n >= 0 and melody[n].end > tone.beat else None
        pitch = tone.pitch
        while sung is not None and pitch > sung - _CLEAR and pitch - 12 >= max(chair.low, _MUDDY):
            pitch -= 12
        placed.add(tone._replace(pitch=pitch))
    return sorted(placed)


def _phrased(
    kind: str, grid: Grid, ground: Ground, phrase: Phrase, seconds: float, rng: np.random.Generator
) -> list[Tone]:
    order = tuple(int(n) for n in rng.permutation(3))
    tones: list[Tone] = []
    for n in range(phrase.first, phrase.first + phrase.bars):
        bar = grid.bars[n]
        if rng.random() < 0.3:
            order = (order[1], order[2], order[0])
        step = note_step(grid, bar.start, seconds)
        closing = n == phrase.first + phrase.bars - 1 and phrase.cadence != "final"
        found = FIGURES[kind](FigureBar(grid, ground, bar, min(step, bar.beats), order, rng, closing))
        tones += [t for t in found if t.beat >= grid.head - 1e-6 and t.beat < bar.end - 1e-6]
    return tones


def pulsed(plan: Plan, grid: Grid, ground: Ground, section: Section, chair: Chair) -> list[Tone]:
    """Short repeated notes on the chord's lower voices, with the metre's accents: what drives a scene."""
    rng = dice(plan.seed, "pulse", section.first, chair.key)
    seconds = 0.3 - 0.1 * plan.mood.motion * (0.5 + 0.5 * section.energy)
    turn = pick(
        rng, ((0, 0, 1, 0), (0, 1, 0, 2), (0, 0, 0, 1), (0, 2, 1, 2), (0, 1, 2, 1), (0, 0, 2, 1, 0, 1))
    )
    tones = []
    for phrase in section.phrases:
        rests = frozenset(int(n) for n in rng.choice(np.arange(1, 16), 3, replace=False))
        for n in range(phrase.first, phrase.first + phrase.bars):
            bar = grid.bars[n]
            at = FigureBar(grid, ground, bar, note_step(grid, bar.start, seconds), (0, 1, 2), rng, False)
            turn = turn if rng.random() < 0.8 else (*turn[1:], turn[0])
            for k, beat in at.steps():
                if beat < grid.head - 1e-6 or (k % 16 in rests and not at.strong(beat)):
                    continue
                bass, *upper = at.voices(beat)
                pitch = (bass + 12, *upper)[turn[k % len(turn)]]
                tones.append(Tone(beat, 0.55 * at.step, chair.folded(pitch), 1.0 if at.strong(beat) else 0.7))
    return tones
