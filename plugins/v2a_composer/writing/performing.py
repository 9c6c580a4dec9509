"""From parts to the notes of voices: seconds, velocities, the small liberties of players, and chords that are spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.accents import accented
from v2a_composer.writing.bars import Grid
from v2a_composer.writing.dice import dice
from v2a_composer.writing.dynamics import Level
from v2a_composer.writing.hands import playable
from v2a_composer.writing.orchestra import CHAIRS, Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.room import roomy, settled, tight
from v2a_composer.writing.sheet import Line
from v2a_composer.writing.staging import FORCES, Part
from v2a_composer.writing.stings import Sting, met
from v2a_composer.writing.tones import Tone

_LOOSE = {"melody": (0.002, 0.005), "drums": (0.0, 0.0025), "pulse": (0.0, 0.003), "sting": (0.0, 0.0)}
_FURTHEST = 0.012
_ACCENT = 1.12
_SOFTEST, _SPAN = 20, 106
_LEGATO = 0.03
_SAME = 0.035
_SWING = 0.63
_SCENE = 1.5
_LAST = 0.02
_GAP, _BRIEF = 0.05, 0.2


class _Nails(NamedTuple):
    """The beats that hits come with: those on which nobody is early, and those of them that are struck harder."""

    punctual: NDArray[np.float64]
    struck: NDArray[np.float64]


def performed(
    plan: Plan, grid: Grid, parts: Sequence[Part], level: Level, stings: Sequence[Sting]
) -> tuple[v2a.Voice, ...]:
    """The voices in the order of a score, each with its notes in order of time."""
    struck = [s.beat for s in stings] + [grid.final]
    nails = _Nails(np.union1d(struck, met(plan, grid, 0.0)), np.union1d(struck, met(plan, grid, _SCENE)))
    lines = []
    for chair in CHAIRS.values():
        own = [p for p in parts if p.chair.key == chair.key and p.tones]
        lines += [Line(part, _played(plan, grid, part, n, level, nails)) for n, part in enumerate(own)]
    lines = settled(playable(lines, plan.genre.lone))
    lines = accented(roomy(lines, tight(lines, stings, plan.mood.force)), stings)
    voices = []
    for chair in CHAIRS.values():
        notes = [note for line in lines if line.part.chair.key == chair.key for note in line.notes]
        if notes:
            kept = _apart(notes, chair.touch == "held")
            if chair.touch == "held":
                kept = _in_one(kept, [line for line in lines if line.part.chair.key == chair.key])
            voices.append(v2a.Voice(chair.name, chair.section, chair.program, tuple(kept), chair.drums))
    return tuple(voices)


def _played(plan: Plan, grid: Grid, part: Part, number: int, level: Level, nails: _Nails) -> list[v2a.Note]:
    tones = sorted(part.tones)
    beats = np.array([t.beat for t in tones])
    pinned = np.array([t.pinned for t in tones]) | _near(beats, nails.punctual)
    lazy = plan.genre.groove == "swing" and grid.tempo.meter.unit == 4
    starts = grid.times(np.where(pinned, beats, _swung(beats)) if lazy else beats)
    ends = grid.times(np.array([t.end for t in tones]))
    rng = dice(plan.seed, "human", part.chair.key, part.role, number)
    middle, width = _LOOSE.get(part.role, (0.001, 0.004))
    loose = np.clip(rng.normal(middle, width, len(tones)), -_FURTHEST, _FURTHEST)
    loose = np.where(pinned, np.clip(np.abs(loose) * 0.25, 0, 0.003), loose) + _spread(tones, part.chair)
    force = (
        level.at(beats)
        * FORCES[part.role]
        * part.force
        * part.chair.force
        * np.array([t.force for t in tones])
    )
    force = force * rng.normal(1, 0.035, len(tones)) * np.where(_near(beats, nails.struck), _ACCENT, 1.0)
    velocity = np.clip(np.round(_SOFTEST + _SPAN * force), 1, 127).astype(int)
    if part.role in ("melody", "choir", "swell", "counter", "doubling") and part.chair.touch == "held":
        ends = ends + _LEGATO
    first = np.maximum(0.0, starts + loose)
    last = np.minimum(ends, plan.length - _LAST)
    sounding = (last - first > 0.02) & ((starts > -1e-3) | (part.role in ("choir", "bass", "swell")))
    return [
        v2a.Note(float(first[n]), float(last[n] - first[n]), tones[n].pitch, int(velocity[n]))
        for n in np.flatnonzero(sounding)
    ]


def _swung(beats: NDArray[np.float64]) -> NDArray[np.float64]:
    """The second half of each beat later, as jazz players have it; triplets of drums stay as they are written."""
    whole = np.floor(beats + 1e-6)
    part = np.maximum(0.0, beats - whole)
    return np.asarray(whole + np.where(np.abs(part - 0.5) < 0.02, _SWING, part))


def _near(beats: NDArray[np.float64], nailed: NDArray[np.float64]) -> NDArray[np.bool_]:
    n = np.searchsorted(nailed, beats)
    before = np.abs(beats - nailed[np.maximum(n - 1, 0)]) < 1e-3
    behind = np.abs(nailed[np.minimum(n, len(nailed) - 1)] - beats) < 1e-3
    return np.asarray(before | behind)


def _spread(tones: Sequence[Tone], chair: Chair) -> NDArray[np.float64]:
    """How much later the upper notes of a chord come: the lowest is on time."""
    late = np.zeros(len(tones))
    if chair.spread:
        rank = 0
        for n in range(1, len(tones)):
            rank = rank + 1 if tones[n].beat == tones[n - 1].beat else 0
            late[n] = rank * chair.spread
    return late


def _apart(notes: Sequence[v2a.Note], held: bool) -> list[v2a.Note]:
    """The notes in order; of two of one pitch at once the louder stays, and one ends where the next begins.

    What could be held goes on under the next for as long as it was meant to.
    """
    kept: list[v2a.Note] = []
    last: dict[int, int] = {}
    for note in sorted(notes, key=lambda n: (n.time, n.pitch, -n.velocity)):
        at = last.get(note.pitch)
        if at is not None:
            before = kept[at]
            if note.time - before.time < _SAME:
                length = max(before.length, note.time + note.length - before.time)
                kept[at] = v2a.Note(before.time, length, note.pitch, max(before.velocity, note.velocity))
                continue
            if before.time + before.length > note.time - 0.005:
                if held and before.time + before.length > note.time + note.length:
                    note = replace(note, length=before.time + before.length - note.time)
                kept[at] = v2a.Note(
                    before.time, max(0.01, note.time - 0.005 - before.time), before.pitch, before.velocity
                )
        last[note.pitch] = len(kept)
        kept.append(note)
    return kept


def _in_one(notes: Sequence[v2a.Note], lines: Sequence[Line]) -> list[v2a.Note]:
    """The notes of who can hold them: a hit's stroke and what is softer behind it at the same pitch are one note."""
    struck = {(n.pitch, n.time) for line in lines if line.part.role == "sting" for n in line.notes}
    made: list[v2a.Note] = []
    last: dict[int, int] = {}
    for note in notes:
        at = last.get(note.pitch)
        if at is not None and (made[at].pitch, made[at].time) in struck and _ebbs(made[at], note):
            stroke = made[at]
            easing = v2a.Eased(note.time - stroke.time, note.velocity)
            made[at] = replace(stroke, length=note.time + note.length - stroke.time, eased=easing)
        else:
            last[note.pitch] = len(made)
            made.append(note)
    return made


def _ebbs(stroke: v2a.Note, note: v2a.Note) -> bool:
    """Whether a note goes on softer with what a stroke of its pitch began."""
    gap = note.time - stroke.time - stroke.length
    return (
        stroke.eased is None
        and gap < _GAP
        and note.time - stroke.time < _BRIEF < note.length
        and note.velocity <= stroke.velocity
    )
