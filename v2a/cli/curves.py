"""Curves of any length on a sheet: the lowest and the highest value in each column, so that no peak is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.cli.paper import FAINT, INK, PANEL, RULE, SOFT, Colour, Paper
from v2a.model import FeatureTrack, Span

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Envelope:
    """Times in seconds, and the lowest and highest value around each."""

    times: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Scale:
    """What lies between the bottom and the top of a panel, and the values that get a line."""

    bottom: float
    top: float
    lines: tuple[float, ...]


@dataclass(frozen=True)
class Panel:
    """A curve's place on the sheet."""

    top: int
    height: int
    name: str
    unit: str
    colour: Colour


def envelope(track: FeatureTrack, span: Span, columns: int) -> Envelope:
    """The values of a track in a stretch of time, at most as many as there are columns."""
    clock = np.asarray(track.clock(), np.float64)
    first, last = np.searchsorted(clock, [float(span.start), float(span.end)])
    values = np.nan_to_num(np.asarray(track.values()[first:last], np.float64))
    times = clock[first:last]
    if len(values) <= columns:
        return Envelope(times, values, values)
    edges = np.searchsorted(times, np.linspace(float(span.start), float(span.end), columns + 1)[:-1])
    edges = np.unique(np.minimum(edges, len(values) - 1))
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
    pale: Colour = (
        (panel.colour[0] + 3 * 255) // 4,
        (panel.colour[1] + 3 * 255) // 4,
        (panel.colour[2] + 3 * 255) // 4,
    )
    paper.area([(tops[0][0], floor), *tops, (tops[-1][0], floor)], pale)
    if curve.low is not curve.high:
        paper.area([*tops, *reversed(bottoms)], panel.colour)
    paper.line(tops, panel.colour, 1.25)


def _step(curve: Envelope) -> float:
    """How long one value counts, in seconds."""
    return float(np.median(np.diff(curve.times))) if len(curve.times) > 1 else 0.0


def _height(panel: Panel, scale: Scale, value: float) -> float:
    share = (value - scale.bottom) / (scale.top - scale.bottom)
    return panel.top + panel.height * (1 - min(1.0, max(0.0, share)))


def missing(paper: Paper, panel: Panel, why: str) -> None:
    """A panel of something that was not observed."""
    paper.box(paper.left, panel.top, paper.right, panel.top + panel.height, PANEL)
    paper.text(12, panel.top + 4, panel.name, INK, 13)
    paper.text((paper.left + paper.right) / 2, panel.top + panel.height / 2, why, SOFT, 13, "mm")
