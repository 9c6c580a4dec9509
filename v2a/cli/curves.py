"""Curves of any length on a sheet: the lowest and the highest value in each column, so that no peak is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.cli.paper import FAINT, INK, PANEL, RULE, SOFT, Colour, Paper
from v2a.model import FeatureTrack, Span

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Values and their times in seconds."""

    times: Values
    values: Values


@dataclass(frozen=True, eq=False)
class Envelope:
    """Times in seconds, and the lowest and highest value around each."""

    times: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Scale:
    """What lies between the bottom and the top of a panel, the values that get a line, and how the low ones are lifted."""

    bottom: float
    top: float
    lines: tuple[float, ...]
    power: float = 1.0


@dataclass(frozen=True)
class Panel:
    """A curve's place on the sheet."""

    top: int
    height: int
    name: str
    unit: str
    colour: Colour


def rows_in(track: FeatureTrack, span: Span) -> Rows:
    """The rows of a track in a stretch of time; a number that is not finite is 0."""
    clock = np.asarray(track.clock(), np.float64)
    first, last = np.searchsorted(clock, [float(span.start), float(span.end)])
    return Rows(clock[first:last], np.nan_to_num(np.array(track.values()[first:last], np.float64)))


def envelope(rows: Rows, paper: Paper) -> Envelope:
    """The rows, at most one for each column of a sheet."""
    times, values = rows.times, rows.values
    if len(values) <= paper.columns:
        return Envelope(times, values, values)
    columns = np.linspace(float(paper.span.start), float(paper.span.end), paper.columns + 1)[:-1]
    edges = np.unique(np.minimum(np.searchsorted(times, columns), len(values) - 1))
    return Envelope(times[edges], np.minimum.reduceat(values, edges), np.maximum.reduceat(values, edges))


def draw_panel(paper: Paper, panel: Panel, scale: Scale) -> None:
    """The empty panel with its name, unit and lines."""
    paper.box(paper.left, panel.top, paper.right, panel.top + panel.height, PANEL)
    paper.text(12, panel.top + 4, panel.name, INK, 13)
    paper.text(12, panel.top + 21, panel.unit, FAINT, 11)
    for value in scale.lines:
        y = _height(panel, scale, value)
        paper.line([(paper.left, y), (paper.right, y)], RULE)
        paper.text(paper.left - 6, min(max(y, panel.top + 6), panel.top + panel.height - 6), f"{value:g}",
                   FAINT, 10, "rm")  # fmt: skip


def draw_curve(paper: Paper, panel: Panel, scale: Scale, curve: Envelope) -> None:
    """The curve: filled to the bottom, and dark between its lowest and highest values."""
    if not len(curve.times):
        return
    tops = [(paper.x(t), _height(panel, scale, v)) for t, v in zip(curve.times, curve.high)]
    bottoms = [(paper.x(t), _height(panel, scale, v)) for t, v in zip(curve.times, curve.low)]
    floor, until = panel.top + panel.height, paper.x(float(curve.times[-1]) + _step(curve))
    tops.append((until, tops[-1][1]))
    bottoms.append((until, bottoms[-1][1]))
    paper.area([(tops[0][0], floor), *tops, (tops[-1][0], floor)], _mixed(panel.colour, 0.25))
    if curve.low is not curve.high:
        paper.area([*tops, *reversed(bottoms)], _mixed(panel.colour, 0.6))
    paper.line(tops, panel.colour, 1.25)


def _mixed(colour: Colour, share: float) -> Colour:
    red, green, blue = (round(share * c + (1 - share) * p) for c, p in zip(colour, PANEL))
    return red, green, blue


def _step(curve: Envelope) -> float:
    """How long one value counts, in seconds."""
    return float(np.median(np.diff(curve.times))) if len(curve.times) > 1 else 0.0


def _height(panel: Panel, scale: Scale, value: float) -> float:
    share = (value - scale.bottom) / (scale.top - scale.bottom)
    return panel.top + panel.height * float(1 - min(1.0, max(0.0, share)) ** scale.power)


def missing(paper: Paper, panel: Panel, why: str) -> None:
    """A panel of something that was not observed."""
    paper.box(paper.left, panel.top, paper.right, panel.top + panel.height, PANEL)
    paper.text(12, panel.top + 4, panel.name, INK, 13)
    paper.text(paper.left + 10, panel.top + panel.height / 2, why, SOFT, 13, "lm")
