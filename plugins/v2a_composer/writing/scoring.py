"""The score of a plan: form, harmony, voices, melodies, hits and the ending, played into notes."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_composer.writing.bars import Grid, counted
from v2a_composer.writing.breathing import breathed
from v2a_composer.writing.choir import hangings
from v2a_composer.writing.dynamics import Level
from v2a_composer.writing.ending import ended
from v2a_composer.writing.form import Section, formed, home_of
from v2a_composer.writing.harmony import harmonised
from v2a_composer.writing.hushing import hushed
from v2a_composer.writing.performing import performed
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.staging import Stage
from v2a_composer.writing.stings import Sting, chosen, prepared, run_up, stung
from v2a_composer.writing.tones import Ground
from v2a_composer.writing.voicing import voiced


def compose(plan: Plan) -> v2a.Score:
    """The whole cue, from its first note to the release of the last; the same plan gives the same notes."""
    grid = counted(plan)
    sections = formed(plan, grid)
    slots = harmonised(plan, grid, sections)
    settings = voiced(slots, plan.mood.lift)
    ground = Ground(slots, settings, hangings(plan, grid, slots, settings))
    stage = Stage(plan, grid, ground, sections)
    parts = breathed(plan, grid, ground, [part for section in sections for part in stage.parts(section)])
    stings = chosen(plan, grid)
    ending = ended(plan, grid, ground, sections, parts)
    parts = prepared(parts, grid, stings)
    parts += run_up(plan, grid, ground, stings) + stung(plan, grid, ground, stings)
    parts = hushed(plan, grid, ground, [*parts, *ending])
    level = Level(plan, grid, sections, stings)
    return v2a.Score(plan.tempo, performed(plan, grid, parts, level, stings), _marks(grid, sections, stings))


def summed(plan: Plan) -> str:
    """What was composed, in a line: mood and genre, tempo, key."""
    return f"{plan.mood.name}, {plan.genre.name}, {plan.bpm:g} bpm, {home_of(plan).name}"


def _marks(grid: Grid, sections: Sequence[Section], stings: Sequence[Sting]) -> tuple[v2a.ScoreMark, ...]:
    marks = [v2a.ScoreMark(max(0.0, grid.seconds(grid.bars[s.first].start)), s.name) for s in sections]
    marks += [v2a.ScoreMark(sting.time, sting.name or "hit") for sting in stings]
    marks.append(v2a.ScoreMark(grid.final_time, "end"))
    return tuple(sorted(marks, key=lambda m: (m.time, m.name)))
