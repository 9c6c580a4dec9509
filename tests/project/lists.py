"""A film, a plan for it, and what tests do with a project."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from v2a.interfaces import Plan
from v2a.model import Cue, Reasoning, Span, SpottingList, Unplaced
from v2a.project import Project
from v2a.testing import film

VIDEO = film(60, start="01:00:00:00")


def cue(start: float, end: float, prompt: str, kind: str = "fx", **values) -> Cue:
    return Cue("", kind, Span(Fraction(start), Fraction(end)), prompt, **values)


PLAN = Plan(
    (
        cue(2, 3, "door slam", why="a door shuts"),
        cue(5, 6, "glass breaks"),
        cue(0, 30, "rain on a roof", "bg"),
        cue(0, 60, "sad piano", "mx"),
    ),
    (Reasoning(0, Span(0, 30), "rain", "all along", "soft", "outside"),),
    (Unplaced("a dragon", "nothing in the picture"),),
)


def spotted(folder: Path, plan: Plan = PLAN) -> SpottingList:
    with Project.open(folder, VIDEO) as project:
        return project.respot(plan, seed=7, brief="rain, a door")


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "spotting.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read(folder: Path) -> SpottingList:
    with Project.open(folder, VIDEO, write=False) as project:
        spotting = project.read()
    assert spotting is not None
    return spotting
