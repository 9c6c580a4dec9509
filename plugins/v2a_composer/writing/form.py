"""The form: sections that follow the scenes, each with its part in the whole, its key, its energy and its phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

import v2a
from v2a_composer.writing.bars import Grid
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.tonality import Key

_SHARE = {
    "intro": 0.25, "statement": 0.5, "answer": 0.62, "contrast": 0.48, "development": 0.68, "climax": 1.0,
    "breath": 0.32, "return": 0.74, "coda": 0.42,
}  # fmt: skip
_CYCLE = ("statement", "answer", "contrast", "development", "climax", "breath")
_LONG = 3.4
_ENDS_LOUD = 0.6
_LESSER = 0.86


@dataclass(frozen=True)
class Phrase:
    """Some bars that breathe together: the first, how many, and how they close (open, half, full, turned, final)."""

    first: int
    bars: int
    cadence: str
    answers: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the form: what it does, which theme it is made of, its bars, key and energy (0 to 1)."""

    number: int
    function: str
    theme: str
    first: int
    bars: int
    key: Key
    energy: float
    phrases: tuple[Phrase, ...]

    @property
    def name(self) -> str:
        """What stands in the score."""
        return f"{self.theme} {self.function}"

    @property
    def end(self) -> int:
        """The bar behind it."""
        return self.first + self.bars


def formed(plan: Plan, grid: Grid) -> tuple[Section, ...]:
    """The sections of a cue, in order, over all its bars."""
    if not grid.bars:
        return ()
    rng = dice(plan.seed, "form")
    blocks = _blocks(plan, grid)
    busy = [_motion(plan, grid, first, last) for first, last in blocks]
    peak = _peak(plan, busy)
    functions = _functions(plan, blocks, peak, rng)
    home = home_of(plan)
    sections, cycle, centre = [], 0, home
    for n, ((first, last), function) in enumerate(zip(blocks, functions)):
        if function == "statement" and n and "statement" in functions[:n]:
            cycle += 1
            centre = home if n > len(blocks) - 4 else _moved(home, rng)
        if function in ("return", "coda"):
            centre = home
        key = _key(plan, centre, function, rng)
        share = _SHARE[function] * (1.0 if n == peak or function != "climax" else _LESSER)
        share *= 1 + 0.5 * plan.arc * (2 * (n + 0.5) / len(blocks) - 1)
        energy = share * (0.45 + 0.55 * plan.mood.drive) + 0.3 * (busy[n] - 0.45)
        phrases = _phrases(plan, grid, first, last, n == len(blocks) - 1)
        theme = _theme(function, cycle)
        sections.append(
            Section(n, function, theme, first, last - first, key, float(np.clip(energy, 0.06, 1.0)), phrases)
        )
    return tuple(sections)


def home_of(plan: Plan) -> Key:
    """The key that the cue begins and ends in."""
    rng = dice(plan.seed, "home")
    return plan.key or Key(int(rng.integers(0, 12)), pick(rng, plan.mood.modes))


def _blocks(plan: Plan, grid: Grid) -> list[tuple[int, int]]:
    """Where sections begin and end, in bars: at the scenes, and within long ones every eight bars (four slow ones)."""
    count, least = len(grid.bars), 2
    unit = 4 if float(np.median([b.seconds for b in grid.bars])) > _LONG else 8
    edges = [0]
    for time in plan.sections:
        bar = grid.nearest_bar(time)
        if bar - edges[-1] >= least and count - bar >= least:
            edges.append(bar)
    blocks = []
    for start, end in pairwise([*edges, count]):
        while end - start > unit + unit // 2:
            size = unit // 2 if start == 0 and end - start >= 2 * unit and count >= 3 * unit else unit
            blocks.append((start, start + size))
            start += size
        blocks.append((start, end))
    return blocks


def _motion(plan: Plan, grid: Grid, first: int, last: int) -> float:
    """How much moves in the picture during some bars, from 0 to 1; 0.45 where nobody looked."""
    if not plan.motion:
        return 0.45
    start = grid.seconds(grid.bars[first].start)
    end = grid.seconds(grid.bars[last - 1].end)
    low = int(np.clip(start * v2a.MOTION_RATE, 0, len(plan.motion) - 1))
    high = int(np.clip(end * v2a.MOTION_RATE, low + 1, len(plan.motion)))
    return float(np.mean(plan.motion[low:high]))


def _peak(plan: Plan, busy: Sequence[float]) -> int:
    """The section in which the cue is at its highest: where most moves, if nothing else is said towards three quarters."""
    place, last = {1: 1.0, 0: 0.72, -1: 0.2}[plan.arc], max(1, len(busy) - 1)
    able = range(2, last) if len(busy) > 3 else range(len(busy))
    return max(able, key=lambda n: busy[n] - 0.35 * abs(n / last - place))


def _functions(
    plan: Plan, blocks: Sequence[tuple[int, int]], peak: int, rng: np.random.Generator
) -> list[str]:
    """What each section does: rounds of a form, with the climax at the peak."""
    count = len(blocks)
    if count <= 3:
        return [["statement"], ["statement", "return"], ["statement", "contrast", "return"]][count - 1]
    functions, begun, size = [], 0, int(rng.integers(5, 8))
    for n in range(count):
        place = n - begun
        if place >= size:
            begun, place, size = n, 0, int(rng.integers(5, 8))
        functions.append(_CYCLE[min(place, 3)] if place < size - 2 else _CYCLE[4 + place - (size - 2)])
    functions[peak] = "climax"
    if functions[peak - 1] == "climax":
        functions[peak - 1] = "development"
    if peak + 1 < count - 1:
        functions[peak + 1] = "breath"
    short = blocks[0][1] - blocks[0][0] <= 4
    if short and plan.length > 30:
        functions[0] = "intro"
        functions[1] = "statement"
    fades = blocks[-1][1] - blocks[-1][0] <= 4 and plan.mood.drive < _ENDS_LOUD and plan.arc < 1
    functions[-1] = "coda" if fades else "return"
    return functions


def _theme(function: str, cycle: int) -> str:
    main, other = ("AB", "BC", "CA")[cycle % 3]
    return other if function in ("contrast", "breath") else main


def _moved(home: Key, rng: np.random.Generator) -> Key:
    """The key of another round of the form."""
    return home.up(pick(rng, (5, 7, 2, 9, 3)))


def _key(plan: Plan, centre: Key, function: str, rng: np.random.Generator) -> Key:
    """The key of a section: contrasts go to a relative, climaxes may rise by a tone; where basses stay, keys stay too."""
    if function not in ("contrast", "development", "climax") or rng.random() < 0.3 + plan.mood.pedal:
        return centre
    bright = centre.bright
    if function == "contrast":
        shift, mode = pick(
            rng, ((9, "minor"), (5, ""), (7, "")) if bright else ((3, "major"), (5, ""), (8, "major"))
        )
        return centre.up(shift, mode)
    if function == "development":
        return centre.up(pick(rng, (2, 5, 3, 10) if bright else (5, 3, 7, 2)))
    return centre.up(2) if rng.random() < 0.3 + 0.3 * plan.mood.drive else centre


def _phrases(plan: Plan, grid: Grid, first: int, last: int, ends: bool) -> tuple[Phrase, ...]:
    """The phrases of a section: fours, and what is left over makes the last ones longer or shorter."""
    rng = dice(plan.seed, "phrases", first)
    sizes, left = [], last - first
    while left > 6:
        sizes.append(4)
        left -= 4
    if left:
        sizes.append(left)
    phrases, at = [], first
    for n, size in enumerate(sizes):
        closing = n == len(sizes) - 1
        kind = (
            pick(rng, ("full", "full", "turned", "half")) if closing else pick(rng, ("half", "half", "open"))
        )
        phrases.append(Phrase(at, size, "final" if closing and ends else kind, answers=n % 2 == 1))
        at += size
    return tuple(phrases)
