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
    "intro": ("- - head", "- head -", "- plain -"),
    "statement": ("as up adorned", "as adorned head", "as down up", "as up head"),
    "continued": ("as inverted head", "as down head", "adorned up inverted", "as up head"),
    "answer": ("inverted down adorned", "inverted up head", "turned up head", "adorned inverted up"),
    "contrast": ("as down adorned", "plain as up", "as turned up", "as inverted down"),
    "development": ("head up-head up", "head inverted up-head", "wide head up-head", "inverted head turned"),
    "climax": ("as up adorned", "wide up up-head", "adorned as head", "as inverted up-head"),
    "breath": ("plain - plain", "- plain -", "wide - plain", "- head -"),
    "return": ("as adorned up", "adorned down head", "as up inverted", "turned as head"),
    "coda": ("plain head -", "wide - plain", "as plain -"),
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
        name: drawn(dice(plan.seed, "theme", name), groups, beat, plan.mood.stride * factor, plan.mood.sway)
        for name, factor in strides.items()
    }


def cells(
    plan: Plan, grid: Grid, section: Section, phrase: Phrase, themes: Mapping[str, Motif]
) -> list[Cell]:
    """What is sung in a phrase before it closes; the bar in which it closes is not among them."""
    rng = dice(plan.seed, "tale", phrase.first)
    motif, told = themes[section.theme], []
    for bar, how in _told(plan, grid, section, phrase, motif, rng):
        start, room = (
            grid.bars[bar].start,
            grid.bars[phrase.first + phrase.bars - 1].start - grid.bars[bar].start,
        )
        said = _said(motif, how, grid, rng)
        if said is not None and room > 0:
            told.append(Cell(start, said.head(min(said.span, room)), _MOVES.get(how)))
            if how.endswith("head") and room >= 2 * said.span - 1e-6 and motif.span >= 2 * said.span - 1e-6:
                told.append(Cell(start + said.span, said, pick(rng, (1, -1, 1))))
    return told


def _told(
    plan: Plan, grid: Grid, section: Section, phrase: Phrase, motif: Motif, rng: np.random.Generator
) -> list[tuple[int, str]]:
    """Bars and what is done in them; a motif of two bars takes two."""
    function = section.function
    if rng.random() > plan.genre.song and function not in ("climax", "coda"):
        function = "breath" if plan.genre.song > 0 else ""
    elif function == "statement" and phrase.answers:
        function = "continued"
    tale = pick(rng, _TALES[function]).split() if function else ["-"]
    told, n, size = [], 0, round(motif.span / sum(grid.groups))
    bar = phrase.first + (1 if grid.lead and phrase.first == 0 else 0)
    while bar < phrase.first + phrase.bars - 1:
        how = tale[n] if n < len(tale) else pick(rng, ("up", "down", "adorned", "inverted", "head", "as"))
        told.append((bar, how))
        bar, n = bar + size * (2 if how == "wide" else 1), n + 1
    return told


def _said(motif: Motif, how: str, grid: Grid, rng: np.random.Generator) -> Motif | None:
    if how == "-":
        return None
    changed: dict[str, Callable[[], Motif]] = {
        "inverted": motif.inverted,
        "turned": motif.reversed,
        "wide": lambda: motif.stretched(2),
        "plain": lambda: motif.plain(grid.strong),
        "adorned": lambda: motif.adorned(rng, 0.25),
        "head": lambda: motif.head(_half(motif, grid)),
        "up-head": lambda: motif.head(_half(motif, grid)),
    }
    return changed[how]() if how in changed else motif


def _half(motif: Motif, grid: Grid) -> float:
    """About half of the motif, up to where a group begins."""
    starts = [float(s) for s in grid.strong if s > 0] or [motif.span]
    return min(starts, key=lambda s: abs(s - motif.span / 2))
