"""How loud it is at any beat: the form's arc, the motion of the picture, the breath of phrases, and the way into hits and
out of speech."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.bars import Grid
from v2a_composer.writing.form import Section
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.stings import Sting

_SMOOTH = 4.0
_SWELL = 0.14
_SPOKEN, _QUICKEST, _SLOWEST = 0.6, 3.0, 5.0


class Level:
    """The level of the music over its beats, about 0.2 to 1."""

    def __init__(self, plan: Plan, grid: Grid, sections: Sequence[Section], stings: Sequence[Sting]) -> None:
        """Take all that moves it."""
        end = max(grid.final + 4, grid.head + 4)
        self._beats = np.arange(np.floor(grid.head), end + 0.5, 0.5)
        times = grid.times(self._beats)
        low, high = 0.2 + 0.3 * plan.mood.force, 0.36 + 0.62 * plan.mood.force
        level = low + (high - low) * self._energy(plan, grid, sections)
        level *= 1 + 0.24 * _moved(plan.motion, times)
        level *= 0.92 + 0.12 * self._breath(sections, grid)
        for sting in stings:
            level += _SWELL * np.clip(1 - (sting.time - times) / sting.lead, 0, 1) * (times < sting.time)
        self._level = np.clip(level * _growing(plan, grid, times), 0.16, 1.0)

    def at(self, beats: NDArray[np.float64]) -> NDArray[np.float64]:
        """The level at many beats."""
        return np.asarray(np.interp(beats, self._beats, self._level))

    def _energy(self, plan: Plan, grid: Grid, sections: Sequence[Section]) -> NDArray[np.float64]:
        """The sections' energies, each growing a little through itself, with quick ramps between them."""
        if not sections:
            return np.full(len(self._beats), 0.5 * plan.mood.drive + 0.2)
        beats, values = [], []
        for section in sections:
            start, end = grid.bars[section.first].start, grid.bars[section.end - 1].end
            rise = {"climax": 0.12, "development": 0.16, "breath": -0.05, "coda": -0.18, "return": 0.02}.get(
                section.function, 0.07
            )
            beats += [start + 0.25, max(start + 0.5, end - 0.75)]
            values += [section.energy - rise / 2, section.energy + rise / 2]
        return np.asarray(np.interp(self._beats, beats, values))

    def _breath(self, sections: Sequence[Section], grid: Grid) -> NDArray[np.float64]:
        """Each phrase rises to two thirds of itself and falls."""
        beats, values = [self._beats[0]], [0.0]
        for phrase in (p for s in sections for p in s.phrases):
            start, end = grid.bars[phrase.first].start, grid.bars[phrase.first + phrase.bars - 1].end
            beats += [start, start + 0.66 * (end - start), end - 0.25]
            values += [0.2, 1.0, 0.1]
        return np.asarray(np.interp(self._beats, beats, values))


def _growing(plan: Plan, grid: Grid, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Behind speech the music is as soft as it was under it, and grows for two bars."""
    made = np.ones(len(times))
    for quiet in plan.quiet:
        bar = grid.bars[grid.nearest_bar(quiet.end)].seconds if grid.bars else 2.0
        grown = (times - quiet.end) / min(max(2 * bar, _QUICKEST), _SLOWEST)
        made = np.where(
            times >= quiet.end, np.minimum(made, _SPOKEN + (1 - _SPOKEN) * np.clip(grown, 0, 1)), made
        )
    return made


def _moved(motion: Sequence[float], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the motion of the picture, smoothed over some seconds, is above or below its middle."""
    if len(motion) < 2:
        return np.zeros(len(times))
    size = max(3, round(_SMOOTH * v2a.MOTION_RATE)) | 1
    window = np.hanning(size + 2)[1:-1]
    padded = np.pad(np.asarray(motion, np.float64), size // 2, mode="edge")
    smooth = np.convolve(padded, window / window.sum(), "valid")
    at = (np.arange(len(smooth)) + 0.5) / v2a.MOTION_RATE
    return np.asarray(np.clip(np.interp(times, at, smooth) - float(np.median(smooth)), -0.5, 0.5))
