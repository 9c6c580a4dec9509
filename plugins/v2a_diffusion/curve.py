"""The losses of a training run as a picture: each step, their running mean, and those of what was held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.files import whole
from v2a_diffusion.runs import Step

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Point = tuple[float, float]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1200, 520, 76, 130, 46, 38
_INK, _FAINT, _GRID, _PAPER = (32, 34, 40), (130, 134, 144), (226, 228, 232), (250, 250, 248)
_EACH, _MEAN, _HELD_OUT = (200, 212, 220), (30, 96, 128), (176, 110, 40)
_ROUND = (1.0, 2.0, 5.0)
_LABELS = 10
_SPREAD = 40


def draw(steps: Sequence[Step], path: Path, title: str = "") -> None:
    """Draw the losses of a run into a PNG file, on a logarithmic scale."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    each = [(float(step.number), step.loss) for step in steps]
    held_out = [(float(step.number), step.held_out) for step in steps if step.held_out is not None]
    sheet = _Sheet([y for _, y in (*each, *held_out)], steps[-1].number if steps else 1)
    _axes(pen, sheet)
    _line(pen, sheet, _thinned(each), _EACH, 1)
    _line(pen, sheet, _thinned(smoothed(each)), _MEAN, 2)
    _line(pen, sheet, held_out, _HELD_OUT, 2)
    for x, y in (sheet.at(point) for point in held_out):
        pen.ellipse([x - 3, y - 3, x + 3, y + 3], fill=_HELD_OUT)
    _legend(pen, title, smoothed(each), held_out)
    with whole(path) as temporary:
        image.save(temporary, format="PNG")


def smoothed(points: Sequence[Point]) -> list[Point]:
    """The running mean of a curve, over as many points as make it readable."""
    share, mean, made = max(0.02, _SPREAD / max(1, len(points)) / 10), 0.0, []
    for count, (x, y) in enumerate(points, 1):
        mean += max(share, 1 / count) * (y - mean)
        made.append((x, mean))
    return made


class _Sheet:
    """Where a step and a loss lie in the picture."""

    def __init__(self, losses: Sequence[float], last: int) -> None:
        known = [loss for loss in losses if loss > 0 and math.isfinite(loss)] or [1.0]
        low, high = math.log10(min(known)), math.log10(max(known))
        margin = max(0.02, 0.05 * (high - low))
        self.low, self.high, self.last = low - margin, high + margin, last

    def at(self, point: Point) -> Point:
        x = _LEFT + point[0] / max(1, self.last) * (_WIDTH - _LEFT - _RIGHT)
        level = math.log10(point[1]) if point[1] > 0 else self.low
        share = (self.high - min(self.high, max(self.low, level))) / (self.high - self.low)
        return x, _TOP + share * (_HEIGHT - _TOP - _BOTTOM)

    def levels(self) -> list[float]:
        """Round losses for the axis: of each decade 1, 2 and 5, or, where that is too few, all round shares of the span."""
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        found = [m * 10.0**d for d in decades for m in _ROUND]
        inside = [level for level in found if self.low <= math.log10(level) <= self.high]
        return inside if len(inside) >= 3 else _between(10**self.low, 10**self.high)


def _between(low: float, high: float) -> list[float]:
    step = _round_step(high - low, 6)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _round_step(length: float, most: int) -> float:
    decade = 10.0 ** math.floor(math.log10(length / most))
    return next(m * decade for m in (*_ROUND, 10.0) if length / (m * decade) <= most)


def _axes(pen: ImageDraw, sheet: _Sheet) -> None:
    for level in sheet.levels():
        _, y = sheet.at((0, level))
        pen.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], fill=_GRID)
        pen.text((_LEFT - 8, y), f"{level:.4g}", fill=_FAINT, font=_font(12), anchor="rm")
    every = max(1, round(_round_step(max(1, sheet.last), _LABELS)))
    for number in range(0, sheet.last + 1, every):
        x, _ = sheet.at((number, 1))
        pen.line([(x, _HEIGHT - _BOTTOM), (x, _HEIGHT - _BOTTOM + 5)], fill=_FAINT)
        pen.text((x, _HEIGHT - _BOTTOM + 8), f"{number}", fill=_FAINT, font=_font(12), anchor="ma")


def _legend(pen: ImageDraw, title: str, mean: Sequence[Point], held_out: Sequence[Point]) -> None:
    pen.text((_LEFT, 14), title, fill=_INK, font=_font(15))
    named = (("step", (), _EACH), ("mean", mean, _MEAN), ("held out", held_out, _HELD_OUT))
    for row, (name, points, colour) in enumerate(named):
        y = _TOP + 20 * row
        pen.rectangle([_WIDTH - _RIGHT + 10, y + 5, _WIDTH - _RIGHT + 20, y + 11], fill=colour)
        said = f"{name} {points[-1][1]:.4g}" if points else name
        pen.text((_WIDTH - _RIGHT + 26, y), said, fill=_FAINT, font=_font(12))


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most as many points as the picture has columns, the highest and the lowest of each column among them."""
    columns = _WIDTH - _LEFT - _RIGHT
    if len(points) <= columns:
        return list(points)
    size = -(-len(points) // (columns // 2))
    kept: list[Point] = []
    for first in range(0, len(points), size):
        part = points[first : first + size]
        kept += sorted({min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])})
    return kept


def _line(
    pen: ImageDraw, sheet: _Sheet, points: Sequence[Point], colour: tuple[int, int, int], width: int
) -> None:
    if len(points) > 1:
        pen.line([sheet.at(point) for point in points], fill=colour, width=width, joint="curve")


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
