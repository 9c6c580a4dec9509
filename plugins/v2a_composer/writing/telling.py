"""How a phrase tells its theme: which bars state the motif, which change it and how, and which are silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.form import Phrase, Section
from v2a_composer.writing.motifs import Motif, drawn
from v2a_composer.writing.plans import Plan

_TALES: Mapping[str, tuple[str, ...]] = {
    "intro": ("- - head", "- held -", "- plain -", "- - late"),
    "statement": ("as held up", "as up held", "as adorned held", "as late up", "as up adorned"),
    "continued": ("as inverted held", "as down head", "adorned up late", "as held inverted", "as up head"),
    "answer": ("inverted held down", "inverted up head", "turned late adorned", "adorned inverted held"),
    "contrast": ("as down held", "plain as up", "as turned late", "as held inverted", "late as plain"),
    "development": ("head up-head up", "head inverted up-head", "wide head up-head", "late up-head turned"),
    "climax": ("as up adorned", "wide up up-head", "adorned as head", "as inverted up-head"),
    "breath": ("plain - held", "- plain -", "wide - plain", "- late -"),
    "return": ("as adorned held", "adorned down head", "as up inverted", "turned as late"),
    "coda": ("plain held -", "wide - plain", "as plain -", "held - plain"),
}
_MOVES = {"up": 1, "down": -1, "up-head": 1}


@dataclass(frozen=True)
class Cell:
    """A motif at a beat, and how far above the one before it begins, in steps (None: where it fits best)."""

    start: float
    motif: Motif
    move: int | None = None


def themes_of(plan: Plan, grid: Grid) -> dict[str, Motif]:
    """The motifs that the cue is made of: B slower and plainer than A, C quicker."""
    seconds = float(np.median([b.seconds for b in grid.bars])) if grid.bars else 2.0
    beat = seconds / sum(grid.groups)
    groups = grid.groups if seconds > 1.7 or len(grid.bars) < 8 else grid.groups * 2
    strides = {"A": 1.0, "B": 1.3, "C": 0.85}
    return {
        name: drawn(
            dice(plan.seed, "theme", name, plan.mood.name),
            groups,
            beat,
            plan.mood.stride * factor,
            plan.mood.sway,
        )
        for name, factor in strides.items()
    }


def cells(
    plan: Plan, grid: Grid, section: Section, phrase: Phrase, themes: Mapping[str, Motif], again: int = 0
) -> list[Cell]:
    """What is sung in a phrase before it closes; the bar in which it closes is not among them. `again` counts the tries."""
    rng = dice(plan.seed, "tale", phrase.first, again)
    motif, told = themes[section.theme], []
    for bar, how in _told(plan, grid, section, phrase, motif, rng):
        start, room = (
            grid.bars[bar].start,
            grid.bars[phrase.first + phrase.bars - 1].start - grid.bars[bar].start,
        )
        said = _said(motif, how, grid, rng)
        said = None if said is None else said.head(min(said.span, room))
        if said is not None and said.beats:
            told.append(Cell(start, said, _MOVES.get(how)))
            if how.endswith("head") and room >= 2 * said.span - 1e-6 and motif.span >= 2 * said.span - 1e-6:
                told.append(Cell(start + said.span, said, pick(rng, (1, -1, 1))))
    return told


def _told(
    plan: Plan, grid: Grid, section: Section, phrase: Phrase, motif: Motif, rng: np.random.Generator
) -> list[tuple[int, str]]:
    """Bars and what is done in them; a motif of two bars takes two."""
    function = section.function
    if plan.genre.song == 0:
        function = ""
    elif rng.random() > plan.genre.song and not _due(plan, section, phrase):
        function = "breath"
    elif function == "statement" and phrase.answers:
        function = "continued"
    tale = pick(rng, _TALES[function]).split() if function else ["-"]
    told, n, size = [], 0, round(motif.span / sum(grid.groups))
    bar = phrase.first + (1 if grid.lead and phrase.first == 0 else 0)
    while bar < phrase.first + phrase.bars - 1:
        how = tale[n] if n < len(tale) else pick(rng, ("up", "down", "adorned", "inverted", "head", "as"))
        told.append((bar, "plain" if how == "-" and plan.genre.lone and function else how))
        bar, n = bar + size * (2 if how == "wide" else 1), n + 1
    return told


def _due(plan: Plan, section: Section, phrase: Phrase) -> bool:
    """Whether the theme is due: when it is first stated, at the climax, and at the end."""
    if section.function in ("climax", "return", "coda", "intro"):
        return True
    return (
        section.function == "statement"
        and section.number < 2
        and (plan.genre.song > 0.6 or not phrase.answers)
    )


def _said(motif: Motif, how: str, grid: Grid, rng: np.random.Generator) -> Motif | None:
    if how == "-":
        return None
    changed: dict[str, Callable[[], Motif]] = {
        "inverted": motif.inverted,
        "turned": motif.reversed,
        "wide": lambda: motif.stretched(2),
        "plain": lambda: motif.plain(grid.strong),
        "held": lambda: motif.held(_half(motif, grid)),
        "late": lambda: motif.late(float(grid.groups[0])),
        "adorned": lambda: motif.adorned(rng, 0.25),
        "head": lambda: motif.head(_half(motif, grid)),
        "up-head": lambda: motif.head(_half(motif, grid)),
    }
    return changed[how]() if how in changed else motif


def _half(motif: Motif, grid: Grid) -> float:
    """About half of the motif, up to where a group begins."""
    starts = [float(s) for s in grid.strong if s > 0] or [motif.span]
    return min(starts, key=lambda s: abs(s - motif.span / 2))
